import type { PublicClient } from "viem";
import { type Answer, sayings } from "./agree.ts";
import type { Provider } from "./provider.ts";

/** How the answers of several providers are waited for. */
export type Gathering<Value> = {
  readonly providers: readonly Provider[];
  readonly ask: (client: PublicClient) => Promise<Value>;
  /** Ends the wait early. Called with the answers so far, after each of them and before the first. */
  readonly isEnough: (answers: readonly Answer<Value>[]) => boolean;
  /** Once `quorum` of them have answered, prompt ones are waited for no longer than `patienceMs`, others not at all. */
  readonly patience?: { readonly quorum: number; readonly patienceMs: number };
  /** Called with every answer, also with those that come when nobody waits any more. */
  readonly onAnswer: (answer: Answer<Value>, provider: Provider) => void;
};

/**
 * Asks all providers at once and resolves with the answers that came while it waited, at most one of each.
 * Side effects: notes which providers are prompt.
 */
export async function gather<Value>(gathering: Gathering<Value>): Promise<readonly Answer<Value>[]> {
  const { providers, ask, isEnough, patience, onAnswer } = gathering;
  const answers: Answer<Value>[] = [];
  const waiting = new Set(providers);
  const done = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const giveUp = () => {
    for (const provider of waiting) provider.isPrompt = false;
    done.resolve();
  };
  const bePatient = ({ quorum, patienceMs }: { quorum: number; patienceMs: number }) => {
    if (sayings(answers).length < quorum) return;
    if ([...waiting].some(({ isPrompt }) => isPrompt)) timer ??= setTimeout(giveUp, patienceMs);
    else done.resolve();
  };
  const take = (answer: Answer<Value>, provider: Provider) => {
    waiting.delete(provider);
    answers.push(answer);
    if (patience !== undefined) provider.isPrompt = true;
    if (isEnough(answers) || waiting.size === 0) done.resolve();
    else if (patience !== undefined) bePatient(patience);
  };
  let isOver = false;
  for (const provider of providers)
    void provider.ask(ask).then((answer) => {
      onAnswer(answer, provider);
      if (!isOver) take(answer, provider);
    });
  if (isEnough(answers) || waiting.size === 0) done.resolve();
  await done.promise;
  isOver = true;
  clearTimeout(timer);
  return answers;
}
