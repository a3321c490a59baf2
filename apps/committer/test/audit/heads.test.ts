import { auditHeadDigest, epochKey, toCommitteeId, verifyAudit } from "@synod/core";
import { recoverAddress } from "viem";
import { beforeEach, describe, expect, test } from "vitest";
import { HeadBook, openHeadFile } from "../../src/audit/head-book.ts";
import type { AuditHeadKept, CommitterEvent } from "../../src/journal/events.ts";
import { MOST_ENTRY_HASHES } from "../../src/sessions/frame.ts";
import {
  exchange,
  factsOf,
  forgottenFile,
  HEAD_BLOCKS,
  HEAD_RECORDS,
  type HeadMember,
  headMember,
} from "../support/head-members.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

const { committeeId, epoch } = SAMPLE_EPOCH;
const KEY = epochKey(committeeId, epoch);
const rewritten = (count: number) => factsOf(count, "as it should have been");

let owner: HeadMember;
let witness: HeadMember;
beforeEach(() => {
  owner = headMember("self");
  witness = headMember("peer", { log: [] });
});

const coSigned = (by: HeadMember = owner) => by.heads.coSignedBy(witness.identity.address);
const remembered = () => witness.heads.ofPeer(owner.identity.address);

describe("a head is co-signed", () => {
  test("durably before the answer leaves, by both keys over the same words", async () => {
    await exchange(owner, witness);
    expect(witness.noted).toEqual(["records 4", "sends auditCoSignature"]);
    const [held, own] = [coSigned(), remembered()];
    expect(held).toMatchObject({ ...owner.audit.head, committeeId, epoch, committer: owner.identity.address });
    for (const head of [held, own]) {
      if (head === undefined) return expect.unreachable();
      const signer = await recoverAddress({ hash: auditHeadDigest(head, head), signature: head.signature });
      expect(signer).toBe(head.signer);
    }
    expect([held?.signer, own?.signer]).toEqual([witness.identity.address, owner.identity.address]);
  });

  test("with what leads to it from the one before", async () => {
    await exchange(owner, witness);
    owner.audit.append(factsOf(HEAD_RECORDS, "later", HEAD_RECORDS));
    const [shown] = await exchange(owner, witness);
    expect(shown).toMatchObject({ from: 4, length: 8, entryHashes: owner.audit.entryHashes(4, 8) });
    expect(coSigned()).toMatchObject(owner.audit.head);
    expect(await exchange(owner, witness)).toEqual([]);
  });

  test("in steps when a peer has missed more than one frame may show", async () => {
    await exchange(owner, witness);
    owner.audit.append(factsOf(MOST_ENTRY_HASHES + 10, "later", 100));
    await exchange(owner, witness);
    expect(coSigned()?.length).toBe(MOST_ENTRY_HASHES + 4);
    await exchange(owner, witness);
    expect(coSigned()).toMatchObject(owner.audit.head);
  });

  test("again, when the co-signature was lost", async () => {
    await exchange(owner, witness);
    const forgetful = headMember("self", { log: factsOf(6) });
    await exchange(forgetful, witness);
    await forgetful.step(BigInt(HEAD_BLOCKS));
    await exchange(forgetful, witness);
    expect(coSigned(forgetful)).toMatchObject(forgetful.audit.head);
  });

  test("at a member that was put back to what it is known to have shown", async () => {
    await exchange(owner, witness);
    const again = headMember("self", { log: factsOf(5), heads: owner.heads });
    again.book.setFacts(KEY, { ...ACTIVE_FACTS, status: "retired" });
    await again.step();
    again.book.setFacts(KEY, ACTIVE_FACTS);
    await exchange(again, witness);
    expect(coSigned(again)?.length).toBe(5);
    expect(again.alarms.standing()).toEqual([]);
  });
});

