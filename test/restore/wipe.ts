import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { isBilled } from '../../src/sim/apigee/seeds/monetization.ts';
import type { SimulatorSwitches } from '../../src/sim/apigee/index.ts';
import type { OrganizationSeed } from '../../src/sim/apigee/organization-seed.ts';
import { explainResidue, type Explanation, keysByTag } from './explain-residue.ts';
import { createStage, differencesOf, dumpOf, openVault, ORGANIZATION } from './stage.ts';

const RESTORE = ['restore', '--point', 'latest', '--revisions', 'all', '--yes'];

interface Residue {
  /** Code and resource of what the last restore says that cannot come back, sorted; hashes, and numbers that go by hashes, left out. */
  readonly named: readonly string[];
  /** What the simulator's dump lacks or has otherwise. */
  readonly left: readonly string[];
  /** What of the two has nothing to match it in the other. */
  readonly explanation: Explanation;
  /** The table that a person reads. */
  readonly table: string;
  readonly point: string;
  readonly told: readonly string[];
}

/**
 * Backs an organization up, wipes it, and restores it as a person would: once as it is, then with all the flags that the
 * report of the first names. Checks what holds for any organization: exit codes, nothing invented, and nothing sent again.
 */
export async function wipeAndRestore(
  t: TestContext,
  seedFunction: (name: string) => OrganizationSeed,
  switches: Partial<SimulatorSwitches> = {},
): Promise<Residue> {
  const stage = await createStage(t, { seedFunction, switches });
  const { simulator } = stage;
  const backup = await stage.json('backup', ['backup', '--revisions', 'all']);
  assert.equal(backup.exit, 0, backup.stderr);
  const whole = dumpOf(simulator);
  simulator.addOrganization(ORGANIZATION, 'empty');

  const first = await stage.json('restore', RESTORE);
  assert.deepEqual([first.exit, first.document.status], [0, 'done'], first.stderr);
  const flags = first.document.cannotRestore
    .filter(({ code }) => code === 'OPT_IN')
    .flatMap(({ id }) => ['--only', id]);
  assert.ok(flags.length > 0);
  const wanted = [...RESTORE, '--only', '**', ...flags];
  const second = await stage.json('restore', wanted);
  assert.deepEqual([second.exit, second.document.status], [0, 'done'], second.stderr);
  t.diagnostic(
    `${whole.length} resources; ${first.document.calls.done} and ${second.document.calls.done} changing calls`,
  );

  const left = differencesOf(whole, dumpOf(simulator), 'ordered');
  assert.deepEqual(
    left.filter((line) => line.startsWith('only right')),
    [],
    'nothing is invented',
  );
  simulator.log.reset();
  const third = await stage.json('restore', wanted);
  assert.deepEqual([third.exit, third.document.calls.planned], [0, 0], third.stderr);
  assert.deepEqual(simulator.log.mutations, []);
  const table = await stage.run(wanted);
  assert.equal(table.exit, 0, table.stderr);
  const diff = await stage.run(['diff', 'latest', 'live']);
  assert.equal(diff.exit, 2, diff.stdout);
  const named = third.document.cannotRestore.map(
    ({ code, id }) => `${code} ${id.replace(/~([0-9a-f]{16,}|\d+)$/, '~')}`,
  );
  const { hasher } = await openVault(t, stage);
  const keyOf = keysByTag(whole, (key) => hasher.idTag(key));
  const explanation = explainResidue(left, third.document.cannotRestore, keyOf);
  const unreadable = backup.document.ledger.flatMap(({ exceptions }) =>
    exceptions.filter(({ state }) => state === 'unreadable').map(({ at }) => at),
  );
  return {
    named: named.toSorted(),
    left,
    explanation,
    table: table.stdout,
    point: backup.document.point,
    told: unreadable,
  };
}

/** `medium` with the add-on, the rate plans and the money of `small`. */
export function mediumWithMoney(name: string): OrganizationSeed {
  const [medium, small] = [createSeed('medium', name), createSeed('small', name)];
  const { addonsConfig } = small.organization;
  const money = small.documents.filter((row) => row.kind === 'rateplan' || isBilled(row));
  return {
    ...medium,
    organization: { ...medium.organization, addonsConfig },
    documents: [...medium.documents, ...money],
  };
}
