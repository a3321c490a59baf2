import { concat } from "../math/bytes.ts";
import { OneTime } from "../math/one-time.ts";
import type { Rng } from "../math/rng.ts";
import type { AbortReason } from "./abort.ts";
import type { SessionContext } from "./context.ts";
import { failSession } from "./fail.ts";
import { createHello } from "./hello.ts";
import { postRound } from "./post.ts";
import type { Hello, Session, Started } from "./session.ts";
import type { Outgoing, RoundSize, Stage } from "./stage.ts";

/** What a protocol does before it has received anything. */
export type Opening<Output> =
  | { readonly kind: "opened"; readonly outgoing: Outgoing; readonly stage: Stage<Output> }
  | { readonly kind: "abort"; readonly abort: AbortReason };

/**
 * Opens a session and posts its first message. A session of several rounds starts with a hello, so that its id is fresh;
 * a session of one round must bind something fresh in its context.
 * @param sizes payload lengths of every round without the hello
 * @param begin called with this party's fresh nonce (empty in a session of one round)
 */
export function openSession<Output>(
  context: SessionContext,
  sizes: readonly RoundSize[],
  begin: (nonce: Uint8Array) => Opening<Output>,
  rng: Rng,
): Started<Output> {
  const greeting = sizes.length > 1 ? createHello(rng) : NO_GREETING;
  const opening = begin(greeting.hello?.nonce ?? new Uint8Array(0));
  const unopened: Session<Output> = {
    status: "running",
    context,
    sizes: sizes.map((size, i) => (i === 0 ? addBroadcast(size, greeting.encoded.length) : size)),
    round: 1,
    stage: new OneTime(opening.kind === "opened" ? opening.stage : emptyStage(opening.abort)),
    hello: greeting.hello,
    agreement: undefined,
    slots: new Map(),
    views: [new Uint8Array(32)],
  };
  if (opening.kind === "abort") return failSession(unopened, opening.abort);
  const { direct, broadcast } = opening.outgoing;
  const first = { direct, broadcast: concat(greeting.encoded, broadcast) };
  const mark = { round: 1, prevView: new Uint8Array(32), agreement: undefined };
  const posted = postRound(context, unopened.slots, mark, first, rng);
  return { session: { ...unopened, slots: posted.slots }, effects: posted.effects };
}

const NO_GREETING: { readonly hello: Hello | undefined; readonly encoded: Uint8Array } = {
  hello: undefined,
  encoded: new Uint8Array(0),
};

function addBroadcast(size: RoundSize, bytes: number): RoundSize {
  return { ...size, broadcastBytes: (from) => size.broadcastBytes(from) + bytes };
}

/** Stands in for a protocol that stopped before its first message. */
function emptyStage(abort: AbortReason): Stage<never> {
  return { secrets: [], run: () => ({ kind: "abort", abort }) };
}