describe("a head is shown", () => {
  test("after so many records, and not after fewer", async () => {
    const young = headMember("self", { log: factsOf(HEAD_RECORDS - 1) });
    await young.step();
    expect(young.taken("auditHead")).toEqual([]);
    young.audit.append(factsOf(1, "one more", 50));
    await young.step();
    expect(young.taken("auditHead")).toMatchObject([young.audit.head]);
  });

  test("after so many blocks, if there is anything new", async () => {
    const young = headMember("self", { log: [] });
    await young.step();
    await young.step(BigInt(HEAD_BLOCKS));
    expect(young.taken("auditHead")).toEqual([]);
    young.audit.append(factsOf(1));
    await young.step();
    expect(young.taken("auditHead")).toMatchObject([{ length: 1 }]);
  });

  test("when an epoch ends", async () => {
    const other = { ...SAMPLE_EPOCH, committeeId: toCommitteeId(`0x${"c2".repeat(32)}`) };
    const otherKey = epochKey(other.committeeId, epoch);
    const young = headMember("self", { log: factsOf(1) });
    young.book.apply(other);
    young.book.setFacts(otherKey, ACTIVE_FACTS);
    await young.step();
    expect(young.taken("auditHead")).toEqual([]);
    young.book.setFacts(otherKey, { ...ACTIVE_FACTS, status: "retired", retiredAt: 5n });
    await young.step();
    expect(young.taken("auditHead")).toMatchObject([{ length: 1 }]);
  });

  test("at every block until it is answered, to who is connected", async () => {
    owner.connected.clear();
    await owner.step();
    expect(owner.taken("auditHead")).toEqual([]);
    owner.connected.add(witness.identity.peer);
    for (let block = 0; block < 2; block += 1) {
      await owner.step();
      expect(owner.taken("auditHead")).toMatchObject([owner.audit.head]);
    }
  });
});

describe("a log that is not what it was", () => {
  beforeEach(async () => void (await exchange(owner, witness)));

  test.each([
    ["of the same length", rewritten(HEAD_RECORDS), undefined],
    ["that has grown since", rewritten(3 * HEAD_RECORDS), "knows"],
  ])("%s is refused, and named at both ends", async (_name, log, knows) => {
    const heads = knows === undefined ? new HeadBook() : owner.heads;
    const liar = headMember("self", { log, heads });
    const before = remembered();
    await exchange(liar, witness);
    expect(remembered()).toEqual(before);
    expect(witness.noted.filter((what) => what.startsWith("records"))).toHaveLength(1);
    expect(witness.alarms.standing()).toMatchObject([
      { alarm: "auditHeadForked", reason: expect.stringContaining(`had signed 4:${before?.hash}`) },
    ]);
  });

  test("is told so with what its own key had signed", async () => {
    const liar = headMember("self", { log: rewritten(HEAD_RECORDS) });
    await exchange(liar, witness);
    expect(coSigned(liar)).toBeUndefined();
    expect(liar.alarms.standing()).toMatchObject([
      { alarm: "auditHeadRefused", reason: expect.stringContaining(`4:${remembered()?.hash}`) },
    ]);
  });

  test("because its end was cut off is told so, and blamed for nothing", async () => {
    owner.audit.append(factsOf(HEAD_RECORDS, "later", HEAD_RECORDS));
    await exchange(owner, witness);
    const cut = headMember("self", { log: factsOf(6) });
    await exchange(cut, witness);
    expect(remembered()?.length).toBe(8);
    expect(cut.alarms.stands("auditHeadRefused")).toBe(true);
    expect(witness.alarms.standing()).toEqual([]);
  });

  test("is forgiven once it is again", async () => {
    const log = rewritten(HEAD_RECORDS);
    await exchange(headMember("self", { log }), witness);
    expect(witness.alarms.stands("auditHeadForked")).toBe(true);
    owner.audit.append(factsOf(HEAD_RECORDS, "later", HEAD_RECORDS));
    await witness.step();
    await exchange(owner, witness);
    expect(witness.alarms.standing()).toEqual([]);
  });
});

