import { createHash } from "node:crypto";
import {
  addressOfKey,
  type Domain,
  type Effect,
  type GroupSignature,
  type IdentityKey,
  identityKeyFromBytes,
  type KeyShare,
  type PartyIndex,
  type Presignature,
  partyIndex,
  type Rng,
  receive,
  type SigningIntent,
  type Started,
  startKeygen,
  startPresign,
  startSigning,
} from "@synod/tss";
import { bytesToHex, type Hex } from "viem";

/** A committee whose parties run in this process and hand each other their frames. For tests of signatures only. */
export type InProcessCommittee = {
  readonly domain: Domain;
  readonly identities: ReadonlyMap<PartyIndex, IdentityKey>;
  readonly shares: ReadonlyMap<PartyIndex, KeyShare>;
  readonly groupKey: Uint8Array;
  readonly groupAddress: Hex;
};

/** What a signature is for, besides the committee and the signers. */
export type SigningRequest = {
  readonly signers: readonly PartyIndex[];
  readonly intent: SigningIntent;
  readonly tweak: bigint;
  readonly beacon: Uint8Array;
  readonly purpose: Uint8Array;
};

type Runs<Output> = Map<PartyIndex, Started<Output>>;
type Letter = { readonly from: PartyIndex; readonly to: PartyIndex; readonly frame: Uint8Array };

/** Runs all parties until nobody has anything left to send; every party's output. */
function runToEnd<Output>(runs: Runs<Output>, rng: Rng): ReadonlyMap<PartyIndex, Output> {
  const outputs = new Map<PartyIndex, Output>();
  const post: Letter[] = [];
  const carryOut = (from: PartyIndex, effects: readonly Effect<Output>[]): void => {
    for (const effect of effects) {
      if (effect.kind === "done") outputs.set(from, effect.output);
      if (effect.kind === "abort") throw new TypeError(`party ${from} aborted: ${effect.abort.code}`);
      if (effect.kind === "send") post.push(...lettersOf(from, effect, [...runs.keys()]));
    }
  };
  for (const [party, run] of runs) carryOut(party, run.effects);
  for (let letter = post.shift(); letter !== undefined; letter = post.shift()) {
    const run = runs.get(letter.to);
    if (run === undefined) throw new TypeError(`nobody is party ${letter.to}`);
    const next = receive(run.session, letter.from, letter.frame, rng);
    runs.set(letter.to, next);
    carryOut(letter.to, next.effects);
  }
  return outputs;
}

function lettersOf<Output>(
  from: PartyIndex,
  effect: Extract<Effect<Output>, { kind: "send" }>,
  parties: readonly PartyIndex[],
): readonly Letter[] {
  const recipients = effect.to === "all" ? parties.filter((party) => party !== from) : [effect.to];
  return recipients.map((to) => ({ from, to, frame: effect.frame }));
}

function startAll<Output>(parties: Iterable<PartyIndex>, start: (self: PartyIndex) => Started<Output>): Runs<Output> {
  return new Map([...parties].map((self) => [self, start(self)]));
}

function entryOf<Value>(map: ReadonlyMap<PartyIndex, Value>, party: PartyIndex): Value {
  const value = map.get(party);
  if (value === undefined) throw new TypeError(`party ${party} is not in the committee`);
  return value;
}

/** A real key generation among `members` parties, of which `minSigners` will sign. */
export function generateKey(domain: Domain, members: number, minSigners: number, rng: Rng): InProcessCommittee {
  const indices = Array.from({ length: members }, (_, i) => partyIndex(i + 1));
  const identities = new Map(indices.map((party) => [party, identityKeyFromBytes(rng(32))]));
  const parties = new Map([...identities].map(([party, { publicKey }]) => [party, publicKey]));
  const outputs = runToEnd(
    startAll(indices, (self) => {
      const identity = entryOf(identities, self);
      return startKeygen({ domain, attempt: 0n, self, parties, minSigners, identity }, rng);
    }),
    rng,
  );
  const shares = new Map([...outputs].map(([party, { share }]) => [party, share]));
  const { groupKey } = entryOf(outputs, partyIndex(1)).record;
  return { domain, identities, shares, groupKey, groupAddress: bytesToHex(addressOfKey(groupKey)) };
}

/** Presigns and signs with exactly the given signers; every signer's signature, which must be one and the same. */
export function sign(committee: InProcessCommittee, request: SigningRequest, rng: Rng): GroupSignature {
  const { domain, identities, shares } = committee;
  const { signers, purpose } = request;
  const common = (self: PartyIndex) => ({ domain, purpose, attempt: 0n, self, identity: entryOf(identities, self) });
  const presignatures = runToEnd<Presignature>(
    startAll(signers, (self) => {
      const share = entryOf(shares, self);
      return startPresign({ ...common(self), signers, share, banned: new Set() }, rng);
    }),
    rng,
  );
  const signatures = runToEnd<GroupSignature>(
    startAll(signers, (self) => {
      const { intent, tweak, beacon } = request;
      return startSigning({ ...common(self), presignature: entryOf(presignatures, self), intent, tweak, beacon }, rng);
    }),
    rng,
  );
  const distinct = new Map([...signatures.values()].map((signature) => [bytesToHex(signature.bytes), signature]));
  const [signature] = distinct.values();
  if (signature === undefined || distinct.size !== 1 || signatures.size !== signers.length) {
    throw new TypeError("the signers ended with different signatures");
  }
  return signature;
}

/** Subsets of `size` parties. */
export function subsets(parties: readonly PartyIndex[], size: number): readonly (readonly PartyIndex[])[] {
  if (size === 0) return [[]];
  return parties.flatMap((party, i) => subsets(parties.slice(i + 1), size - 1).map((rest) => [party, ...rest]));
}

/** 32 bytes that depend on a text. */
export function bytes32(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
