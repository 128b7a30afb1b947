import type { AcceptedGap } from '../app/capture.ts';

/** What the configuration file says. */
export interface Configuration {
  /** The value at a path, undefined when the file does not have it. */
  readonly find: (path: readonly string[]) => unknown;
  readonly acceptedGaps: readonly AcceptedGap[];
}

export const noConfiguration: Configuration = { find: () => undefined, acceptedGaps: [] };
