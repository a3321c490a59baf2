import { expect, test } from "vitest";
import { imageOf } from "./images.ts";
import { Engines, type Recorded, type SessionPlan, subjectOf } from "./replay/engines.ts";
import { recordFrames, replayFrames } from "./replay/frames.ts";
import { pointBackend } from "./world/point-backend.ts";

const SIGNING_SETS = [
  [1, 2],
  [1, 3],
  [2, 3],
] as const;
const PHASES = ["presign", "sign"] as const;
const LEAST_REPLAYS = 10_000;

/** Sessions whose messages are recorded: three decisions, nine tries each, every signing set. */
const RECORDED: readonly SessionPlan[] = ["a", "b", "c"].flatMap((name) =>
  SIGNING_SETS.flatMap((signers, index) => [
    { subject: subjectOf(name), attempt: index, signers },
    { subject: subjectOf(name), attempt: index + 3, signers },
    { subject: subjectOf(name), attempt: index + 6, signers },
  ]),
);

/** Sessions that others' messages are thrown into: one of a recorded decision in a later try, one of a new decision. */
const VICTIMS: readonly SessionPlan[] = [
  { subject: subjectOf("a"), attempt: 20, signers: [1, 2] },
  { subject: subjectOf("d"), attempt: 0, signers: [2, 3] },
];

type Place = Omit<Recorded, "payload">;

function isSamePlace(message: Recorded, place: Place): boolean {
  return (["phase", "subject", "attempt", "from", "to"] as const).every((field) => message[field] === place[field]);
}

/** Messages of the protocols. A choice of presignature is bound to its attempt by the handle of its frame. */
function protocolMessages(messages: readonly Recorded[]): readonly Recorded[] {
  return messages.filter(({ phase }) => phase !== "choice");
}

/** Every place of a session that a message can be delivered into. */
function placesOf({ subject, attempt, signers }: SessionPlan): readonly Place[] {
  return signers.flatMap((to) =>
    signers
      .filter((from) => from !== to)
      .flatMap((from) => PHASES.map((phase) => ({ phase, subject, attempt, from, to }))),
  );
}

test("no recorded message is accepted in another session, another round or from another member", async () => {
  await pointBackend();
  const engines = new Engines(await imageOf("three"));
  const recorded = RECORDED.flatMap((plan) => protocolMessages(engines.run(plan).messages));
  const answers = new Map<string, number>();
  const replay = (message: Recorded, place: Place) => {
    if (isSamePlace(message, place)) return;
    for (const report of engines.replay(message, place)) {
      const answer = report.kind === "ignored" ? `ignored: ${report.reason}` : report.kind;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  const replayInto = (victim: SessionPlan) => (sofar: readonly Recorded[]) => {
    for (const place of placesOf(victim))
      for (const message of [...recorded, ...protocolMessages(sofar)]) replay(message, place);
  };
  for (const victim of VICTIMS) {
    const { messages, outcomes } = engines.run(victim, replayInto(victim));
    expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(["signed", "signed"]);
    recorded.push(...protocolMessages(messages));
  }
  expect([...answers.keys()].filter((answer) => !answer.startsWith("ignored: "))).toEqual([]);
  const refused = [...answers.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`${refused} replays of ${recorded.length} messages into running sessions, none accepted\n`);
  expect(refused).toBeGreaterThanOrEqual(LEAST_REPLAYS);
}, 600_000);

test("a member that repeats what was said of other decisions is believed nothing and holds up nothing", async () => {
  const image = await imageOf("three");
  const heard = await recordFrames(image);
  const { replays, believed, failure } = await replayFrames(image, heard);
  expect(failure).toBeUndefined();
  process.stdout.write(`${replays} frames repeated as if they were about other decisions, none believed\n`);
  expect(replays).toBeGreaterThan(1_000);
  expect(believed).toEqual([]);
}, 600_000);
