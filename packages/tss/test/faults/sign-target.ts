import { evenSize } from "../../src/engine/stage.ts";
import {
  type GroupSignature,
  type KeyShare,
  type PartyIndex,
  type Presignature,
  startSigning,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { encodeScalar } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";
import { type DealtPresignature, dealPresignatures } from "../harness/presignature-dealer.ts";
import { runSigning, signingInput } from "../harness/sessions.ts";
import type { Ending } from "./arena.ts";
import { SIGN_LAYOUTS } from "./layouts.ts";
import { expectSignatures } from "./outcome.ts";
import {
  freshCommittee,
  honestOf,
  type Scene,
  shareSecrets,
  type Target,
  type Topology,
  topology,
  unburntShares,
} from "./scene.ts";

type Endings = ReadonlyMap<PartyIndex, Ending<GroupSignature>>;

/** Signing with dealt presignatures. */
export const signTarget: Target<GroupSignature> = {
  name: "sign",
  rounds: 1,
  hasHello: false,
  layouts: () => SIGN_LAYOUTS,
  sizes: () => [evenSize(64, 0)],
  topologies: [
    topology(2, 3, [1, 3], [1]),
    topology(3, 4, [1, 2, 3], [1]),
    topology(3, 4, [1, 2, 3], [1, 2]),
    topology(5, 7, [1, 2, 3, 5, 7], [2, 3, 5, 7]),
  ],
  open: openSignScene,
};

function openSignScene(of: Topology, label: string): Scene<GroupSignature> {
  const shares = unburntShares(of);
  const committee = freshCommittee(of, `sign ${label}`);
  const deal = (purpose: string): ReadonlyMap<PartyIndex, DealtPresignature> =>
    dealPresignatures(shares, of.parties, `${of.name}/${purpose}`);
  const dealt = deal(label);
  const { groupKey } = must(shares.get(must(of.parties[0]))).record;
  return {
    committee,
    judges: committee,
    start: (party) =>
      startSigning(signingInput(committee, party, must(dealt.get(party)).presignature), committee.rngOf(party)),
    secrets: () => honestOf(of).flatMap((party) => signingSecrets(must(shares.get(party)), must(dealt.get(party)))),
    use: (endings) => {
      expectSignatures(committee, groupKey, outputsOf(endings));
      return undefined;
    },
    inspect: () => {
      const unused = [...dealt].filter(([, { presignature }]) => !presignature.isConsumed);
      if (unused.length > 0) throw new TypeError("a presignature survived the session that it was taken for");
    },
    next: () => {
      const fresh = new Map(
        [...deal(`${label} again`)].map(([party, { presignature }]): [PartyIndex, Presignature] => [
          party,
          presignature,
        ]),
      );
      const report = runSigning(committee, fresh);
      if (report.outputs.size !== of.parties.length) throw new TypeError("the next signing did not succeed");
      expectSignatures(committee, groupKey, [...report.outputs.values()]);
    },
  };
}

function outputsOf(endings: Endings): readonly GroupSignature[] {
  return [...endings.values()].flatMap((ending) => (ending.kind === "done" ? [ending.output] : []));
}

function signingSecrets(share: KeyShare, { phi, u, v }: DealtPresignature): readonly Uint8Array[] {
  exposeKeyShare(share);
  return [...shareSecrets(share), ...[phi, u, v].map(encodeScalar)];
}
