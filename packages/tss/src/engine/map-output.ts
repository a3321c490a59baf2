import { TssError } from "../errors.ts";
import { OneTime } from "../math/one-time.ts";
import type { Effect, Started } from "./session.ts";
import type { Stage } from "./stage.ts";

/**
 * The same session with another output, made from its own by `map` when it is done. Takes ownership: only the returned
 * session may be used.
 */
export function mapOutput<From, To>({ session, effects }: Started<From>, map: (output: From) => To): Started<To> {
  const stage = session.stage.isConsumed ? OVER : mapStage(session.stage.take(), map);
  return {
    session: { ...session, stage: new OneTime(stage) },
    effects: effects.map((effect) => mapEffect(effect, map)),
  };
}

const OVER: Stage<never> = {
  secrets: [],
  run: () => {
    throw new TssError("stateConsumed", "this session is over");
  },
};

function mapStage<From, To>(stage: Stage<From>, map: (output: From) => To): Stage<To> {
  return {
    secrets: stage.secrets,
    run(inbox, tools) {
      const result = stage.run(inbox, tools);
      if (result.kind === "advance") return { ...result, stage: mapStage(result.stage, map) };
      return result.kind === "finish" ? { ...result, output: map(result.output) } : result;
    },
  };
}

function mapEffect<From, To>(effect: Effect<From>, map: (output: From) => To): Effect<To> {
  return effect.kind === "done" ? { kind: "done", output: map(effect.output) } : effect;
}
