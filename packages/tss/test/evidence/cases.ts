import { type Envelope, envelopeDigest } from "../../src/envelope/envelope.ts";
import { signWithIdentity } from "../../src/envelope/identity-key.ts";
import { type EquivocationEvidence, type Evidence, type PartyIndex, partyIndex } from "../../src/index.ts";
import { encodePoint, GENERATOR } from "../../src/math/point.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { paperReshare } from "../harness/paper-reshare.ts";
import {
  accuse,
  type PaperRun,
  type PaperTamper,
  paperKeygen,
  paperPresign,
  paperSign,
} from "../harness/paper-session.ts";
import { flip, overwrite } from "../harness/tamper.ts";

/** The seed of the shared vectors: never the run's. */
const SEED = "evidence vectors 1";

export const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

/** Offsets in what party 1 broadcasts, t = 2. */
const AT = {
  com: 65,
  constant: 0,
  salt: 98,
  proof: 130,
  confirm: { response: 64, record: 97, signature: 130 },
} as const;

const OTHER_POINT = encodePoint(GENERATOR.multiply(12345n));
const TOO_LARGE = new Uint8Array(32).fill(0xff);

/** The committee of the vectors: 2 of 3. */
export const committee = createCommittee(2, 3, "evidence", SEED);

/** Party 1 changes its broadcast of one round. */
export function cheatBroadcast(at: number, change: (bytes: Uint8Array) => Uint8Array): PaperTamper {
  return (post, from, round) => (from === one && round === at ? { ...post, broadcast: change(post.broadcast) } : post);
}

/** Party 1 changes what it sends to party 2 in one round. */
export function cheatDirect(at: number, change: (bytes: Uint8Array) => Uint8Array): PaperTamper {
  return (post, from, round) => {
    if (from !== one || round !== at) return post;
    return {
      ...post,
      direct: new Map([...post.direct].map(([to, bytes]) => [to, to === two ? change(bytes) : bytes])),
    };
  };
}

export function keygenOf(tamper?: PaperTamper, attempt = 0n): PaperRun {
  return paperKeygen(committee, { seed: `${SEED}/keygen/${attempt}`, attempt, ...(tamper && { tamper }) });
}

export function presignOf(tamper?: PaperTamper, attempt = 0n): PaperRun {
  return paperPresign(committee, { seed: `${SEED}/presign/${attempt}`, attempt, ...(tamper && { tamper }) });
}

export function reshareOf(tamper?: PaperTamper, attempt = 0n, offset = 0n): PaperRun {
  const options = { seed: `${SEED}/reshare/${attempt}`, label: "evidence", from: SEED, attempt, offset };
  return paperReshare({ ...options, ...(tamper && { tamper }) });
}

export function signOf(tamper?: PaperTamper): PaperRun {
  return paperSign(committee, { seed: `${SEED}/sign`, ...(tamper && { tamper }) });
}

/** Two envelopes of party 1: the one it sent in round `round` and another one that it signed for the same slot. */
export function equivocation(run: PaperRun, round: number, change: Partial<Envelope>): EquivocationEvidence {
  const first = must(run.messages.get(one)?.[round - 1]).signed;
  const envelope = { ...first.envelope, ...change };
  const signature = signWithIdentity(committee.identityOf(one), envelopeDigest(envelope));
  return { kind: "equivocation", terms: run.terms, first, second: { envelope, signature } };
}

/** One true accusation of each kind against party 1, with the fault it proves. */
export function provenCases(): readonly ProvenCase[] {
  made ??= makeCases();
  return made;
}

type ProvenCase = readonly [name: string, fault: string, evidence: Evidence];

let made: readonly ProvenCase[] | undefined;

