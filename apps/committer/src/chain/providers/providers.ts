import type { PublicClient } from "viem";
import { type Agreement, type Answer, agree, reached, type Saying, sayings } from "./agree.ts";
import { gather } from "./gather.ts";
import { NoAgreementError } from "./no-agreement.ts";
import type { Provider } from "./provider.ts";
import type { Witness } from "./witness.ts";

/** Something to ask every provider. */
export type Question<Value> = {
  /** Names it in alarms and errors, with the block. */
  readonly call: string;
  /** The same for the question when it is asked anew at a later block: an agreement ends an earlier dispute. */
  readonly topic: string;
  /** The block that it is about. Providers that are not there yet are not asked: they lag, they do not lie. */
  readonly atBlock?: bigint;
  /** `final`: honest providers cannot differ, so whoever does is named. `passing`: they may, for a while. */
  readonly standing: "final" | "passing";
  /** What comes back must be plain data in one form, whatever the provider's own way to write it. */
  readonly ask: (client: PublicClient) => Promise<Value>;
};

/** What {@link Providers} needs. */
export type ProvidersOptions = {
  readonly list: readonly Provider[];
  /** How many must say the same before it counts. More than half of the list, so that two answers never both count. */
  readonly quorum: number;
  /** How long prompt providers are waited for once a quorum has answered something that may differ honestly. */
  readonly patienceMs: number;
  readonly witness: Witness;
};

/** How to collect answers that may differ. */
export type Collecting<Value> = {
  /** How many must have answered; the quorum when absent. */
  readonly atLeast?: number;
  /** Ends the wait early; what is there then is enough. */
  readonly isEnough?: (answers: readonly Answer<Value>[]) => boolean;
  /** Called with every answer, however late. */
  readonly onAnswer?: (answer: Answer<Value>, provider: Provider) => void;
};

/**
 * The chain as several providers see it together. A fact counts when at least `quorum` of them say the same; nothing
 * lowers that number. An answer is given as soon as a quorum agrees; what is said later is still compared.
 */
export class Providers {
  readonly #options: ProvidersOptions;

  constructor(options: ProvidersOptions) {
    this.#options = options;
  }

  /** How many must say the same. */
  get quorum(): number {
    return this.#options.quorum;
  }

  /** By name, each with the number of the newest block that it named last; none before the first. */
  get standing(): readonly { readonly name: string; readonly newest: bigint | undefined }[] {
    return this.#options.list.map(({ name, newest }) => ({ name, newest }));
  }

  /** Where they are, for people: scheme, host and port. */
  get places(): string {
    return this.#options.list.map(({ place }) => place).join(", ");
  }

  /**
   * The answer that a quorum gives.
   * Side effects: who contradicts it about something final is named in an alarm, now or when its answer comes.
   * Errors: {@link NoAgreementError} when there is none.
   */
  async agreed<Value>(question: Question<Value>): Promise<Value> {
    const { quorum, witness } = this.#options;
    const providers = this.#able(question);
    let agreement: Agreement<Value> = { kind: "open" };
    const early: Saying<Value>[] = [];
    const compare = (saying: Saying<Value>) => {
      if (agreement.kind === "agreed") this.#compare(question, saying, agreement.text);
      else early.push(saying);
    };
    const answers = await gather({
      providers,
      ask: question.ask,
      onAnswer: (answer) => (answer.kind === "said" ? compare(answer) : witness.failed(answer.provider)),
      isEnough: (answers) => {
        agreement = agree(answers, providers.length, quorum);
        if (agreement.kind === "agreed") for (const saying of early.splice(0)) compare(saying);
        return agreement.kind !== "open";
      },
    });
    return this.#conclude(question, agree(answers, answers.length, quorum), answers);
  }

  /**
   * Every answer, of prompt providers at least, to something that may differ honestly.
   * Errors: {@link NoAgreementError} when fewer answered than must have.
   */
  async collected<Value>(
    question: Question<Value>,
    { atLeast = this.quorum, isEnough = () => false, onAnswer = () => undefined }: Collecting<Value> = {},
  ): Promise<readonly Saying<Value>[]> {
    const { quorum, patienceMs, witness } = this.#options;
    const answers = await gather({
      providers: this.#able(question),
      ask: question.ask,
      isEnough,
      patience: { quorum, patienceMs },
      onAnswer: (answer, provider) => {
        if (answer.kind === "failed") witness.failed(answer.provider);
        onAnswer(answer, provider);
      },
    });
    const said = sayings(answers);
    if (said.length < atLeast) throw this.noAgreement(question, answers, false);
    return said;
  }

  /**
   * The greatest number that a quorum reaches: no minority can raise it above what an honest provider says.
   * Errors: {@link NoAgreementError} when fewer than a quorum answered.
   */
  async reached(call: string, ask: (client: PublicClient) => Promise<bigint>): Promise<bigint> {
    const question: Question<bigint> = { call, topic: call, standing: "passing", ask };
    const said = await this.collected(question);
    const numbers = said.map(({ value }) => value);
    const [greatest] = reached(numbers, this.quorum);
    if (greatest === undefined) throw this.noAgreement(question, said, false);
    return greatest;
  }

  /** Names a provider that said something else than the quorum about something final. */
  contradicted(provider: string, call: string): void {
    this.#options.witness.contradicted(provider, call);
  }

  /** A question of several parts has not found a quorum, because the providers contradict each other. */
  disputed(topic: string, { message }: NoAgreementError): void {
    this.#options.witness.disputed(topic, message);
  }

  /** A question that may have been disputed has found its quorum. */
  settled(topic: string): void {
    this.#options.witness.settled(topic);
  }

  /** The head has moved on. */
  onBlock(): void {
    this.#options.witness.onBlock();
  }

  /** The error for a question that these answers leave open. */
  noAgreement(
    question: Pick<Question<unknown>, "call" | "atBlock">,
    answers: readonly Answer<unknown>[],
    isDisputed: boolean,
  ): NoAgreementError {
    const { list, quorum } = this.#options;
    const able = this.#able(question);
    const lagging = list.filter((provider) => !able.includes(provider)).map(({ name }) => name);
    return new NoAgreementError({ call: question.call, answers, lagging, quorum, count: list.length, isDisputed });
  }

  #able({ atBlock }: Pick<Question<unknown>, "atBlock">): readonly Provider[] {
    return this.#options.list.filter((provider) => atBlock === undefined || provider.mayKnow(atBlock));
  }

  #compare({ standing, call }: Question<unknown>, { provider, text }: Saying<unknown>, agreed: string): void {
    if (standing !== "final") return;
    const { witness } = this.#options;
    if (text === agreed) witness.concurred(provider);
    else witness.contradicted(provider, call);
  }

  #conclude<Value>(question: Question<Value>, agreement: Agreement<Value>, answers: readonly Answer<Value>[]): Value {
    const { witness } = this.#options;
    if (agreement.kind === "agreed") {
      witness.settled(question.topic);
      return agreement.value;
    }
    const isDisputed = agreement.kind === "none" && agreement.isDisputed;
    const failure = this.noAgreement(question, answers, isDisputed);
    if (isDisputed && question.standing === "final") witness.disputed(question.topic, failure.message);
    throw failure;
  }
}
