/** A test, by its file in the repository and its name as written there. */
export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

/** What shows a claim of `docs/threat-model.md`. `claim` is the beginning of its text, enough to tell it in its section. */
export interface Proof {
  readonly section: string;
  readonly claim: string;
  readonly tests: readonly NamedTest[];
}

export const by = (file: string, name: string): NamedTest => ({ file, name });
