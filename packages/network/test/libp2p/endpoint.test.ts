import { thrownCode } from "@synod/testing";
import { describe, expect, it } from "vitest";
import { dialAddress, parseEndpoint } from "../../src/libp2p/endpoint.ts";
import { libp2pIdOf, libp2pKeyOf, peerOfKey, peerOfLibp2p } from "../../src/libp2p/identity.ts";
import { identityAt } from "../identities.ts";

describe("endpoint", () => {
  it.each(["/ip4/127.0.0.1/tcp/9001", "/ip6/::1/tcp/1", "/dns4/committer.example/tcp/9001"])("takes %s", (endpoint) => {
    expect(parseEndpoint(endpoint).toString()).toBe(endpoint);
  });

  it.each([
    "",
    "127.0.0.1:9001",
    "/ip4/127.0.0.1",
    "/ip4/999.0.0.1/tcp/1",
    "/ip4/127.0.0.1/udp/9001",
    "/ip4/127.0.0.1/tcp/9001/ws",
    "/dnsaddr/example.org/tcp/1",
    `/ip4/127.0.0.1/tcp/9001/p2p/${libp2pIdOf(identityAt(1).publicKey).toString()}`,
  ])("refuses %s", (endpoint) => {
    expect(thrownCode(() => parseEndpoint(endpoint))).toBe("ENDPOINT_INVALID");
  });

  it("is dialled with the peer's identity", () => {
    const id = libp2pIdOf(identityAt(1).publicKey);
    expect(dialAddress("/ip4/127.0.0.1/tcp/1", id).toString()).toBe(`/ip4/127.0.0.1/tcp/1/p2p/${id.toString()}`);
  });
});

describe("identity", () => {
  it("is the same key for the committer and for libp2p, there and back", () => {
    for (const index of [1, 2, 3, 4, 5]) {
      const { secret, publicKey } = identityAt(index);
      expect(peerOfKey(libp2pKeyOf(secret))).toBe(publicKey);
      expect(peerOfLibp2p(libp2pIdOf(publicKey))).toBe(publicKey);
    }
  });

  it.each([0, 31, 33, 64])("refuses a secret of %i bytes", (bytes) => {
    expect(thrownCode(() => libp2pKeyOf(new Uint8Array(bytes).fill(1)))).toBe("IDENTITY_INVALID");
  });

  it("refuses a secret that is no key, and says nothing of it", () => {
    for (const fill of [0x00, 0xff]) {
      expect(() => libp2pKeyOf(new Uint8Array(32).fill(fill))).toThrow(
        /^the identity is not a secp256k1 secret key of 32 bytes$/,
      );
    }
  });

  it.each(["0x", `0x04${"11".repeat(32)}`, `0x02${"AB".repeat(32)}`, `0x02${"ff".repeat(32)}`])(
    "refuses the public key %s",
    (publicKey) => {
      expect(thrownCode(() => libp2pIdOf(publicKey as `0x${string}`))).toBe("PEER_KEY_INVALID");
    },
  );
});
