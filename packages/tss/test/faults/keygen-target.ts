import type { KeygenOutput, KeyShare, PartyIndex } from "../../src/index.ts";
import { openKeygen } from "../../src/keygen/start.ts";
import { keygenSizes } from "../../src/keygen/terms.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { must } from "../harness/committee.ts";
import { interpolate, scalarOf } from "../harness/scalars.ts";
import { runKeygen, runPresign, runSigning, startKeygenAs } from "../harness/sessions.ts";
import type { Ending } from "./arena.ts";
import { nobody, poisoned, provable } from "./expectation.ts";
import { field, type Layout, layout } from "./field.ts";
import { COMMITMENT } from "./layouts.ts";
import { expectSignatures } from "./outcome.ts";
import {
  freshCommittee,
  honestOf,
  openingSecrets,
  type Scene,
  shareSecrets,
  type Target,
  type Topology,
  topology,
} from "./scene.ts";
import { coefficientFields, confirmationFields, proofFields, setupFields } from "./setup-fields.ts";

type Endings = ReadonlyMap<PartyIndex, Ending<KeygenOutput>>;

/** Key generation; either role of the pair setup is played by the bad party. */
export const keygenTarget: Target<KeygenOutput> = {
  name: "keygen",
  rounds: 5,
  hasHello: true,
  layouts: keygenLayouts,
  sizes: ({ minSigners }) => keygenSizes(minSigners),
  topologies: [
    topology(2, 2, [1, 2], [1]),
    { ...topology(2, 2, [1, 2], [2]), name: "2of2-last-bad" },
    topology(2, 3, [1, 2, 3], [1]),
    topology(3, 3, [1, 2, 3], [1, 2]),
  ],
  open: openKeygenScene,
};

/** Payloads of a key generation (docs/protocol/dkg.md, table of messages). */
function keygenLayouts({ minSigners }: Topology, from: PartyIndex, to: PartyIndex): readonly Layout[] {
  const ECHO = nobody("echoMismatch");
  const wrongShare = { on: { swapped: provable("feldmanShare") } };
  return [
    layout(1, "broadcast", [COMMITMENT]),
    layout(2, "broadcast", [field("e1", "hash", 32, ECHO)]),
    layout(2, "direct", setupFields(1, from, to)),
    layout(3, "broadcast", [
      ...coefficientFields(minSigners),
      field("chainCode", "bytes", 32, provable("commitmentOpening")),
      field("salt", "bytes", 32, provable("commitmentOpening")),
      ...proofFields(minSigners),
    ]),
    layout(3, "direct", setupFields(2, from, to)),
    layout(4, "broadcast", [field("e2", "hash", 32, ECHO)]),
    layout(4, "direct", [
      field("share", "scalar", 32, provable("feldmanShare")),
      field("zeroHalf", "bytes", 32, poisoned("keySumMismatch"), wrongShare),
      ...setupFields(3, from, to, provable("feldmanShare")),
    ]),
    layout(5, "broadcast", confirmationFields()),
  ];
}

function openKeygenScene(of: Topology, label: string): Scene<KeygenOutput> {
  const committee = freshCommittee(of, `keygen ${label}`);
  const polynomials: Uint8Array[] = [];
  const outputs: KeyShare[] = [];
  return {
    committee,
    judges: committee,
    start: (party, wrap) =>
      startKeygenAs(committee, party, (terms, nonce, rng) => {
        const opening = openKeygen(terms, nonce, rng);
        // The chain-code part is a secret until it is opened to all members; the coefficients never are.
        if (!of.bad.includes(party)) polynomials.push(...openingSecrets(opening).slice(0, of.minSigners));
        return wrap(opening);
      }),
    secrets: () => [...polynomials, ...outputs.flatMap(shareSecrets)],
    use: (endings, aimed) => useShares(of, committee, endings, aimed),
    inspect: (endings) => {
      for (const party of honestOf(of)) {
        const ending = must(endings.get(party));
        if (ending.kind === "done") outputs.push(ending.output.share);
      }
      inspectShares(endings);
    },
    next: () => generateAgain(of, label),
  };
}

const again = new Set<string>();

/** Nothing outlives a failed key generation, so the next one is the same whatever failed: once is enough. */
function generateAgain(of: Topology, label: string): void {
  const key = `${of.name}/${label}`;
  if (again.has(key)) return;
  const { outputs } = runKeygen(freshCommittee(of, `keygen ${label} again`));
  if (outputs.size !== of.parties.length) throw new TypeError("the next key generation did not succeed");
  again.add(key);
}

/** All shares are of one record and interpolate to its key. */
function inspectShares(endings: Endings): void {
  const done = [...endings].flatMap(([party, ending]) =>
    ending.kind === "done" ? [[party, ending.output] as const] : [],
  );
  const hashes = new Set(done.map(([, { recordHash }]) => recordHash.join()));
  if (hashes.size > 1) throw new TypeError("two parties ended with different records");
  const [first] = done;
  if (first === undefined || done.length < first[1].record.minSigners) return;
  const secret = interpolate(new Map(done.map(([party, { share }]) => [party, scalarOf(share)])));
  const groupKey = encodePoint(multiplyBase(secret));
  if (groupKey.join() !== first[1].record.groupKey.join()) throw new TypeError("the shares are not of the group key");
}

/** Signs with the new shares of the first bad and as many honest parties as it takes. */
function useShares(
  of: Topology,
  committee: Scene<KeygenOutput>["committee"],
  endings: Endings,
  aimed: readonly PartyIndex[],
): string | undefined {
  const shares = new Map<PartyIndex, KeyShare>();
  for (const [party, ending] of endings) if (ending.kind === "done") shares.set(party, ending.output.share);
  if (shares.size < of.parties.length) return undefined;
  for (const share of shares.values()) exposeKeyShare(share);
  const order = new Set([...of.bad.slice(0, 1), ...aimed, ...honestOf(of), ...of.bad]);
  const signers = [...order].slice(0, of.minSigners).sort((a, b) => a - b);
  const presigned = runPresign({ committee, shares, signers }, new Map(), { cheaters: of.bad });
  if (presigned.outputs.size < signers.length) return [...presigned.aborts.values()][0]?.code;
  const signed = runSigning(committee, presigned.outputs);
  expectSignatures(committee, must([...shares.values()][0]).record.groupKey, [...signed.outputs.values()]);
  return signed.outputs.size === signers.length ? undefined : [...signed.aborts.values()][0]?.code;
}
