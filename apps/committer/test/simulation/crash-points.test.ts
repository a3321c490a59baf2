import { beforeAll, expect, test } from "vitest";
import { type Cast, type CrashPoint, castOf, playCrash, type Role } from "./crash/crash-case.ts";
import type { WriteFault } from "./disk/virtual-disk.ts";
import { imageOf } from "./images.ts";
import type { WorldImage } from "./world/world.ts";

const isDeep = process.env.SYNOD_DEEP === "1";
const ROLES: readonly Role[] = ["leader", "submitter", "follower"];
const FAULTS: readonly WriteFault[] = ["killAfter", "killBefore", "torn", "EIO", "ENOSPC"];
/** Looks like the other errors to a member; with those of one role alone, and with all when there is time. */
const LATE: WriteFault = "lateError";
const LATE_ROLES: readonly Role[] = isDeep ? ROLES : ["follower"];
/** Of a write of signed heads; without time the one that loses most. */
const HEAD_FAULTS: readonly WriteFault[] = isDeep ? [...FAULTS, LATE] : ["killBefore"];
const RECOVERY_MS = 10_000;

let image: WorldImage;
let cast: Cast;

beforeAll(async () => {
  image = await imageOf("three");
  cast = castOf(image);
}, 300_000);

/** Plays a case and holds its outcome against what must come of every one. */
async function playPoint(point: Required<Pick<CrashPoint, "role" | "wrong">> & CrashPoint): Promise<void> {
  const outcome = await playCrash(image, cast, point);
  const name = `${point.role}, write ${point.wrong.write}, ${point.wrong.fault}`;
  expect.soft(outcome.failure, name).toBeUndefined();
  expect.soft(outcome.lives, name).toBe(2);
  expect.soft(outcome.executions, name).toBe(1);
  expect.soft(outcome.recoveryMs, name).toBeLessThanOrEqual(RECOVERY_MS);
}

/** How many cases of one role were played. */
async function playRole(role: Role): Promise<number> {
  const { writes, failure } = await playCrash(image, cast, { role });
  expect(failure).toBeUndefined();
  let played = 0;
  for (let write = 0; write < writes; write += 1)
    for (const fault of LATE_ROLES.includes(role) ? [...FAULTS, LATE] : FAULTS) {
      await playPoint({ role, wrong: { write, fault } });
      played += 1;
    }
  return played;
}

/** The same, of the writes of signed heads alone. */
async function playHeads(role: Role): Promise<number> {
  const { headWrites, failure } = await playCrash(image, cast, { role, hasHeads: true });
  expect(failure).toBeUndefined();
  for (const write of headWrites)
    for (const fault of HEAD_FAULTS) await playPoint({ role, wrong: { write, fault }, hasHeads: true });
  return headWrites.length * HEAD_FAULTS.length;
}

test("wherever a member ends, nothing is lost, nothing is done twice, and it is back within ten seconds", async () => {
  let played = 0;
  for (const role of ROLES) played += await playRole(role);
  process.stdout.write(`${played} crash points played\n`);
  expect(played).toBeGreaterThanOrEqual(300);
}, 1_200_000);

test("wherever a member ends while heads are co-signed, no head is forgotten and all logs are co-signed to their ends", async () => {
  let played = 0;
  for (const role of isDeep ? ROLES : (["follower"] as const)) played += await playHeads(role);
  process.stdout.write(`${played} crash points among signed heads played\n`);
  expect(played).toBeGreaterThanOrEqual(isDeep ? 72 : 8);
}, 1_200_000);
