import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Movement } from '../../src/app/ports/organization.ts';
import { kindNames, kinds } from '../../src/core/kinds/index.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { openOrganization, readAll } from './live-organization.ts';

const servers = ['environments', 'prod', 'targetservers'];

test('what comes and goes between two listings of names is told, and nothing else', async (t) => {
  const { url, simulator, close } = await startApigeeSimulator({ port: 0, seed: 'small' });
  t.after(() => close());
  const { live, close: closeLive } = openOrganization(url);
  t.after(() => closeLive());
  const { requests, resources, gaps } = await readAll(live);
  const movedIn = async (): Promise<readonly string[]> => {
    const movements: Movement[] = [];
    for (const request of requests) for await (const movement of live.relist(request)) movements.push(movement);
    return movements.map(({ id, change }) => `${change} ${id}`).toSorted();
  };
  const target = simulator.target();
  const gone = [...resources.values()].find(
    ({ id, kind }) => kind === 'target-server' && id.startsWith(servers.join('/')),
  );
  assert.ok(gone !== undefined);
  target.delete([...servers, decodeURIComponent(gone.id.split('/').at(-1) ?? '')]);
  target.post(servers, { name: 'come', host: 'come.example', port: 443 });
  target.post(['environments', 'test', 'keystores'], { name: 'come too' });
  // Of an environment where there are no maps nothing is told; of the others all the same.
  assert.ok(gaps.some(({ kind, gap }) => kind === 'environment-kvm' && gap.at === 'environments/dev'));
  target.post(['environments', 'prod', 'keyvaluemaps'], { name: 'come', encrypted: true });
  assert.deepEqual(await movedIn(), [
    'appeared environments/prod/keyvaluemaps/come',
    'appeared environments/prod/targetservers/come',
    'appeared environments/test/keystores/come%20too',
    `gone ${gone.id}`,
  ]);
});

test('where nothing comes or goes nothing is told: of hooks with nothing attached, and of what may not be read', async (t) => {
  const { url, simulator, close } = await startApigeeSimulator({ port: 0, seed: 'small' });
  t.after(() => close());
  const { live, close: closeLive } = openOrganization(url);
  t.after(() => closeLive());
  simulator.setFaults([{ fault: { kind: 'status', status: 403 }, path: '/targetservers/[^/]+$' }]);
  const { requests } = await readAll(live);
  const names = requests.filter(({ kind }) => kind.collection.style === 'names');
  assert.equal(names.length, kindNames.filter((name) => kinds[name].collection.style === 'names').length);
  simulator.log.reset();
  for (const request of names) for await (const { id, change } of live.relist(request)) assert.fail(`${change} ${id}`);
  assert.ok(simulator.log.entries.some(({ path }) => path.endsWith('/environments/prod/targetservers')));
});

test('what stood under something that is gone is gone with it', async (t) => {
  const { url, simulator, close } = await startApigeeSimulator({ port: 0, seed: 'small' });
  t.after(() => close());
  const { live, close: closeLive } = openOrganization(url);
  t.after(() => closeLive());
  const target = simulator.target();
  const keystore = ['environments', 'test', 'keystores', 'passing'];
  target.post(keystore.slice(0, -1), { name: 'passing' });
  target.post(['appgroups'], { name: 'passing', channelUri: 'https://partner.example' });
  target.post(['appgroups', 'passing', 'apps'], { name: 'app' });
  const { requests } = await readAll(live);
  target.delete(keystore);
  target.delete(['appgroups', 'passing', 'apps', 'app']);
  target.delete(['appgroups', 'passing']);
  const movements: string[] = [];
  for (const request of requests)
    for await (const { id, change } of live.relist(request)) movements.push(`${change} ${id}`);
  assert.deepEqual(movements.toSorted(), [
    'gone appgroups/passing',
    'gone appgroups/passing/apps/app',
    'gone environments/test/keystores/passing',
  ]);
});

test('a list that cannot be read a second time is an error, also one among many', async (t) => {
  for (const [only, path] of [
    [['environment', 'target-server'], '/environments/prod/targetservers$'],
    [['app-group', 'app-group-app'], '/appgroups/partner-guild/apps$'],
    [['developer'], '/developers$'],
  ] as const) {
    const { url, simulator, close } = await startApigeeSimulator({ port: 0, seed: 'small' });
    t.after(() => close());
    const { live, close: closeLive } = openOrganization(url);
    t.after(() => closeLive());
    const { requests } = await readAll(live, { only });
    simulator.setFaults([{ fault: { kind: 'status', status: 403 }, path }]);
    const last = requests.at(-1) ?? assert.fail();
    await assert.rejects(Array.fromAsync(live.relist(last)), { code: 'REMOTE_DENIED' }, path);
  }
});
