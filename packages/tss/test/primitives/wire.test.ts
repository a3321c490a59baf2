import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { expect, test } from "vitest";
import { aliceFinishExtended, aliceStartExtended, bobFinishExtended } from "../../src/primitives/extended-setup.ts";
import { aliceFinishSetup, aliceStartSetup, bobFinishSetup, bobStartSetup } from "../../src/primitives/pair-setup.ts";
import { aliceRespondVole, bobFinishVole, bobStartVole } from "../../src/primitives/vole.ts";
import { gadget } from "../../src/primitives/vole-rows.ts";
import { seededRng } from "../seeded-rng.ts";

// Two sides that change alike still agree with each other, but not with a peer that runs an older release. A change of
// these digests is a change of the protocol and needs a new version in the session ids.
test("the messages of a fixed run stay byte for byte the same", () => {
  const rng = seededRng("wire format 2");
  const [setupSid, reverseSid, voleSid] = [rng(32), rng(32), rng(32)];
  const alice = aliceStartSetup(setupSid, rng);
  const bob = bobStartSetup(setupSid, rng);
  const bobPair = bobFinishSetup(bob.state, alice.message);
  if (bobPair.kind !== "ok") expect.fail(bobPair.code);
  const alicePair = aliceFinishSetup(alice.state, bob.message, bobPair.message);
  if (alicePair.kind !== "ok") expect.fail(alicePair.code);
  const extension = aliceStartExtended(bobPair.pair, reverseSid, rng);
  const extended = bobFinishExtended(alicePair.pair, reverseSid, extension.message);
  if (extended.kind !== "ok") expect.fail(extended.code);
  expect(aliceFinishExtended(extension.state, extended.message).kind).toBe("ok");
  const session = { sid: voleSid, gadget: gadget(voleSid) };
  const started = bobStartVole(bobPair.pair, session, rng);
  const answered = aliceRespondVole(alicePair.pair, session, started.message, [3n, 4n], rng);
  if (answered.kind !== "ok") expect.fail(answered.kind);
  expect(bobFinishVole(started.state, answered.message).kind).toBe("ok");
  const setup = [alice.message, bob.message, bobPair.message, extension.message, extended.message];
  const messages = [...setup, started.message, answered.message];
  expect(messages.map((message) => bytesToHex(sha256(message)))).toMatchInlineSnapshot(`
    [
      "f0548f4a6a51340476497740d88a1d6d37f8a134f35519f2fa277b6fcb777aef",
      "e72236a55b0bec90ce3da56e720861194728bcf1c327b3e6b29b7c346ce7cf2d",
      "03432904e20e99aa6d292c0083a5da921ae68fe29687f5b0db4d2b2fbfc5743c",
      "0c106973c6516e038650d1a69eef24096459e184cb5baa0e99b6c829e3a57278",
      "c41d5e7facc3966cdfddfe60b006be2ce033f460368326bb6263239be73567c1",
      "d2633be6b6491bde3e12ae0e6320ca963970333700e7aac7661d9eea68c3cf80",
      "b66abde2c607e783dfb6991d9c1fb648fd1d962fa033003746b35a824b462a3c",
    ]
  `);
});