describe("a head is neither signed nor answered", () => {
  const shownBy = async (member: HeadMember) => {
    await member.step();
    const [frame] = member.taken("auditHead");
    return frame ?? expect.unreachable();
  };

  test("twice in a block of one peer", async () => {
    const frame = await shownBy(owner);
    await witness.witness.onHead(owner.identity.peer, frame);
    await witness.witness.onHead(owner.identity.peer, frame);
    expect(witness.taken("auditCoSignature")).toHaveLength(1);
  });

  test("when another than the sender signed it", async () => {
    const place = { chainId: 31_337n, committeeRegistry: owner.identity.address };
    const message = { committeeId, epoch, committer: owner.identity.address, ...owner.audit.head };
    const frame = await shownBy(owner);
    for (const signature of [
      await witness.identity.sign({ kind: "auditHead", place, message }),
      await owner.identity.sign({ kind: "auditHead", place, message }),
    ] as const) {
      await witness.step();
      await witness.witness.onHead(owner.identity.peer, { ...frame, signature });
    }
    expect([witness.taken("auditCoSignature"), remembered()]).toEqual([[], undefined]);
  });

  test.each([
    ["an epoch that has not begun", "confirmed"],
    ["an epoch that was given up", "abandoned"],
  ] as const)("in %s", async (_name, status) => {
    const frame = await shownBy(owner);
    witness.book.setFacts(KEY, { ...ACTIVE_FACTS, status });
    await witness.witness.onHead(owner.identity.peer, frame);
    expect(witness.taken("auditCoSignature")).toEqual([]);
  });

  test("of who is no member of the epoch, or of an epoch that is not there", async () => {
    const frame = await shownBy(owner);
    await witness.witness.onHead("0x02ff", frame);
    await witness.witness.onHead(owner.identity.peer, { ...frame, epoch: 0n });
    await witness.step();
    await witness.witness.onHead(owner.identity.peer, { ...frame, epoch: 9n });
    expect(witness.taken("auditCoSignature")).toEqual([]);
  });
});

describe("a co-signature is not kept", () => {
  const answer = async () => {
    await Promise.all([owner.step(), witness.step()]);
    for (const frame of owner.taken("auditHead")) await witness.witness.onHead(owner.identity.peer, frame);
    const [frame] = witness.taken("auditCoSignature");
    return frame ?? expect.unreachable();
  };

  test("when it is of another key than the sender's, or of a head that was never shown", async () => {
    const frame = await answer();
    const signature = await sampleIdentity("self").sign({
      kind: "auditHead",
      place: { chainId: 31_337n, committeeRegistry: owner.identity.address },
      message: { committeeId, epoch, committer: owner.identity.address, ...owner.audit.head },
    });
    for (const changed of [
      { ...frame, signature },
      { ...frame, ownSignature: signature },
      { ...frame, length: 3 },
    ])
      await owner.courier.onCoSignature(witness.identity.peer, changed);
    expect([coSigned(), owner.alarms.standing()]).toEqual([undefined, []]);
    await owner.courier.onCoSignature("0x02ff", frame);
    expect(coSigned()).toBeUndefined();
  });

  test("twice", async () => {
    const frame = await answer();
    await Promise.all([1, 2].map(() => owner.courier.onCoSignature(witness.identity.peer, frame)));
    await owner.courier.onCoSignature(witness.identity.peer, frame);
    expect(owner.noted.filter((what) => what.startsWith("records"))).toEqual(["records 4"]);
  });
});

describe("the file of signed heads", () => {
  const events = async (): Promise<readonly CommitterEvent[]> => {
    await exchange(owner, witness);
    return owner.heads.all().map((head): AuditHeadKept => ({ kind: "AuditHeadKept", ...head }));
  };

  test("has a line for each, and follows from the journal", async () => {
    let text = "";
    const append = (more: string) => {
      text += more;
    };
    const file = { ...forgottenFile(), read: () => text, append };
    const kept = await events();
    openHeadFile(file, [])([{ kind: "SigningHalted", reason: "no head" }, ...kept]);
    const { hash, length } = owner.audit.head;
    expect(JSON.parse(text)).toMatchObject({ chainId: "31337", epoch: "1", length, hash });
    openHeadFile(file, kept);
    text = text.replace(`"length":${length}`, '"length":3');
    expect(() => openHeadFile(file, kept)).toThrow(expect.objectContaining({ code: "auditBroken" }));
  });
});

test("a log says of every length which head it had, and what leads from it to the next", () => {
  const { audit } = headMember("self", { log: factsOf(200) });
  expect(audit.headAt(200)).toEqual(audit.head);
  expect(audit.headAt(0)).toEqual(headMember("self", { log: [] }).audit.head);
  expect(audit.headAt(77)).toEqual(headMember("self", { log: factsOf(77) }).audit.head);
  expect(audit.headAt(201)).toBeUndefined();
  expect(audit.entryHashes(198, 300)).toHaveLength(2);
  expect(verifyAudit([], audit.headAt(0)).kind).toBe("intact");
});
