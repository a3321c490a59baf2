import { expect, test } from "vitest";
import { readRehearsal } from "../src/rehearsal.ts";

const ID = `0x${"ab".repeat(32)}` as const;
const OTHER = `0x${"cd".repeat(32)}` as const;

function deaths(text: string | undefined): {
  readonly reached: ReturnType<typeof readRehearsal>["reached"];
  count(): number;
} {
  let count = 0;
  const { reached } = readRehearsal(text, () => {
    count += 1;
  });
  return { reached, count: () => count };
}

test("without the variable nothing dies", () => {
  for (const text of [undefined, ""]) {
    const { reached, count } = deaths(text);
    reached("after-claim", ID);
    expect(count()).toBe(0);
  }
});

test("the process dies at its point, for any decision or for the named one", () => {
  const any = deaths("after-claim");
  any.reached("after-attestation", ID);
  expect(any.count()).toBe(0);
  any.reached("after-claim", ID);
  expect(any.count()).toBe(1);
  const named = deaths(`after-signature:${ID.toUpperCase().replace("0X", "0x")}`);
  named.reached("after-signature", OTHER);
  expect(named.count()).toBe(0);
  named.reached("after-signature", ID);
  expect(named.count()).toBe(1);
});

test("an unknown point is refused", () => {
  expect(() => deaths("after-lunch")).toThrow(
    expect.objectContaining({ code: "usage", message: expect.stringContaining("after-lunch") }),
  );
});
