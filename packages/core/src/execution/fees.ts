/** What a type-2 transaction offers for one unit of gas, in wei (EIP-1559). The tip is part of the first. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What a replacement offers at least, of what it replaces. Pools ask for 110. */
const OFFERED_PERCENT = 125n;

/**
 * The fees to offer: what the chain asks for, or a quarter above what they replace where that is more, because a pool
 * takes a replacement only if both rise. The tip never exceeds the whole. Pure.
 * @param replaced fees of the version that is under way; absent: there is none
 */
export function raisedFees(asked: Fees, replaced?: Fees): Fees {
  const least = (wei: bigint | undefined) => share(wei ?? 0n, OFFERED_PERCENT);
  const maxPriorityFeePerGas = larger(asked.maxPriorityFeePerGas, least(replaced?.maxPriorityFeePerGas));
  const maxFeePerGas = larger(asked.maxFeePerGas, least(replaced?.maxFeePerGas));
  return { maxPriorityFeePerGas, maxFeePerGas: larger(maxFeePerGas, maxPriorityFeePerGas) };
}

/** So many per cent of an amount, rounded up. */
function share(wei: bigint, percent: bigint): bigint {
  return (wei * percent + 99n) / 100n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
