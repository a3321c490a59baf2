import { keygenTarget } from "./keygen-target.ts";
import { batchTarget, ephemeralTarget, presignTarget } from "./presign-target.ts";
import { renewalTarget } from "./renewal-target.ts";
import { refreshTarget, reshareTarget } from "./reshare-target.ts";
import type { Target } from "./scene.ts";
import { signTarget } from "./sign-target.ts";

/** Every protocol under fault injection. */
export const TARGETS: readonly Target<unknown>[] = [
  keygenTarget,
  presignTarget,
  batchTarget,
  ephemeralTarget,
  signTarget,
  refreshTarget,
  reshareTarget,
  renewalTarget,
];
