import type { SessionPort } from "@synod/committer";
import type { Transport } from "@synod/core";
import { corrupted, type Rng } from "./garbage.ts";
import { tampered } from "./tampered-transport.ts";
import { bothOf } from "./twins.ts";
import { isSigningFrame } from "./withhold.ts";

/** Every way to misbehave, by name. */
export const MISDEEDS = ["withhold", "garbage", "equivocate"] as const;

/** One of {@link MISDEEDS}. */
export type Misdeed = (typeof MISDEEDS)[number];

/** Makes a session port, as often as it is called: each holds the same shares. */
export type OpenSessions = () => Promise<SessionPort>;

/** The name of a misdeed, or `undefined` for any other text. */
export function misdeedNamed(text: string | undefined): Misdeed | undefined {
  return MISDEEDS.find((name) => name === text);
}

/**
 * The transport of a committer that misbehaves. `withhold`: what signing needs of it is never sent. `garbage`: it is,
 * but its content is noise.
 */
export function transportFor(misdeed: Misdeed, transport: Transport, rng: Rng): Transport {
  switch (misdeed) {
    case "withhold":
      return tampered(transport, (frame) => (isSigningFrame(frame) ? [] : [frame]));
    case "garbage":
      return tampered(transport, (frame) => (isSigningFrame(frame) ? [corrupted(frame, rng)] : [frame]));
    case "equivocate":
      return transport;
  }
}

/** The sessions of a committer that misbehaves. `equivocate`: it says two things, both signed, wherever it may say one. */
export async function sessionsFor(misdeed: Misdeed, open: OpenSessions): Promise<SessionPort> {
  return misdeed === "equivocate" ? bothOf(await open(), await open()) : open();
}
