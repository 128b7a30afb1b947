/** What is to be said when the process is left in the middle, without putting anything away. */
export class LastWords {
  readonly #words = new Set<{ readonly text: string }>();

  /** Keeps them until what is answered is called. */
  readonly keep = (text: string): (() => void) => {
    const kept = { text };
    this.#words.add(kept);
    return () => void this.#words.delete(kept);
  };

  all(): readonly string[] {
    return [...this.#words].map(({ text }) => text);
  }
}
