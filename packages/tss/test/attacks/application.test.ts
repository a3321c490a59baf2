import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  decodeKeyShare,
  encodeKeyShare,
  type PartyIndex,
  partyIndex,
  startPresign,
  usablePartners,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { encodeScalar } from "../../src/math/scalar.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { toHex } from "../harness/hex.ts";
import { dealPresignatures } from "../harness/presignature-dealer.ts";
import { presignInput, runKeygen, runPresign, runSigning, sampleIntent } from "../harness/sessions.ts";
import { flip, tamperDirect } from "../harness/tamper.ts";
import { TEST_SEED } from "../seeded-rng.ts";
import { filesWith } from "./source.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

describe(`attacks on what an application keeps (seed ${TEST_SEED})`, () => {
  it("V-04 retry after ban code: a banned pair presigns no more, also after storing and loading", () => {
    const committee = createCommittee(2, 3, "ban");
    const shares = dealKeyShares(committee);
    const setup = { committee, shares, signers: [one, three] };
    const report = runPresign(setup, new Map([[one, tamperDirect(2, (bytes) => flip(bytes, 3))]]));
    expect(report.aborts.get(three)).toMatchObject({ code: "cotCheck", severity: "ban" });
    const banned = expect.objectContaining({ code: "bannedParty" });
    const restarted = decodeKeyShare(encodeKeyShare(must(shares.get(three))), {
      domain: committee.domain,
      self: three,
    });
    for (const share of [must(shares.get(three)), restarted]) {
      const sent: number[] = [];
      const source = (length: number): Uint8Array => {
        sent.push(length);
        return committee.rngOf(three)(length);
      };
      // Refused before a byte is drawn, let alone sent.
      expect(() => startPresign({ ...presignInput(setup, three), share, attempt: 7n }, source)).toThrowError(banned);
      expect(sent).toEqual([]);
      expect(usablePartners(share)).toEqual(new Set([two]));
    }
    // The others go on without the cheater.
    const next = runPresign({ committee, shares: new Map(shares).set(three, restarted), signers: [two, three] });
    expect(next.outputs.size).toBe(2);
  });

  it("V-33 golden shoe, BitForge, α-rays, Paillier bugs: not applicable, there is no Paillier key here", () => {
    expect(filesWith(/paillier|ring.?pedersen|modulus.?proof|safe.?prime/i)).toEqual([]);
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const names = Object.keys(manifest.dependencies);
    expect(names.every((name) => name.startsWith("@noble/") || name.startsWith("@synod/"))).toBe(true);
    expect(names.some((name) => /paillier|bigint-mod|gmp/i.test(name))).toBe(false);
  });

  it("V-42 unencrypted shares and logs: no frame, abort or printed object has a secret of a whole life of a key", {
    timeout: 240_000,
  }, () => {
    const committee = createCommittee(2, 2, "scan");
    const keygen = runKeygen(committee);
    const shares = new Map([...keygen.outputs].map(([party, { share }]) => [party, share]));
    const presigned = runPresign({ committee, shares, signers: committee.members });
    const signed = runSigning(committee, presigned.outputs);
    expect(signed.outputs.size).toBe(2);
    const secrets = [...shares.values()].flatMap((share) => {
      const { share: s, zeroSeeds, pairs, chainCode } = exposeKeyShare(share);
      const states = [...pairs.values()].flatMap(({ alice, bob }) => [
        alice.delta,
        alice.leaves.slice(0, 16),
        bob.leaves.slice(0, 16),
      ]);
      return [encodeScalar(s.expose()), chainCode, ...zeroSeeds.values(), ...states];
    });
    const frames = [keygen, presigned, signed].flatMap(({ deliveries }) =>
      deliveries.map(({ frame }) => Buffer.from(frame)),
    );
    for (const secret of secrets) expect(frames.some((frame) => frame.includes(Buffer.from(secret)))).toBe(false);
    const printed = inspect([keygen, presigned, signed], { depth: 10, maxArrayLength: 100 }).replace(/\s|,/g, "");
    for (const secret of secrets) {
      const list = inspect(new Uint8Array(secret), { maxArrayLength: 100 })
        .replace(/\s|,/g, "")
        .slice(`Uint8Array(${secret.length})[`.length, -1);
      for (const text of [toHex(secret), BigInt(`0x${toHex(secret)}`).toString(), list])
        expect(printed.includes(text)).toBe(false);
    }
    const dealt = dealPresignatures(shares, committee.members, "scan");
    for (const { presignature, phi, u, v } of dealt.values()) {
      const text = inspect(presignature, { depth: 10, showHidden: true });
      for (const value of [phi, u, v])
        expect(text.includes(value.toString()) || text.includes(value.toString(16))).toBe(false);
    }
    expect(sampleIntent(committee).kind).toBe("authorization");
  });
});
