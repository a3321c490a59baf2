/**
 * The nonce for the next transaction of the own account: the lowest one that is neither mined nor taken, so that a gap
 * is filled first. Use it and journal `TransactionPrepared` without giving way in between.
 */
export function nextNonce(taken: Iterable<number>, minedNonce: number): number {
  const held = new Set(taken);
  let nonce = minedNonce;
  while (held.has(nonce)) nonce += 1;
  return nonce;
}
