/** Sums of windows have at most so many bits; a larger cap is counted in larger units. */
const SUM_BITS = 80;

/** A rolling sum, as a vault keeps one for each asset and one for its executions. */
export type WindowRow = {
  readonly windowSeconds: bigint;
  /** The sum is counted in units of 2 to the power of this. */
  readonly unitBits: bigint;
  readonly entries: readonly { readonly time: bigint; readonly units: bigint }[];
};

/** How many bits the unit has with which a cap needs no more than a sum has. */
export function unitBitsOf(maxPerWindow: bigint): bigint {
  return BigInt(Math.max(0, maxPerWindow.toString(2).length - SUM_BITS));
}

/** An amount in units, rounded up. */
export function unitsOf(amount: bigint, unitBits: bigint): bigint {
  return (amount + (1n << unitBits) - 1n) >> unitBits;
}

/** The sum, in units, of the window of so many seconds that ends at `time`. */
export function unitsInWindow(row: WindowRow | undefined, windowSeconds: bigint, time: bigint): bigint {
  const from = time < windowSeconds ? 0n : time - windowSeconds;
  const counted = (row?.entries ?? []).filter((entry) => entry.time > from);
  return counted.reduce((sum, { units }) => sum + units, 0n);
}

/** The window with something added. */
export function added(row: WindowRow, units: bigint, time: bigint): WindowRow {
  return { ...row, entries: [...row.entries, { time, units }] };
}

/** The window for another length or unit: what is in the last one counts as if it were added now. */
export function opened(row: WindowRow | undefined, windowSeconds: bigint, unitBits: bigint, time: bigint): WindowRow {
  if (row?.windowSeconds === windowSeconds && row.unitBits === unitBits) return row;
  const last = row === undefined ? 0n : unitsInWindow(row, row.windowSeconds, time) << row.unitBits;
  const units = unitsOf(last, unitBits);
  return { windowSeconds, unitBits, entries: units === 0n ? [] : [{ time, units }] };
}
