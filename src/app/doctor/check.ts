import { HoldfastError } from '../../core/errors.ts';

export type CheckGroup = 'set-up' | 'service' | 'identity' | 'permissions' | 'vault' | 'keys' | 'points';

/** What was looked at. `unknown` is neither good nor bad: it could not be looked at, or not be told. */
export interface Check {
  /** Stable: `endpoint`, `permission:target-server`. */
  readonly id: string;
  readonly group: CheckGroup;
  readonly state: 'ok' | 'finding' | 'unknown';
  /** What was seen, a sentence. */
  readonly evidence: string;
  /** What to do about it; every finding has one. */
  readonly remedy?: string | undefined;
}

/** Makes the checks of one group. */
export interface CheckMaker {
  ok(id: string, evidence: string): Check;
  finding(id: string, evidence: string, remedy: string): Check;
  unknown(id: string, evidence: string, remedy?: string): Check;
  /** What a failed probe means: our own errors say what to do; of anything else nothing can be told. Throws an interruption on. */
  failed(id: string, error: unknown): Check;
}

export function checksOf(group: CheckGroup): CheckMaker {
  const unknown = (id: string, evidence: string, remedy?: string): Check => ({
    id,
    group,
    state: 'unknown',
    evidence,
    ...(remedy === undefined ? {} : { remedy }),
  });
  const finding = (id: string, evidence: string, remedy: string): Check => ({
    id,
    group,
    state: 'finding',
    evidence,
    remedy,
  });
  return {
    ok: (id, evidence) => ({ id, group, state: 'ok', evidence }),
    finding,
    unknown,
    failed(id, error) {
      // Whoever ends the run is not told about the set-up.
      if (error instanceof HoldfastError && (error.code === 'INTERRUPTED' || error.code === 'TERMINATED')) throw error;
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof HoldfastError)) return unknown(id, message, 'Run again under --log-level debug.');
      if (error.code === 'INTERNAL') return unknown(id, message, error.next);
      return finding(id, message, error.next ?? 'Correct what the message names.');
    },
  };
}
