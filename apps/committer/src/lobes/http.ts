import { z } from "zod";
import { messageOf } from "../failure.ts";
import type { Lobe, LobeAnswer, LobeQuestion } from "./lobe.ts";

const REASON_LIMIT = 1_024;

const replySchema = z.object({
  reply: z.boolean(),
  reason: z.string(),
  result: z
    .string()
    .regex(/^0x(?:[0-9a-fA-F]{2})*$/)
    .transform((text): `0x${string}` => `0x${text.slice(2)}`)
    .optional(),
});

/** Where the agent listens and how much of its time and bytes the committer accepts. */
export type HttpLobeOptions = {
  readonly url: string;
  /** From the first byte sent to the last byte read. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
};

function withDecimalBigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** The request's body: the decision and the time of its submission; every number beyond 2^53 as decimal text. */
export function questionBody({ decision, submittedAt }: LobeQuestion): string {
  return JSON.stringify({ version: 1, decision, submittedAt }, withDecimalBigints);
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseReply(body: Uint8Array): LobeAnswer {
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return { kind: "noAnswer", reason: "the reply is not JSON" };
  }
  const parsed = replySchema.safeParse(raw);
  if (!parsed.success) return { kind: "noAnswer", reason: "the reply is not {reply, reason, result?}" };
  const { reply, reason, result } = parsed.data;
  const answer = { kind: "answer", reply, reason: reason.slice(0, REASON_LIMIT) } as const;
  return result === undefined ? answer : { ...answer, result };
}

async function request(options: HttpLobeOptions, question: LobeQuestion, signal: AbortSignal): Promise<LobeAnswer> {
  const response = await fetch(options.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: questionBody(question),
    redirect: "manual",
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    return { kind: "noAnswer", reason: `the agent answered with status ${response.status}` };
  }
  const body = await readBody(response, options.maxBytes);
  if (body === undefined) return { kind: "noAnswer", reason: `the reply is longer than ${options.maxBytes} bytes` };
  return parseReply(body);
}

/**
 * A lobe that asks the agent's own HTTP endpoint. Whatever is not a well-formed reply in time is `noAnswer`: a
 * time-out, a status other than 200, a redirect (never followed), too many bytes, anything but the wanted JSON.
 */
export function httpLobe(options: HttpLobeOptions): Lobe {
  return {
    async ask(question, signal) {
      const timeout = AbortSignal.timeout(options.timeoutMs);
      try {
        return await request(options, question, AbortSignal.any([signal, timeout]));
      } catch (cause) {
        const reason = timeout.aborted ? `no reply within ${options.timeoutMs} ms` : messageOf(cause);
        return { kind: "noAnswer", reason };
      }
    },
  };
}
