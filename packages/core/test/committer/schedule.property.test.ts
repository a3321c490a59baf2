import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Command, commandKey, type JournalEvent, reduce, replay } from "../../src/index.ts";
import { aDecision, runs } from "../builders.ts";
import { ModelChain } from "./model-chain.ts";
import { ModelCommitter, type ModelWorld } from "./model-committer.ts";

const MEMBERS = 4;
const who = fc.nat(MEMBERS - 1);

type Step =
  | { readonly kind: "mine" }
  | { readonly kind: "reorganise" }
  | { readonly kind: "observe"; readonly who: number }
  | { readonly kind: "crash"; readonly who: number }
  | { readonly kind: "toggle"; readonly who: number }
  | { readonly kind: "act" | "fail"; readonly who: number; readonly choice: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "mine" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "reorganise" as const }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("observe" as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("toggle" as const), who }) },
  { weight: 24, arbitrary: fc.record({ kind: fc.constant("act" as const), who, choice: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("fail" as const), who, choice: fc.nat(7) }) },
);

interface Simulation extends ModelWorld {
  readonly down: Set<number>;
}

function startSimulation(decisionCount: number): Simulation {
  const chain = new ModelChain();
  for (let index = 0; index < decisionCount; index += 1) {
    chain.submit(aDecision(`decision ${index}`, { deadline: 100_000n }));
  }
  const committers = Array.from({ length: MEMBERS }, (_, self) => new ModelCommitter(self, MEMBERS));
  return { chain, committers, down: new Set(), sessions: new Map() };
}

/** What must hold whenever a command is given. */
function checkCommand(world: Simulation, committer: ModelCommitter, command: Command): void {
  if (command.kind !== "ClaimAndSign") return;
  const { chain } = world;
  const result = chain.result(command.decisionId, chain.finalisedBlocks());
  const work = committer.state.open.get(command.decisionId);
  expect(result, "signs only what is approved in a final block").toBeDefined();
  expect(committer.view(world).finalised.time, "signs only after the veto window").toBeGreaterThanOrEqual(
    result?.readyAt ?? 0n,
  );
  expect(work?.verdict).toMatchObject({ attempt: command.attempt, verdict: "allow" });
  expect(command.signers).toHaveLength(2);
  expect(command.signers).toContain(committer.self);
  for (const signer of command.signers) expect(signer === committer.self || !world.down.has(signer)).toBe(true);
  const attempts = committer.journal.filter(
    (event) => event.kind === "SigningAttemptStarted" && event.decisionId === command.decisionId,
  );
  for (const event of attempts) {
    if (event.kind === "SigningAttemptStarted") expect(event.attempt).toBeLessThan(command.attempt);
  }
}

function take(world: Simulation, step: Step): void {
  switch (step.kind) {
    case "mine":
      world.chain.mine();
      return;
    case "reorganise":
      world.chain.reorganise();
      return;
    case "toggle":
      if (!world.down.delete(step.who)) world.down.add(step.who);
      return;
    default: {
      const committer = world.committers[step.who];
      if (committer !== undefined && !world.down.has(step.who)) wake(world, committer, step);
    }
  }
}

function wake(
  world: Simulation,
  committer: ModelCommitter,
  step: Exclude<Step, { kind: "mine" | "reorganise" | "toggle" }>,
) {
  switch (step.kind) {
    case "observe":
      committer.observe(world);
      return;
    case "crash":
      committer.crash();
      return;
    case "act":
    case "fail":
      act(world, committer, step);
  }
}

function act(world: Simulation, committer: ModelCommitter, step: Extract<Step, { choice: number }>): void {
  const commands = committer.commands(world);
  for (const command of commands) checkCommand(world, committer, command);
  expect(new Set(commands.map(commandKey)).size, "no command twice").toBe(commands.length);
  const command = commands[step.choice % Math.max(1, commands.length)];
  if (command !== undefined) committer.perform(world, command, step.kind === "act" ? "done" : "failing");
}

/** Everybody is up and does all there is to do, block after block. */
function calm(world: Simulation, blocks: number): void {
  world.down.clear();
  for (let block = 0; block < blocks; block += 1) {
    world.chain.mine();
    for (const committer of world.committers) committer.observe(world);
    for (const committer of world.committers) actAll(world, committer);
  }
}

function actAll(world: Simulation, committer: ModelCommitter): void {
  for (let round = 0; round < 12; round += 1) {
    for (const command of committer.commands(world)) {
      checkCommand(world, committer, command);
      committer.perform(world, command, "done");
    }
  }
}

function checkJournal(journal: readonly JournalEvent[]): void {
  const digests = new Map<string, string>();
  const fees = new Map<number, Map<string, bigint>>();
  for (const event of journal) {
    if (event.kind === "SignClaimed") {
      const key = `${event.decisionId}/${event.epoch}`;
      expect(digests.get(key) ?? event.digest, "one digest per decision and epoch").toBe(event.digest);
      digests.set(key, event.digest);
    }
    if (event.kind === "TransactionPrepared") {
      const intents = fees.get(event.nonce) ?? new Map<string, bigint>();
      const intent = `${event.purpose}/${event.decisionId}`;
      const before = intents.get(intent);
      if (before !== undefined) expect(event.transaction.maxFeePerGasWei).toBeGreaterThan(before);
      intents.set(intent, event.transaction.maxFeePerGasWei);
      expect(intents.size, "one intent per nonce").toBe(1);
      fees.set(event.nonce, intents);
    }
  }
}

function checkWorld(world: Simulation): void {
  const claims = new Map<string, string>();
  for (const { journal, state } of world.committers) {
    expect(state.halt).toBeUndefined();
    checkJournal(journal);
    for (const event of journal) {
      if (event.kind !== "SignClaimed") continue;
      expect(claims.get(event.decisionId) ?? event.digest, "one digest for all committers").toBe(event.digest);
      claims.set(event.decisionId, event.digest);
    }
  }
  for (const { submissions } of world.chain.blocks) {
    for (const { id } of submissions) {
      expect(world.chain.successes("execute", id), "executed at most once").toBeLessThanOrEqual(1);
    }
  }
}

describe("random schedules with crashes, absences and reorganisations", () => {
  it("hold every safety property, and everything is executed once calm returns", { timeout: 120_000 }, () => {
    const property = fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), (steps) => {
      const world = startSimulation(2);
      for (const each of steps) take(world, each);
      calm(world, 60);
      checkWorld(world);
      for (const { state } of world.committers) {
        expect([...state.closed.values()].map((closed) => closed.state)).toEqual(["Executed", "Executed"]);
        expect(state.open.size).toBe(0);
        expect(state.transactions.size).toBe(0);
      }
    });
    fc.assert(property, runs(200));
  });

  it("any prefix of a journal replays to the state it was folded to", { timeout: 60_000 }, () => {
    const property = fc.property(fc.array(step, { minLength: 60, maxLength: 150 }), fc.nat(), (steps, cut) => {
      const world = startSimulation(2);
      for (const each of steps) take(world, each);
      for (const { journal } of world.committers) {
        const prefix = journal.slice(0, cut % (journal.length + 1));
        const folded = prefix.reduce(reduce, replay([]));
        expect(replay(prefix)).toEqual(folded);
      }
    });
    fc.assert(property, runs(200));
  });

  it("the calm path alone executes every decision", () => {
    const world = startSimulation(3);
    calm(world, 40);
    checkWorld(world);
    for (const { state } of world.committers) expect(state.closed.size).toBe(3);
  });
});
