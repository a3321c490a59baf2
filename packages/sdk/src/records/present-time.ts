/** A contract's time in seconds, where zero means "never": undefined for zero. */
export function presentTime(seconds: bigint): bigint | undefined {
  return seconds === 0n ? undefined : seconds;
}
