// The threshold library as a wallet would bundle it, from its published interface alone.
import {
  type IdentityKey,
  identityKeyFromBytes,
  intentDigest,
  type PartyIndex,
  partyIndex,
  type Rng,
  type SigningIntent,
  startKeygen,
  startPresign,
  startSigning,
} from "@synod/tss";
import { deliver } from "./deliver.ts";
import type { PageResult } from "./result.ts";

const rng: Rng = (length) => crypto.getRandomValues(new Uint8Array(length));

const domain = { chainId: 31_337n, verifyingContract: rng(20), keyId: rng(32), epoch: 1n };

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("a value is missing");
  return value;
}

function sampleIntent(): SigningIntent {
  return {
    kind: "authorization",
    chainId: domain.chainId,
    vault: rng(20),
    decisionId: rng(32),
    agentId: rng(32),
    committeeId: domain.keyId,
    epoch: domain.epoch,
    payloadHash: rng(32),
    policyHash: rng(32),
    deadline: 1n,
    registry: rng(20),
  };
}

function generate(identities: ReadonlyMap<PartyIndex, IdentityKey>) {
  const parties = new Map([...identities].map(([party, identity]) => [party, identity.publicKey] as const));
  const starts = [...identities].map(([self, identity]) => {
    const input = { domain, attempt: 0n, self, parties, minSigners: 2, identity };
    return [self, () => startKeygen(input, rng)] as const;
  });
  return deliver(new Map(starts), rng);
}

function presign(identities: ReadonlyMap<PartyIndex, IdentityKey>, { outputs }: ReturnType<typeof generate>) {
  const signers = [partyIndex(1), partyIndex(3)];
  const common = { domain, purpose: rng(32), attempt: 0n, signers, banned: new Set<PartyIndex>() };
  const starts = signers.map((self) => {
    const input = { ...common, self, share: must(outputs.get(self)).share, identity: must(identities.get(self)) };
    return [self, () => startPresign(input, rng)] as const;
  });
  return deliver(new Map(starts), rng);
}

function sign(
  identities: ReadonlyMap<PartyIndex, IdentityKey>,
  { outputs }: ReturnType<typeof presign>,
  intent: SigningIntent,
) {
  const common = { domain, purpose: rng(32), attempt: 0n, intent, tweak: 0n, beacon: rng(32) };
  const starts = [...outputs].map(([self, presignature]) => {
    const input = { ...common, self, presignature, identity: must(identities.get(self)) };
    return [self, () => startSigning(input, rng)] as const;
  });
  return deliver(new Map(starts), rng);
}

/** Generates a key among three parties, presigns with two of them and signs. */
export function runCommittee(): PageResult {
  const identities = new Map([1, 2, 3].map((index) => [partyIndex(index), identityKeyFromBytes(rng(32))] as const));
  const generated = generate(identities);
  const presigned = presign(identities, generated);
  const intent = sampleIntent();
  const signed = sign(identities, presigned, intent);
  return {
    groupKey: hex(must(generated.outputs.get(partyIndex(1))).share.record.groupKey),
    digest: hex(intentDigest(intent)),
    signatures: [...signed.outputs.values()].map((signature) => hex(signature.bytes)),
    bytes: { keygen: generated.bytes, presign: presigned.bytes, sign: signed.bytes },
    ms: { keygen: generated.ms, presign: presigned.ms, sign: signed.ms },
  };
}
