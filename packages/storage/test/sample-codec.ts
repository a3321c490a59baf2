import type { SampleEvent } from "@synod/testing";
import { createJsonCodec } from "../src/index.ts";

function parseSample(value: unknown): SampleEvent {
  const isSample = typeof value === "object" && value !== null && "index" in value && "value" in value;
  if (!isSample || typeof value.index !== "number") throw new TypeError("not a sample event");
  return { index: value.index, value: value.value };
}

/** The codec of the suites' sample events. */
export const sampleCodec = createJsonCodec<SampleEvent>({ parse: parseSample });
