import assert from 'node:assert/strict';
import type { KeyRole } from '../../src/core/key-role.ts';
import type { Outcome, Workplace } from '../harness/run-holdfast.ts';
import { CONFIG_MARK, everyMark, SEALED_MARK, type TraceSearch } from './canary-traces.ts';
import { onlyKeys } from './key-ring.ts';

const TOKEN = `token-${SEALED_MARK}`;
/** Verbs that show what configuration says, to those who can open it. All others show none of it, to nobody. */
const SHOWING = ['cat', 'diff', 'drift', 'find', 'plan'];

/** Runs a command line at the highest verbosity with the key of a role alone; `shown` are marks that it may show on stdout. */
export type SearchingRun = (role: KeyRole, shown: readonly string[], argv: readonly string[]) => Promise<Outcome>;

/** Searches whatever is said for marks and for keys, but for those that this role may see of this verb. */
export function searchingRun(workplace: Workplace, search: TraceSearch): SearchingRun {
  return async (role, shown, argv) => {
    const keys = await onlyKeys(workplace, role);
    const environment = { ...keys, HOLDFAST_LOG_LEVEL: 'debug', HOLDFAST_APIGEE_TOKEN: TOKEN };
    const outcome = await workplace.run(argv, { environment });
    const told = `${argv.join(' ')} with ${role}.key`;
    assert.ok(!/INTERNAL, exit|"INTERNAL"/.test(outcome.stderr), `${told}: ${outcome.stderr}`);
    const isShowing = role !== 'writer' && SHOWING.includes(argv[0] ?? '');
    const marks = everyMark.filter((mark) => !shown.includes(mark) && !(isShowing && mark === CONFIG_MARK));
    search.assertNone(outcome.stdout, `stdout of ${told}`, marks);
    search.assertNone(outcome.stderr, `stderr of ${told}`);
    assert.doesNotMatch(
      `${outcome.stdout}${outcome.stderr}`,
      /AGE-SECRET-KEY-1[A-Z0-9]/,
      `no key in what ${told} says`,
    );
    return outcome;
  };
}
