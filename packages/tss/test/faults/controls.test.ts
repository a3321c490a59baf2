import "./memory.ts";
import { describe, expect, it } from "vitest";
import type { Abort, PartyIndex } from "../../src/index.ts";
import { partyIndex } from "../../src/index.ts";
import { burnPair, exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { Secret } from "../../src/math/secret.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { dealPresignatures } from "../harness/presignature-dealer.ts";
import { runSigning } from "../harness/sessions.ts";
import type { ArenaReport, Ending } from "./arena.ts";
import { checkReport } from "./check-report.ts";
import { type Expectation, HARMLESS, nobody } from "./expectation.ts";
import { caseId, type FaultCase, faultsOf } from "./fault-case.ts";
import { expectSignatures } from "./outcome.ts";
import { presignTarget } from "./presign-target.ts";
import { recordingOf } from "./recording.ts";
import { type FaultRun, runCase, runFault } from "./run-case.ts";
import { assertIntact, ownShares, topology, unburntShares } from "./scene.ts";
import { leaksIn, leaksInPrint } from "./secret-scan.ts";

/*
 * Positive controls: each thing that the generator checks of a run is made wrong here, and must be noticed. A generator
 * whose checks cannot fail would pass whatever the library did.
 */

const THREE = "presign/3of4-1bad/r3";
const BAN = `${THREE}/direct.eta.flip/one#0`;
const PROVEN = `${THREE}/broadcast.salt.flip/all#0`;
const [two, three] = [2, 3].map(partyIndex) as [PartyIndex, PartyIndex];

const CASES = new Map(faultsOf(presignTarget, 0).map((fault) => [caseId(fault), fault]));

type Report = ArenaReport<unknown>;

/** Runs a case, lets `spoil` change what is checked, and returns the check. */
function checking(id: string, spoil: (run: FaultRun) => Partial<FaultRun>): () => void {
  const fault: FaultCase = must(CASES.get(id), id);
  const run = must(runFault(fault), "a fault");
  const { plan, scene, report } = { ...run, ...spoil(run) };
  return () => checkReport(fault, plan, scene, report, id);
}

/** The report with another ending of one party. */
function ending(report: Report, party: PartyIndex, change: (abort: Abort) => Partial<Abort>): Partial<FaultRun> {
  const old = must(report.endings.get(party));
  if (old.kind !== "abort") throw new TypeError(`party ${party} ended well`);
  const changed: Ending<unknown> = { kind: "abort", abort: { ...old.abort, ...change(old.abort) } };
  return { report: { ...report, endings: new Map(report.endings).set(party, changed) } };
}

/** The plan with one expectation of everybody that the fault reaches. */
function expecting({ plan }: FaultRun, expected: Expectation): Partial<FaultRun> {
  return {
    plan: { ...plan, expectations: new Map([...plan.expectations.keys()].map((party) => [party, [expected]])) },
  };
}

/** A secret of an honest party of the case. */
function secretOf({ scene }: FaultRun): Uint8Array {
  return must(scene.secrets()[0], "secret");
}

describe("what a run is checked for", () => {
  it.each([BAN, PROVEN, `${THREE}/transport.duplicated/all#0`])("%s passes as it is", (id) => {
    expect(checking(id, () => ({}))).not.toThrow();
  });

  it("another end than the table's, whichever way", () => {
    expect(checking(BAN, (run) => expecting(run, nobody("echoMismatch")))).toThrow(/ended with voleCheck \(ban/);
    expect(checking(BAN, (run) => expecting(run, HARMLESS))).toThrow(/ended with voleCheck/);
    const duplicated = `${THREE}/transport.duplicated/all#0`;
    expect(checking(duplicated, (run) => expecting(run, nobody("echoMismatch")))).toThrow(/ended with an output/);
  });

  it("a milder or harsher end with the same code", () => {
    const mild = (run: FaultRun) => ending(run.report, two, () => ({ severity: "retry" }));
    expect(checking(BAN, mild)).toThrow(/ended with voleCheck \(retry, pairwise/);
    const harsh = (run: FaultRun) => ending(run.report, two, () => ({ severity: "ban", blame: "pairwise" }));
    expect(checking(PROVEN, harsh)).toThrow(/ended with commitmentOpening \(ban/);
  });

  it("a party that never ends", () => {
    const without = ({ report }: FaultRun): Partial<FaultRun> => {
      const endings = new Map(report.endings);
      endings.delete(three);
      return { report: { ...report, endings } };
    };
    expect(checking(BAN, without)).toThrow(/party 3 never ends/);
  });

  it("blame of an honest party or of a bad one that did nothing, blame without a name, a name without blame, a ban that is not pairwise", () => {
    const blames = (change: Partial<Abort>) => (run: FaultRun) => ending(run.report, two, () => change);
    expect(checking(BAN, blames({ culprits: [three] }))).toThrow(/party 2 blames honest 3/);
    const spared = (run: FaultRun) => ({ plan: { ...run.plan, cheaters: new Map([[two, [three]]]) } });
    expect(checking(BAN, spared)).toThrow(/party 2 blames 1, who did nothing to it/);
    expect(checking(BAN, blames({ culprits: [] }))).toThrow(/pairwise with \[\]/);
    expect(checking(BAN, blames({ blame: "nobody" }))).toThrow(/nobody with \[1\]/);
    expect(checking(PROVEN, blames({ severity: "ban" }))).toThrow(/bans with public blame/);
  });

  it("public blame whose evidence is missing or proves nothing", () => {
    const evidence = (change: (abort: Abort) => Abort["evidence"]) => (run: FaultRun) =>
      ending(run.report, two, (abort) => ({ evidence: change(abort) }));
    expect(
      checking(
        PROVEN,
        evidence(() => []),
      ),
    ).toThrow(/its evidence \[\]/);
    const weak = evidence(({ evidence: pieces }) =>
      pieces.map((piece) => (piece.kind === "messages" ? { ...piece, nonces: [] } : piece)),
    );
    expect(checking(PROVEN, weak)).toThrow(/proves nothing/);
  });

  it("a pair that is burnt without a ban, and a ban that burns nothing", () => {
    const burning = (run: FaultRun): Partial<FaultRun> => {
      burnPair(must(unburntShares(must(CASES.get(PROVEN)).topology).get(two)), three);
      return run;
    };
    expect(checking(PROVEN, burning)).toThrow(/party 2 burnt its pairs with \[3\], and banned \[\]/);
    const { scene, report } = must(runFault(must(CASES.get(PROVEN))));
    const banned = must(ending(report, two, () => ({ severity: "ban", blame: "pairwise" })).report);
    expect(() => scene.inspect(banned.endings)).toThrow(/burnt its pairs with \[\], and banned \[1\]/);
    expect(() => scene.next(banned.endings)).toThrow(/presigns with a party that it banned/);
  });

  it("an output that cannot be used", () => {
    const psi = `${THREE}/direct.psi.random/all#0`;
    expect(checking(psi, () => ({}))).not.toThrow();
    expect(checking(psi, (run) => expecting(run, HARMLESS))).toThrow(/using the output ended with invalidSignature/);
  });

  it("a signature that is invalid, or over another digest", () => {
    const committee = createCommittee(2, 2, "signatures");
    const shares = dealKeyShares(committee);
    const { groupKey } = must(shares.get(two)).record;
    const dealt = dealPresignatures(shares, committee.members, "controls");
    const presignatures = new Map([...dealt].map(([party, { presignature }]) => [party, presignature]));
    const [signature] = [...runSigning(committee, presignatures).outputs.values()];
    const good = must(signature);
    expect(() => expectSignatures(committee, groupKey, [good])).not.toThrow();
    const flipped = good.bytes.slice();
    flipped[40] = must(flipped[40]) ^ 1;
    expect(() => expectSignatures(committee, groupKey, [{ ...good, bytes: flipped }])).toThrow(/invalid signature/);
    const elsewhere = { ...committee, domain: { ...committee.domain, epoch: 2n } };
    expect(() => expectSignatures(elsewhere, groupKey, [good])).toThrow(/invalid signature/);
  });

  it("a share that a failed session has changed", () => {
    const of = topology(2, 3, [1, 2, 3], [1]);
    const shares = ownShares(of);
    expect(() => assertIntact(of, shares)).not.toThrow();
    exposeKeyShare(must(shares.get(two))).chainCode.fill(0);
    expect(() => assertIntact(of, shares)).toThrow(/party 2 was changed/);
  });
});

describe("the search for secrets", () => {
  it("finds one in a frame, in evidence, and in what can be printed", () => {
    const frame = (run: FaultRun): Partial<FaultRun> => {
      const frames = [...run.report.honestFrames, new Uint8Array([1, 2, 3, ...secretOf(run), 4])];
      return { report: { ...run.report, honestFrames: frames } };
    };
    expect(checking(BAN, frame)).toThrow("a secret is in a frame");
    const evidence = (run: FaultRun): Partial<FaultRun> => {
      const { context } = must(run.report.sessions.get(two));
      const opened = { terms: context.agreed, messages: [], direct: undefined, nonces: [], openings: [secretOf(run)] };
      return ending(run.report, two, () => ({
        evidence: [{ kind: "messages", fault: "commitmentOpening", ...opened }],
      }));
    };
    expect(checking(BAN, evidence)).toThrow("a secret is in evidence");
    const printed = (run: FaultRun): Partial<FaultRun> => {
      const session = { ...must(run.report.sessions.get(two)), views: [secretOf(run)] };
      return { report: { ...run.report, sessions: new Map(run.report.sessions).set(two, session) } };
    };
    expect(checking(BAN, printed)).toThrow("a secret can be printed");
  });

  it("looks for every secret: share, zero seeds, pair state, nonces", () => {
    const { scene } = must(runFault(must(CASES.get(BAN))));
    const shares = unburntShares(must(CASES.get(BAN)).topology);
    const { share, zeroSeeds } = exposeKeyShare(must(shares.get(three)));
    const known = scene.secrets();
    const encoded = Buffer.from(share.expose().toString(16).padStart(64, "0"), "hex");
    expect(leaksIn([encoded], known)).toBe(true);
    for (const seed of zeroSeeds.values()) expect(leaksIn([seed], known)).toBe(true);
    // Two honest parties: a share, three seeds, three times three pieces of pair state, a nonce and a mask each.
    expect(known).toHaveLength(2 * (1 + 3 + 9 + 2));
  });

  it("knows hexadecimal, decimal and lists of bytes, and sees nothing in what is redacted", () => {
    const secret = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1);
    const hex = Buffer.from(secret).toString("hex");
    const value = BigInt(`0x${hex}`);
    for (const printed of [
      new TypeError(`no ${hex}`),
      { deep: [{ value }] },
      [secret],
      [[9, ...secret]],
      new Map([[1, hex]]),
    ]) {
      expect(leaksInPrint(printed, [secret])).toBe(true);
    }
    expect(leaksInPrint([new Secret(value), new Secret(secret), secret.slice(1)], [secret])).toBe(false);
  });
});

describe("a session that repeats a recorded one", () => {
  it("notices when a round sends something else than in the recording", () => {
    const fault = must(CASES.get(BAN));
    const { records } = recordingOf(presignTarget, fault.topology, "session 0");
    const { reply } = must(records.get(two)?.[1], "second round");
    const bytes = must(reply).broadcast;
    bytes[0] = must(bytes[0]) ^ 1;
    expect(() => runCase(fault)).toThrow(/a recorded round sends something else/);
    bytes[0] = must(bytes[0]) ^ 1;
    expect(runCase(fault).kind).toBe("passed");
  });
});
