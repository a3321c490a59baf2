import { createHash } from "node:crypto";
import type { PartyIndex, Rng, Started } from "@synod/tss";

/** The threshold library, a fresh copy of which a test or a benchmark may load. */
export type Library = typeof import("@synod/tss");

/** What a run of all protocols sent, cost and gave. */
export type WholeRun = {
  /** SHA-256 of every frame, in the order they were sent. */
  readonly frames: readonly string[];
  /** CPU milliseconds per party and protocol, in this order. */
  readonly cpuMs: { readonly keygen: number; readonly presign: number; readonly sign: number };
  readonly signature: unknown;
};

function sha256(content: string | Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

/** SHA-256 of the seed and a counter. */
function seeded(seed: string): Rng {
  let counter = 0;
  return (length) => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () => sha256(`${seed}/${counter++}`));
    return new Uint8Array(Buffer.concat(blocks)).slice(0, length);
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("a value of the run is missing");
  return value;
}

type Driven<Output> = {
  readonly outputs: ReadonlyMap<PartyIndex, Output>;
  readonly frames: readonly string[];
  readonly cpuMs: number;
};

/** Runs one session per party; `receive` of the library feeds them. */
function drive<Output>(
  { receive }: Library,
  starts: ReadonlyMap<PartyIndex, () => Started<Output>>,
  rngs: ReadonlyMap<PartyIndex, Rng>,
): Driven<Output> {
  const before = process.cpuUsage();
  const frames: string[] = [];
  const outputs = new Map<PartyIndex, Output>();
  const sessions = new Map<PartyIndex, Started<Output>["session"]>();
  const queue: { from: PartyIndex; to: PartyIndex; frame: Uint8Array }[] = [];

  function settle(party: PartyIndex, { session, effects }: Started<Output>): void {
    sessions.set(party, session);
    for (const effect of effects) {
      if (effect.kind === "done") outputs.set(party, effect.output);
      else if (effect.kind !== "send") throw new TypeError(`party ${party}: ${effect.kind}`);
      else {
        frames.push(sha256(effect.frame).toString("hex"));
        const to = effect.to === "all" ? [...starts.keys()].filter((other) => other !== party) : [effect.to];
        queue.push(...to.map((recipient) => ({ from: party, to: recipient, frame: effect.frame })));
      }
    }
  }

  for (const [party, start] of starts) settle(party, start());
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { from, to, frame } = next;
    settle(to, receive(must(sessions.get(to)), from, frame, must(rngs.get(to))));
  }
  const { user, system } = process.cpuUsage(before);
  return { outputs, frames, cpuMs: (user + system) / 1000 / starts.size };
}

/** Key generation 2 of 3, then presigning and signing of two, all from one seed. */
export function wholeRun(tss: Library, seed: string): WholeRun {
  const members = [1, 2, 3].map((index) => tss.partyIndex(index));
  const bytes = (name: string, length = 32): Uint8Array => seeded(`${seed}/${name}`)(length);
  const identities = new Map(members.map((party) => [party, tss.identityKeyFromBytes(bytes(`identity ${party}`))]));
  const rngs = new Map(members.map((party) => [party, seeded(`${seed}/random ${party}`)]));
  const domain = { chainId: 1n, verifyingContract: bytes("contract", 20), keyId: bytes("key"), epoch: 1n };
  const common = (self: PartyIndex) => ({ domain, attempt: 0n, self, identity: must(identities.get(self)) });
  const each = <T>(parties: readonly PartyIndex[], start: (self: PartyIndex, rng: Rng) => T) =>
    new Map(parties.map((self) => [self, () => start(self, must(rngs.get(self)))] as const));

  const parties = new Map([...identities].map(([party, { publicKey }]) => [party, publicKey]));
  const keygen = drive(
    tss,
    each(members, (self, rng) => tss.startKeygen({ ...common(self), parties, minSigners: 2 }, rng)),
    rngs,
  );
  const signers = members.slice(0, 2);
  const purpose = bytes("purpose");
  const presign = drive(
    tss,
    each(signers, (self, rng) => {
      const { share } = must(keygen.outputs.get(self));
      return tss.startPresign({ ...common(self), purpose, signers, share, banned: new Set<PartyIndex>() }, rng);
    }),
    rngs,
  );
  const intent = {
    kind: "authorization",
    chainId: 1n,
    vault: bytes("vault", 20),
    decisionId: bytes("decision"),
    agentId: bytes("agent"),
    committeeId: domain.keyId,
    epoch: 1n,
    payloadHash: bytes("payload"),
    policyHash: bytes("policy"),
    deadline: 1n,
    registry: bytes("registry", 20),
  } as const;
  const sign = drive(
    tss,
    each(signers, (self, rng) => {
      const presignature = must(presign.outputs.get(self));
      const input = { ...common(self), purpose, presignature, intent, tweak: 7n, beacon: bytes("beacon") };
      return tss.startSigning(input, rng);
    }),
    rngs,
  );
  return {
    frames: [...keygen.frames, ...presign.frames, ...sign.frames],
    cpuMs: { keygen: keygen.cpuMs, presign: presign.cpuMs, sign: sign.cpuMs },
    signature: must(sign.outputs.get(must(signers[0]))),
  };
}
