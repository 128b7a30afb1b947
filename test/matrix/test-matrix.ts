import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type KindName, kindNames, kinds } from '../../src/core/kinds/index.ts';
import { dumpDifferences, type SimulatorSwitches } from '../../src/sim/apigee/index.ts';
import { dumpOf } from '../restore/stage.ts';
import type { BadWrite } from './bad-write.ts';
import { checkAssignedFields, checkCanonicalForm } from './canonical-cells.ts';
import { checkDeniedRead } from './denied-read.ts';
import { checkListShape } from './list-shape.ts';
import { isOf, openPlaces, type Places } from './place.ts';
import { applyBadWrites, badWrites } from './refused-writes.ts';
import { checkRestore } from './restored.ts';

/** What every kind has to show. A cell that nothing fills fails the last test. */
const columns = [
  'list shape',
  'capture',
  'canonical form',
  'restore',
  'refusal',
  'assigned field',
  'denied read',
] as const;
type Column = (typeof columns)[number];

/** Tests every kind against a simulator of these switches, in all columns but those of `without`. */
export function testMatrix(switches: Partial<SimulatorSwitches>, without: readonly Column[] = []): void {
  const tried = columns.filter((column) => !without.includes(column));
  const cells = new Map<string, string>();
  const fill = (kind: KindName, column: Column, evidence: string): void => {
    assert.ok(evidence !== '');
    cells.set(`${kind} ${column}`, evidence);
  };
  /** What is there already is refused in another way where that is the answer to the question. */
  const statusOf = ({ status, says }: BadWrite): number =>
    switches.nameClash === 'failed-precondition' && says.source.includes('already') ? 400 : status;
  let places: Places;
  before(async () => {
    places = await openPlaces(switches);
  });
  after(() => places.close());

  for (const name of kindNames) {
    const kind = kinds[name];
    test(`${name}: list shape`, async () => {
      const place = places.of(kind);
      fill(
        name,
        'list shape',
        await checkListShape(kind, (one) => places.of(kinds[one]).idsOf(one), place.askerOf(kind)),
      );
    });
    test(`${name}: capture`, () => fill(name, 'capture', checkCapture(name, places)));
    test(`${name}: canonical form`, () => fill(name, 'canonical form', checkCanonicalForm(kind, places.of(kind))));
    test(`${name}: assigned field`, () => fill(name, 'assigned field', checkAssignedFields(kind, places.of(kind))));
    if (tried.includes('denied read'))
      test(`${name}: denied read`, async () => fill(name, 'denied read', await checkDeniedRead(kind, places.of(kind))));
  }

  for (const runtime of ['CLOUD', 'HYBRID'] as const) {
    test(`refusal: of every kind a bad write is refused, and told as the failure of that resource (${runtime})`, async () => {
      const names = kindNames.filter((name) => isOf(runtime, name));
      const { url, simulator } = runtime === 'HYBRID' ? places.hybrid : places.cloud;
      const whole = dumpOf(simulator);
      simulator.log.reset();
      const { report, ids } = await applyBadWrites(url, names);
      assert.deepEqual(report.calls, {
        planned: names.length,
        done: 0,
        failed: names.length,
        skipped: 0,
        notExecuted: 0,
      });
      assert.equal(report.status, 'partial');
      for (const name of names) {
        const { result, why = '' } = report.resources.find(({ id }) => id === ids.get(name)) ?? { result: 'none' };
        assert.equal(result, 'failed', `${name}: ${why}`);
        assert.match(why, badWrites[name].says);
        assert.match(why, new RegExp(`(?:was answered|with status) ${statusOf(badWrites[name])}\\b`));
        fill(name, 'refusal', `${badWrites[name].why}: ${statusOf(badWrites[name])}`);
      }
      const statuses = (of: readonly number[]) => of.toSorted((one, other) => one - other);
      assert.deepEqual(
        statuses(simulator.log.mutations.map(({ status }) => status)),
        statuses(names.map((name) => statusOf(badWrites[name]))),
        'each is sent once',
      );
      assert.deepEqual(dumpDifferences(whole, dumpOf(simulator)), [], 'what is refused changes nothing');
    });

    test(`restore: every kind comes back into an empty organization (${runtime}), or what does not is named`, async (t) => {
      for (const [name, evidence] of await checkRestore(t, runtime, switches)) fill(name, 'restore', evidence);
    });
  }

  test('no cell is empty', (t) => {
    const missing = kindNames.flatMap((name) =>
      tried.filter((column) => !cells.has(`${name} ${column}`)).map((column) => `${name}: ${column}`),
    );
    for (const name of kindNames) {
      t.diagnostic(`${name}: ${tried.map((column) => cells.get(`${name} ${column}`) ?? '-').join(' | ')}`);
    }
    assert.deepEqual(missing, []);
  });
}

function checkCapture(name: KindName, places: Places): string {
  const place = places.of(kinds[name]);
  const failed = place.seeded.gaps.filter(
    ({ kind, gap }) => kind === name && !['notApplicable', 'unreadable', 'notSelected'].includes(gap.state),
  );
  assert.deepEqual(failed, []);
  const count = place.idsOf(name).length;
  assert.ok(count > 0, 'the seed has none');
  return `${count} read`;
}
