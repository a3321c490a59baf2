import { beforeAll, expect, test } from "vitest";
import { type Cast, castOf, playCrash, type Role } from "./crash/crash-case.ts";
import type { WriteFault } from "./disk/virtual-disk.ts";
import { imageOf } from "./images.ts";
import type { WorldImage } from "./world/world.ts";

const ROLES: readonly Role[] = ["leader", "submitter", "follower"];
const FAULTS: readonly WriteFault[] = ["killAfter", "killBefore", "torn", "EIO", "ENOSPC"];
/** Looks like the other errors to a member; with those of one role alone, and with all when there is time. */
const LATE: WriteFault = "lateError";
const LATE_ROLES: readonly Role[] = process.env.SYNOD_DEEP === "1" ? ROLES : ["follower"];
const RECOVERY_MS = 10_000;

let image: WorldImage;
let cast: Cast;

beforeAll(async () => {
  image = await imageOf("three");
  cast = castOf(image);
}, 300_000);

/** How many cases of one role were played. */
async function playRole(role: Role): Promise<number> {
  const { writes, failure } = await playCrash(image, cast, { role });
  expect(failure).toBeUndefined();
  let played = 0;
  for (let write = 0; write < writes; write += 1)
    for (const fault of LATE_ROLES.includes(role) ? [...FAULTS, LATE] : FAULTS) {
      const outcome = await playCrash(image, cast, { role, wrong: { write, fault } });
      const name = `${role}, write ${write}, ${fault}`;
      expect.soft(outcome.failure, name).toBeUndefined();
      expect.soft(outcome.lives, name).toBe(2);
      expect.soft(outcome.executions, name).toBe(1);
      expect.soft(outcome.recoveryMs, name).toBeLessThanOrEqual(RECOVERY_MS);
      played += 1;
    }
  return played;
}

test("wherever a member ends, nothing is lost, nothing is done twice, and it is back within ten seconds", async () => {
  let played = 0;
  for (const role of ROLES) played += await playRole(role);
  process.stdout.write(`${played} crash points played\n`);
  expect(played).toBeGreaterThanOrEqual(300);
}, 1_200_000);
