import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Movement } from '../../src/app/ports/organization.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { openOrganization, readAll } from './live-organization.ts';

const ENTRIES = '/keyvaluemaps/merchant-limits/entries';
const only = ['environment', 'environment-kvm', 'environment-kvm-entry'] as const;

test('a page that is left out of the middle of a long list of entries is found by a second listing', async (t) => {
  const { url, simulator, close } = await startApigeeSimulator({ port: 0, seed: 'small' });
  t.after(() => close());
  const whole = openOrganization(url);
  t.after(() => whole.close());
  const { resources: all } = await readAll(whole.live, { only });
  simulator.setFaults([{ fault: { kind: 'skip-page' }, path: `${ENTRIES}$`, nth: 2 }]);
  simulator.log.reset();
  const { live, close: closeLive } = openOrganization(url);
  t.after(() => closeLive());
  const first = await readAll(live, { only });
  const left = [...all.keys()].filter((id) => !first.resources.has(id)).toSorted();
  assert.ok(left.length > 10, `${left.length} left out`);
  const movements: Movement[] = [];
  for (const request of first.requests) for await (const movement of live.relist(request)) movements.push(movement);
  assert.deepEqual(
    movements.map(({ id, change }) => `${change} ${id}`).toSorted(),
    left.map((id) => `appeared ${id}`),
  );
  // Short lists, which are most, are listed once.
  const listed = simulator.log.entries.map(({ path }) => path.replace(/\?.*/, ''));
  const times = (end: string): number => listed.filter((path) => path.endsWith(end)).length;
  assert.ok(times(ENTRIES) > 3);
  assert.equal(times('/environments/prod/keyvaluemaps/partner-credentials/entries'), 1);
});

test('an entry that only the second listing of a masked map has is named as unreadable, and its mask is no value', async (t) => {
  const { url, simulator, close } = await startApigeeSimulator({ port: 0, seed: 'small' });
  t.after(() => close());
  const map = ['environments', 'prod', 'keyvaluemaps'];
  const target = simulator.target();
  target.post(map, { name: 'masked', encrypted: true, maskedValues: true });
  for (let index = 0; index < 250; index += 1) {
    target.post([...map, 'masked', 'entries'], { name: `e${String(index).padStart(3, '0')}`, value: `value ${index}` });
  }
  simulator.setFaults([{ fault: { kind: 'skip-page' }, path: '/keyvaluemaps/masked/entries$', nth: 2 }]);
  const { live, close: closeLive } = openOrganization(url);
  t.after(() => closeLive());
  const first = await readAll(live, { only });
  const movements: Movement[] = [];
  for (const request of first.requests) for await (const movement of live.relist(request)) movements.push(movement);
  assert.equal(movements.length, 100);
  for (const { id, change, unreadable } of movements) {
    assert.equal(change, 'appeared', id);
    assert.match(unreadable ?? '', /masks its values/, id);
  }
});
