import fc from "fast-check";
import type { Address } from "viem";
import { describe, expect, it } from "vitest";
import { type Call, evaluatePolicy, ZERO_ADDRESS } from "../../src/index.ts";
import {
  APPROVE,
  anAction,
  aPolicy,
  aSnapshot,
  calldata,
  PAYEE,
  runs,
  TOKEN,
  TRANSFER,
  TRANSFER_FROM,
  VAULT,
} from "../builders.ts";

const CAPS = aPolicy({
  calls: [
    { target: TOKEN, selector: TRANSFER },
    { target: TOKEN, selector: APPROVE },
    { target: TOKEN, selector: TRANSFER_FROM },
    { target: PAYEE, selector: "0x00000000" },
  ],
});

const amount = fc.bigInt({ min: 0n, max: 30n });
const spending: fc.Arbitrary<Call> = fc.oneof(
  amount.map((value) => ({ target: PAYEE, value, data: "0x" as const })),
  amount.map((value) => ({ target: TOKEN, value: 0n, data: calldata(TRANSFER, PAYEE, value) })),
  amount.map((value) => ({ target: TOKEN, value: 0n, data: calldata(APPROVE, PAYEE, value) })),
  amount.map((value) => ({ target: TOKEN, value: 0n, data: calldata(TRANSFER_FROM, VAULT, PAYEE, value) })),
);

/** The amount by a model of its own: the last word of the data, or the value. */
function spentBy(call: Call, asset: Address): bigint {
  if (asset === ZERO_ADDRESS) return call.value;
  return call.target === asset && call.data.length > 2 ? BigInt(`0x${call.data.slice(-64)}`) : 0n;
}

const total = (calls: readonly Call[], asset: Address) => calls.reduce((sum, call) => sum + spentBy(call, asset), 0n);

describe("caps", () => {
  it("one allowed action never spends more than a cap, and every denied one would", () => {
    const property = fc.property(fc.array(spending, { maxLength: 6 }), amount, amount, (calls, spent, held) => {
      const snapshot = aSnapshot(CAPS, { spentInWindow: new Map([[TOKEN.toLowerCase() as Address, spent]]) });
      const reserved = new Map([[TOKEN.toLowerCase() as Address, held]]);
      const verdict = evaluatePolicy(
        { action: anAction({ calls }), policyHash: snapshot.policyHash, reserved },
        snapshot,
      );
      const tokens = total(calls, TOKEN);
      const native = total(calls, ZERO_ADDRESS);
      const fitsToken = tokens === 0n || (tokens <= 10n && tokens + spent + held <= 20n);
      const fitsNative = native <= 100n;
      expect(verdict.kind).toBe(fitsToken && fitsNative ? "allow" : "deny");
    });
    fc.assert(property, runs(1_000));
  });

  it("a run of allowed actions in one window never spends more than its cap together", () => {
    const property = fc.property(fc.array(fc.array(spending, { maxLength: 3 }), { maxLength: 12 }), (actions) => {
      const spent = new Map<Address, bigint>();
      for (const calls of actions) {
        const snapshot = aSnapshot(CAPS, { spentInWindow: new Map(spent) });
        const question = { action: anAction({ calls }), policyHash: snapshot.policyHash, reserved: new Map() };
        if (evaluatePolicy(question, snapshot).kind === "deny") continue;
        for (const asset of [TOKEN, ZERO_ADDRESS]) {
          const key = asset.toLowerCase() as Address;
          spent.set(key, (spent.get(key) ?? 0n) + total(calls, asset));
        }
      }
      expect(spent.get(TOKEN.toLowerCase() as Address) ?? 0n).toBeLessThanOrEqual(20n);
      expect(spent.get(ZERO_ADDRESS) ?? 0n).toBeLessThanOrEqual(150n);
    });
    fc.assert(property, runs(500));
  });
});
