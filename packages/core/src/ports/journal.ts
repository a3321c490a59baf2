/**
 * Turns one journal event into text and back. The journal stores the text as it is; the codec owns versions and
 * formats.
 */
export interface JournalCodec<Event> {
  /** Text of one event, without line breaks. Pure; the same event always gives the same text. */
  encode(event: Event): string;
  /**
   * Event of one stored text.
   * Errors: a typed error of the codec's package when the text is not a known version or shape (stored input is
   * invalid, never a bug to be skipped over).
   */
  decode(text: string): Event;
}

/**
 * The append-only log a committer's state folds from. Synchronous on purpose: a call that has returned is durable, so
 * nothing can happen between the check and the write.
 */
export interface Journal<Event> {
  /**
   * Appends all events, in order, as one transaction: after a crash either all or none of them are found.
   * Side effects: one synced write; it returns only when the write would survive a power loss. An empty list writes
   * nothing.
   */
  append(events: readonly Event[]): void;
  /** Every event ever appended, oldest first. */
  read(): Iterable<Event>;
}
