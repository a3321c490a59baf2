import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { expect, test } from "vitest";
import { aliceFinishSetup, aliceStartSetup, bobFinishSetup, bobStartSetup } from "../../src/primitives/pair-setup.ts";
import { aliceRespondVole, bobFinishVole, bobStartVole } from "../../src/primitives/vole.ts";
import { gadget } from "../../src/primitives/vole-rows.ts";
import { seededRng } from "../seeded-rng.ts";

// Two sides that change alike still agree with each other, but not with a peer that runs an older release. A change of
// these digests is a change of the protocol and needs a new version in the session ids.
test("the messages of a fixed run stay byte for byte the same", () => {
  const rng = seededRng("wire format 1");
  const [setupSid, voleSid] = [rng(32), rng(32)];
  const alice = aliceStartSetup(setupSid, rng);
  const bob = bobStartSetup(setupSid, rng);
  const bobPair = bobFinishSetup(bob.state, alice.message);
  if (bobPair.kind !== "ok") expect.fail(bobPair.code);
  const alicePair = aliceFinishSetup(alice.state, bob.message, bobPair.message);
  if (alicePair.kind !== "ok") expect.fail(alicePair.code);
  const session = { sid: voleSid, gadget: gadget(voleSid) };
  const started = bobStartVole(bobPair.pair, session, rng);
  const answered = aliceRespondVole(alicePair.pair, session, started.message, [3n, 4n], rng);
  if (answered.kind !== "ok") expect.fail(answered.kind);
  expect(bobFinishVole(started.state, answered.message).kind).toBe("ok");
  const messages = [alice.message, bob.message, bobPair.message, started.message, answered.message];
  expect(messages.map((message) => bytesToHex(sha256(message)))).toMatchInlineSnapshot(`
    [
      "2b27a5d8e26d5ce4865a9550e4ece92e8ee8936d6bbcafe779d72e55405469e8",
      "afc98b76aaa142095a002da884bec821b31676ed0a66b8ece85f7da055514f32",
      "eb5440ee1095c431a49d7932a1c3ce957d819c75ce501c710d63c5f2ae0eb866",
      "d568079dc8768403382611f3f691fb368d0518f1ebaeb0cca8f51740c3af7cb7",
      "229942d857387c58ae209f61240c0548135137a94d20333f1a2e325c9e9f14fb",
    ]
  `);
});
