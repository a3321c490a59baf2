import type { PageResult } from "./result.ts";

declare global {
  /** What the page's script leaves for the test to call. */
  var runCommittee: () => PageResult;
}