function makeCases(): readonly ProvenCase[] {
  const payloadHash = new Uint8Array(32).fill(0xee);
  const keygen = (
    fault: Parameters<typeof accuse>[2],
    tamper: PaperTamper,
    options: Parameters<typeof accuse>[3] = {},
  ) => accuse(keygenOf(tamper), one, fault, options);
  return [
    ["1 two envelopes for one slot, another payload", "equivocation", equivocation(keygenOf(), 3, { payloadHash })],
    [
      "1 two envelopes for one slot, another view",
      "equivocation",
      equivocation(keygenOf(), 2, { prevView: payloadHash }),
    ],
    ["1 two first envelopes", "equivocation", equivocation(presignOf(), 1, { payloadHash })],
    ["1 two partial signatures", "equivocation", equivocation(signOf(), 1, { payloadHash })],
    [
      "2 key generation: another constant term opened",
      "commitmentOpening",
      keygen(
        "commitmentOpening",
        cheatBroadcast(3, (bytes) => overwrite(bytes, AT.constant, OTHER_POINT)),
      ),
    ],
    [
      "2 key generation: another salt opened",
      "commitmentOpening",
      keygen(
        "commitmentOpening",
        cheatBroadcast(3, (bytes) => flip(bytes, AT.salt)),
      ),
    ],
    [
      "2 presigning: another nonce opened",
      "commitmentOpening",
      accuse(presignOf(cheatBroadcast(3, (bytes) => overwrite(bytes, 0, OTHER_POINT))), one, "commitmentOpening"),
    ],
    [
      "3 a broadcast too short",
      "malformedMessage",
      keygen(
        "malformedMessage",
        cheatBroadcast(1, (b) => b.slice(1)),
      ),
    ],
    [
      "3 an ephemeral key that is no point",
      "malformedMessage",
      keygen(
        "malformedMessage",
        cheatBroadcast(1, (bytes) => overwrite(bytes, 32, new Uint8Array(33))),
      ),
    ],
    [
      "3 no direct leaves in a round that has them",
      "malformedMessage",
      keygen(
        "malformedMessage",
        (post, from, round) => (from === one && round === 2 ? { ...post, direct: new Map() } : post),
        {
          rounds: [2],
        },
      ),
    ],
    [
      "3 a dealt share that is not below q",
      "malformedMessage",
      keygen(
        "malformedMessage",
        cheatDirect(4, (bytes) => overwrite(bytes, 0, TOO_LARGE)),
        { rounds: [4], to: two },
      ),
    ],
    [
      "3 a partial signature that is not below q",
      "malformedMessage",
      accuse(signOf(cheatBroadcast(1, (bytes) => overwrite(bytes, 32, TOO_LARGE))), one, "malformedMessage"),
    ],
    [
      "4 a proof of a coefficient that does not verify",
      "proofOfKnowledge",
      keygen(
        "proofOfKnowledge",
        cheatBroadcast(3, (bytes) => flip(bytes, AT.proof + 64)),
      ),
    ],
    [
      "4 another record confirmed",
      "recordMismatch",
      keygen(
        "recordMismatch",
        cheatBroadcast(5, (bytes) => flip(bytes, AT.confirm.record)),
      ),
    ],
    [
      "4 a proof of the share that does not verify",
      "keyShareProof",
      keygen(
        "keyShareProof",
        cheatBroadcast(5, (bytes) => flip(bytes, AT.confirm.response)),
      ),
    ],
    [
      "4 a signature that is none of the record",
      "recordSignature",
      keygen(
        "recordSignature",
        cheatBroadcast(5, (bytes) => flip(bytes, AT.confirm.signature)),
      ),
    ],
    [
      "5 a share that is not on the dealer's polynomial",
      "feldmanShare",
      keygen(
        "feldmanShare",
        cheatDirect(4, (bytes) => flip(bytes, 31)),
        { to: two },
      ),
    ],
    [
      "2 reshare: another salt opened",
      "commitmentOpening",
      accuse(reshareOf(cheatBroadcast(3, (bytes) => flip(bytes, 66))), one, "commitmentOpening"),
    ],
    [
      "3 reshare: a confirmation that is too short",
      "malformedMessage",
      accuse(reshareOf(cheatBroadcast(5, (bytes) => bytes.slice(1))), one, "malformedMessage", { rounds: [5] }),
    ],
    [
      "4 reshare: a proof of a coefficient that does not verify",
      "proofOfKnowledge",
      accuse(reshareOf(cheatBroadcast(3, (bytes) => flip(bytes, 98 + 64))), one, "proofOfKnowledge"),
    ],
    [
      "4 reshare: a dealer deals another share than its own",
      "dealerAnchor",
      accuse(reshareOf(undefined, 0n, 1n), one, "dealerAnchor"),
    ],
    [
      "4 reshare: another record confirmed",
      "recordMismatch",
      accuse(reshareOf(cheatBroadcast(5, (bytes) => flip(bytes, 97))), one, "recordMismatch"),
    ],
    [
      "5 reshare: another chain code handed over",
      "chainCodeMismatch",
      accuse(reshareOf(cheatDirect(3, (bytes) => flip(bytes, 0))), one, "chainCodeMismatch", { to: two }),
    ],
    [
      "5 reshare: a share that is not on the dealer's polynomial",
      "feldmanShare",
      accuse(reshareOf(cheatDirect(4, (bytes) => flip(bytes, 31))), one, "feldmanShare", { to: two }),
    ],
  ];
}
