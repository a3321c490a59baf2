import { type AbortReason, blameNobody, blamePairwise } from "../engine/abort.ts";
import type { Inbox, Round, RoundTools, Step } from "../engine/stage.ts";
import { concat, equalBytes, splitFixed } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodeProof, proveKnowledge } from "../math/schnorr.ts";
import { bobFinishSetup } from "../primitives/pair-setup.ts";
import { BASE_OT_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import { H } from "../transcript/hash.ts";
import { coefficientStatement, encodeCommitment } from "./hashes.ts";
import type { AwaitEcho, AwaitOpenings, SetupMiddle } from "./state.ts";

type Message = {
  readonly e1: Uint8Array;
  /** Base-OT receiver message of the sender as Alice. */
  readonly alice: Uint8Array;
  /** Base-OT sender message of the sender as Bob. */
  readonly bob: Uint8Array;
};

type Setups = {
  readonly setups: ReadonlyMap<PartyIndex, SetupMiddle>;
  readonly direct: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** R2 → R3: the commitments are echoed, the base OTs answered (docs/protocol/dkg.md steps R3.1–R3.4). */
export const round2: Round<AwaitEcho, Message, AwaitOpenings> = {
  decode({ broadcast, direct }) {
    const fields = splitFixed(direct, [BASE_OT_MESSAGE_LENGTH, BASE_OT_MESSAGE_LENGTH]);
    return fields && { e1: broadcast.slice(), alice: fields[0], bob: fields[1] };
  },
  run(state, inbox, tools) {
    // R3.1 Nothing secret is opened before all hold the same commitments.
    if (![...inbox.values()].every((message) => equalBytes(message.e1, state.e1))) {
      return { kind: "abort", abort: blameNobody("echoMismatch") };
    }
    const setups = continueSetups(state, inbox);
    if ("code" in setups) return { kind: "abort", abort: setups };
    return openContribution(state, setups, tools);
  },
};

/** R3.2 As Bob: keys from the base OT, then the trees. */
function continueSetups(state: AwaitEcho, inbox: Inbox<Message>): Setups | AbortReason {
  const setups = new Map<PartyIndex, SetupMiddle>();
  const direct = new Map<PartyIndex, Uint8Array>();
  const failed: PartyIndex[] = [];
  for (const [other, message] of inbox) {
    const setup = state.setups.get(other);
    const result = setup && bobFinishSetup(setup.bob, message.alice);
    if (!setup || !result || result.kind !== "ok") {
      failed.push(other);
      continue;
    }
    const received = H("dkg/setup", concat(message.alice, message.bob));
    const transcript = [...setup.transcript, received, H("dkg/setup", result.message)];
    setups.set(other, { alice: setup.alice, remoteBob: message.bob, bobPair: result.pair, transcript });
    direct.set(other, result.message);
  }
  return failed.length > 0 ? blamePairwise("pairSetup", failed) : { setups, direct };
}

/** R3.3–R3.4 Opens the commitment and proves knowledge of each coefficient. */
function openContribution(state: AwaitEcho, { setups, direct }: Setups, tools: RoundTools): Step<AwaitOpenings> {
  const { terms, own, dsid, nonces, coms, e1 } = state;
  const proofs = own.commitment.map((point, k) => {
    const coefficient = own.polynomial[k]?.expose() ?? 0n;
    return encodeProof(proveKnowledge(coefficientStatement(dsid, e1, terms.self, k), coefficient, point, tools.rng));
  });
  const broadcast = concat(encodeCommitment(own.commitment), own.chainCodePart, own.salt, ...proofs);
  const pairSecrets = [...setups.values()].flatMap(({ alice, bobPair }) => [alice, bobPair.leaves]);
  const secrets = [...own.polynomial, own.chainCodePart, ...pairSecrets];
  const next: AwaitOpenings = { terms, own, dsid, nonces, coms, e1, setups, secrets };
  return { kind: "advance", next, outgoing: { broadcast, direct } };
}
