import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type FaultRule, startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { openOrganization, readAll } from './live-organization.ts';

/** What was told while an organization was read as a whole: calls sent, and calls known to be to come. */
async function readTold(t: TestContext, faults: readonly FaultRule[]) {
  const { url, simulator, close } = await startApigeeSimulator({ port: 0, seed: 'small' });
  t.after(() => close());
  simulator.setFaults([...faults]);
  const organization = openOrganization(url);
  t.after(() => organization.close());
  const { live } = organization;
  const told: { readonly calls: number; readonly foreseen: number }[] = [];
  await readAll({
    ...live,
    async *read(request) {
      for await (const reading of live.read(request)) {
        told.push(live.usage());
        yield reading;
      }
    },
  });
  return { told, end: live.usage() };
}

test('no more calls are foreseen than come, and in the end none', async (t) => {
  const { told, end } = await readTold(t, []);
  assert.deepEqual(
    told.filter(({ calls, foreseen }) => calls + foreseen > end.calls),
    [],
  );
  assert.ok(Math.max(...told.map(({ foreseen }) => foreseen)) >= 5);
  assert.equal(end.foreseen, 0);
});

test('what is not read because something failed is not foreseen any more', async (t) => {
  const denied = {
    fault: { kind: 'status', status: 403 },
    path: '/(apis|sharedflows|environments/[^/]+/keyvaluemaps)$',
  } as const;
  const { end } = await readTold(t, [denied]);
  assert.equal(end.foreseen, 0);
});

/** An organization with so many AppGroups that their apps are not listed all at once, and what was asked of it last. */
async function readApps(t: TestContext) {
  const { url, simulator, close } = await startApigeeSimulator({ port: 0, seed: 'small' });
  t.after(() => close());
  for (let index = 0; index < 60; index += 1)
    simulator.target().post(['appgroups'], { name: `group-${index}`, channelUri: 'https://partner.example' });
  const { live, close: closeLive } = openOrganization(url);
  t.after(() => closeLive());
  const { requests } = await readAll(live, {
    only: ['app-group', 'app-group-app'],
  });
  const last = requests.at(-1);
  assert.ok(last !== undefined);
  return { live, simulator, request: last };
}

test('a reading that is left before its end is not foreseen any more', async (t) => {
  const { live, request } = await readApps(t);
  for await (const reading of live.read(request)) {
    assert.equal(reading.type, 'resource');
    break;
  }
  assert.equal(live.usage().foreseen, 0);
});

test('a second listing that fails is not foreseen any more', async (t) => {
  const { live, simulator, request } = await readApps(t);
  simulator.setFaults([{ fault: { kind: 'status', status: 403 }, path: '/appgroups/[^/]+/apps$' }]);
  await assert.rejects(Array.fromAsync(live.relist(request)), { code: 'REMOTE_DENIED' });
  // Calls have their turn in order: what was on its way has begun when a later one has its answer.
  await readAll(live, { only: ['space'] });
  assert.equal(live.usage().foreseen, 0);
});
