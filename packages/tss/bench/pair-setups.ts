import { type PartyIndex, partyIndex } from "../src/index.ts";
import { answerSetups } from "../src/setup/answer.ts";
import { finishSetups } from "../src/setup/finish.ts";
import { returnSetups } from "../src/setup/return.ts";
import { startSetups } from "../src/setup/start.ts";
import type { SetupInbox, SetupsFailed } from "../src/setup/state.ts";
import { must } from "../test/harness/committee.ts";
import type { RunCost } from "./drive.ts";
import { timed } from "./measure.ts";
import { rng } from "./phases.ts";

type Direct = ReadonlyMap<PartyIndex, Uint8Array>;

/** Counts what the parties spend and send. */
class Ledger implements RunCost {
  readonly cpuMs = new Map<PartyIndex, number>();
  readonly bytes = new Map<PartyIndex, number>();
  readonly frames = new Map<PartyIndex, number>();

  spend<T>(party: PartyIndex, run: () => T): T {
    const { ms, result } = timed(run);
    this.cpuMs.set(party, (this.cpuMs.get(party) ?? 0) + ms);
    return result;
  }

  send(party: PartyIndex, direct: Direct): void {
    const full = [...direct.values()].filter((message) => message.length > 0);
    const bytes = full.reduce((sum, message) => sum + message.length, 0);
    this.bytes.set(party, (this.bytes.get(party) ?? 0) + bytes);
    this.frames.set(party, (this.frames.get(party) ?? 0) + full.length);
  }
}

function succeeded<S extends { readonly kind: "ok" }>(step: S | SetupsFailed): S {
  if (step.kind === "failed") throw new TypeError("an honest pair setup failed");
  return step;
}

function inboxOf(sent: ReadonlyMap<PartyIndex, { readonly direct: Direct }>, self: PartyIndex): SetupInbox {
  const others = [...sent].filter(([party]) => party !== self);
  return new Map(others.map(([party, { direct }]) => [party, { setup: must(direct.get(self)) }]));
}

/** The pair setups of two parties, both directions, without sessions around them. */
export function pairSetups(): RunCost {
  const parties = [1, 2].map(partyIndex);
  const [ledger, sid] = [new Ledger(), rng(32)];
  const forAll = <T>(run: (party: PartyIndex) => T): ReadonlyMap<PartyIndex, T> =>
    new Map(parties.map((party) => [party, ledger.spend(party, () => run(party))]));
  const post = (sent: ReadonlyMap<PartyIndex, { readonly direct: Direct }>): void => {
    for (const [party, { direct }] of sent) ledger.send(party, direct);
  };
  const started = forAll((self) =>
    startSetups(
      sid,
      self,
      parties.filter((other) => other !== self),
      rng,
    ),
  );
  post(started);
  const answered = forAll((self) =>
    succeeded(answerSetups(must(started.get(self)).state, inboxOf(started, self), rng)),
  );
  post(answered);
  const returned = forAll((self) => succeeded(returnSetups(must(answered.get(self)).state, inboxOf(answered, self))));
  post(returned);
  forAll((self) => succeeded(finishSetups(must(returned.get(self)).state, inboxOf(returned, self))));
  return ledger;
}
