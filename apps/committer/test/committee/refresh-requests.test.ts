import { expect, test } from "vitest";
import { refreshRequests, requestRefresh } from "../../src/committee/refresh-requests.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const committeeId = `0x${"c1".repeat(32)}` as const;

test("a request stands for its epoch alone, outlives the process, and ends with the epoch", () => {
  const folder = temporaryFolder();
  const [asked, next, other] = [
    { committeeId, epoch: 1n },
    { committeeId, epoch: 2n },
    { committeeId: `0x${"c2".repeat(32)}`, epoch: 1n },
  ] as const;
  expect(refreshRequests(folder).stands(asked)).toBe(false);
  refreshRequests(folder).settle(asked);
  requestRefresh(folder, asked);
  requestRefresh(folder, asked);
  expect([asked, next, other].map((epoch) => refreshRequests(folder).stands(epoch))).toEqual([true, false, false]);
  refreshRequests(folder).settle(asked);
  expect(refreshRequests(folder).stands(asked)).toBe(false);
});
