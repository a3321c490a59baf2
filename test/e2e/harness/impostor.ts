import { Libp2pTransport } from "@synod/network";
import { eventually } from "@synod/testing/eventually";
import { bytesToHex, hexToBytes } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Committee, Member } from "./deployment.ts";
import { openKeystore } from "./stored-share.ts";

const IDENTITY = {
  product: "synod",
  keyId: `0x${"00".repeat(32)}`,
  epoch: 0n,
  party: 0,
  version: 1,
} as const;

/** Somebody at a member's address who can say anything: a transport with an identity key, and no committer behind it. */
export type Impostor = {
  readonly transport: Libp2pTransport;
  /** Compressed identity keys of the other members, as the transport names them. */
  readonly others: readonly `0x${string}`[];
};

/** The identity secret in a member's keystore. */
export function identityOf(member: Member): Uint8Array {
  const keystore = openKeystore(member);
  const secret = keystore.load("identity", IDENTITY);
  keystore.close();
  return secret;
}

function compressedKeyOf(secret: Uint8Array): `0x${string}` {
  const { publicKey } = privateKeyToAccount(bytesToHex(secret));
  const isOdd = (hexToBytes(publicKey).at(-1) ?? 0) % 2 === 1;
  return `0x0${isOdd ? 3 : 2}${publicKey.slice(4, 68)}`;
}

/** Starts a transport with `secret` at `listen`, that dials every member but the one at `place`. */
export async function impersonate(
  committee: Committee,
  place: Member,
  secret: Uint8Array,
  listen = place.endpoint,
): Promise<Impostor> {
  const members = committee.members.filter(({ memberIndex }) => memberIndex !== place.memberIndex);
  const peers = members.map((member) => ({
    publicKey: compressedKeyOf(identityOf(member)),
    endpoint: member.endpoint,
  }));
  const transport = await Libp2pTransport.create({ secret, listen });
  transport.setPeers(peers);
  await transport.start();
  return { transport, others: peers.map(({ publicKey }) => publicKey) };
}

/** Waits until the transport has a way out to every member it dials. */
export async function untilConnected({ transport, others }: Impostor): Promise<void> {
  await eventually(async () => (transport.connected().size === others.length ? true : undefined));
}
