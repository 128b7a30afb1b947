export interface ConfigProblem {
  /** Which value, as `organizations[0].vault`; empty for the file as a whole. */
  readonly at: string;
  /** The line in the file, counted from 1, where it is known. */
  readonly line?: number | undefined;
  readonly message: string;
}

/** A configuration file cannot be used; all that is wrong with it at once. */
export class ConfigError extends Error {
  readonly path: string;
  readonly problems: readonly ConfigProblem[];

  constructor(path: string, problems: readonly ConfigProblem[], cause?: unknown) {
    const lines = problems.map(({ at, line, message }) => {
      const place = line === undefined ? path : `${path}:${line}`;
      return at === '' ? `${place}: ${message}` : `${place}: ${at}: ${message}`;
    });
    super(lines.join('\n'), cause === undefined ? undefined : { cause });
    this.name = 'ConfigError';
    this.path = path;
    this.problems = problems;
  }
}
