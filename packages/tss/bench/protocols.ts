import {
  identityKeyFromBytes,
  type KeygenOutput,
  type PartyIndex,
  type Presignature,
  partyIndex,
  type Rng,
  type SigningIntent,
  startKeygen,
  startPresign,
  startSigning,
} from "../src/index.ts";
import { drive, type RunCost } from "./drive.ts";
import { median } from "./measure.ts";

/** Cost of a protocol per party, medians over runs. */
export type ProtocolCost = {
  readonly rounds: number;
  readonly parties: number;
  readonly cpuMsPerParty: number;
  readonly cpuMsTotal: number;
  readonly bytesPerParty: number;
  readonly framesPerParty: number;
};

function summarise(rounds: number, runs: readonly RunCost[]): ProtocolCost {
  const perParty = (pick: (run: RunCost) => ReadonlyMap<PartyIndex, number>): number =>
    median(runs.flatMap((run) => [...pick(run).values()]));
  return {
    rounds,
    parties: runs[0]?.cpuMs.size ?? 0,
    cpuMsPerParty: perParty((run) => run.cpuMs),
    cpuMsTotal: median(runs.map((run) => [...run.cpuMs.values()].reduce((sum, ms) => sum + ms, 0))),
    bytesPerParty: perParty((run) => run.bytes),
    framesPerParty: perParty((run) => run.frames),
  };
}

type Setting = ReturnType<typeof createSetting>;

function createSetting(minSigners: number, size: number, rng: Rng) {
  const identities = new Map(
    Array.from({ length: size }, (_, i) => [partyIndex(i + 1), identityKeyFromBytes(rng(32))] as const),
  );
  const parties = new Map([...identities].map(([party, identity]) => [party, identity.publicKey] as const));
  const domain = { chainId: 31337n, verifyingContract: rng(20), keyId: rng(32), epoch: 1n };
  return { minSigners, size, identities, parties, domain, rng };
}

function runKeygen(setting: Setting, attempt: bigint) {
  const { domain, parties, minSigners, identities, rng } = setting;
  const starts = new Map(
    [...identities].map(
      ([self, identity]) =>
        [self, () => startKeygen({ domain, attempt, self, parties, minSigners, identity }, rng)] as const,
    ),
  );
  return drive(starts, rng);
}

function runPresign(setting: Setting, shares: ReadonlyMap<PartyIndex, KeygenOutput>) {
  const { domain, identities, minSigners, rng } = setting;
  const signers = [...identities.keys()].slice(0, minSigners);
  const purpose = rng(32);
  const common = { domain, purpose, attempt: 0n, signers, banned: new Set<PartyIndex>() };
  const starts = new Map(
    signers.map((self) => {
      const [identity, share] = [identities.get(self), shares.get(self)?.share];
      if (identity === undefined || share === undefined) throw new TypeError("a signer has no share");
      return [self, () => startPresign({ ...common, self, share, identity }, rng)] as const;
    }),
  );
  return drive(starts, rng);
}

function runSigning(setting: Setting, presignatures: ReadonlyMap<PartyIndex, Presignature>) {
  const { domain, identities, rng } = setting;
  const intent = sampleIntent(setting);
  const [purpose, beacon] = [rng(32), rng(32)];
  const common = { domain, purpose, attempt: 0n, intent, tweak: 0n, beacon };
  const starts = new Map(
    [...presignatures].map(([self, presignature]) => {
      const identity = identities.get(self);
      if (identity === undefined) throw new TypeError("a signer has no identity");
      return [self, () => startSigning({ ...common, self, presignature, identity }, rng)] as const;
    }),
  );
  return drive(starts, rng);
}

function sampleIntent({ domain, rng }: Setting): SigningIntent {
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

/** Costs of key generation, presigning and signing for one committee. */
export function protocolCosts(
  minSigners: number,
  size: number,
  runs: { readonly keygen: number; readonly presign: number },
  rng: Rng,
) {
  const setting = createSetting(minSigners, size, rng);
  const keygens = Array.from({ length: runs.keygen }, (_, i) => runKeygen(setting, BigInt(i)));
  const shares = keygens.at(-1)?.outputs ?? new Map<PartyIndex, KeygenOutput>();
  // The first run pays for compilation; it is not counted.
  runSigning(setting, runPresign(setting, shares).outputs);
  const presigns = Array.from({ length: runs.presign }, () => runPresign(setting, shares));
  const signings = presigns.map((presign) => runSigning(setting, presign.outputs));
  return {
    minSigners,
    size,
    keygen: summarise(5, keygens),
    presign: summarise(4, presigns),
    sign: summarise(1, signings),
  };
}
