import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { dumpDifferences } from '../../src/sim/apigee/index.ts';
import { closeShared, Scene } from '../faults/scene.ts';

const RESTORE = ['restore', '--point', 'latest', '--yes', '-o', 'json'];
const EXPIRY_TOLERANCE_MS = 120_000;
const LEASE_MS = 120_000;
const never = new Promise<never>(() => undefined);

after(closeShared);

interface Told {
  readonly status: string;
  readonly resources: readonly { readonly id: string; readonly kind: string; readonly result: string }[];
}

interface Planned {
  readonly resources: readonly { readonly kind: string; readonly change: string; readonly reason: string }[];
}

/** The small organization with a point of it; afterwards one app is gone. */
async function createScene(t: TestContext) {
  const scene = await Scene.open({ seed: 'small' });
  t.after(() => scene.close());
  const { exit, stderr } = await scene.run(['backup', '-o', 'json']);
  assert.equal(exit, 0, stderr);
  const whole = scene.dump();
  const app = whole.find(({ kind, key }) => kind === 'app' && /^[\w.@-]+\/[\w-]+$/.test(key));
  assert.ok(app !== undefined);
  const [owner = '', name = ''] = app.key.split('/');
  const answer = await scene.simulator.handle({
    http: 'DELETE',
    target: `/v1/organizations/acme-prod/developers/${encodeURIComponent(encodeURIComponent(owner))}/apps/${name}`,
    token: 'somebody-else',
    contentType: '',
    readBody: async () => new Uint8Array(),
  });
  assert.equal(answer.status, 200);
  scene.simulator.settle();
  return { scene, whole, app };
}

type Made = Awaited<ReturnType<typeof createScene>>;

function differences({ scene, whole }: Made): readonly string[] {
  return dumpDifferences(whole, scene.dump(), EXPIRY_TOLERANCE_MS);
}

async function assertKilled({ scene }: Made): Promise<void> {
  const killed = await scene.run(RESTORE);
  assert.equal(killed.exit, 'killed');
  scene.sabotage = {};
  scene.simulator.settle();
  scene.time.leap(LEASE_MS);
}

test('the key minted for an app by a restore that was killed before it deleted it goes with the next restore', async (t) => {
  const made = await createScene(t);
  const { scene, app } = made;
  scene.sabotage = {
    wire: (request, handle) => {
      if (request.http !== 'DELETE' || !request.target.includes('/keys/')) return handle(request);
      scene.kill();
      return never;
    },
  };
  await assertKilled(made);
  const left = differences(made).filter((line) => line.startsWith('only right: key '));
  assert.equal(left.length, 1, 'the minted key is there');
  assert.ok(left[0]?.includes(app.key));

  const plan = await scene.run(['plan', '--point', 'latest', '-o', 'json']);
  assert.equal(plan.exit, 0, plan.stderr);
  // The document is the one whose schema the command line's own tests check.
  const { resources } = JSON.parse(plan.stdout) as Planned;
  const [removal] = resources.filter(({ change }) => change === 'delete');
  assert.equal(removal?.kind, 'app-key');
  assert.match(removal?.reason ?? '', /^the server made it along in run 1, which ended before it was removed$/);

  const again = await scene.run(RESTORE);
  assert.equal(again.exit, 0, again.stderr);
  const told = JSON.parse(again.stdout) as Told;
  assert.deepEqual(
    told.resources.filter(({ result }) => result === 'deleted').map(({ kind }) => kind),
    ['app-key'],
  );
  assert.deepEqual(differences(made), []);
  const third = await scene.run(RESTORE);
  assert.deepEqual((JSON.parse(third.stdout) as Told).resources, []);
});

test('a minted key of which nothing was written down is named, and goes with --delete-extra', async (t) => {
  const made = await createScene(t);
  const { scene } = made;
  scene.sabotage = {
    store: {
      before: (call) => {
        if (call.operation !== 'put' || !call.name.endsWith('-outcomes')) return undefined;
        scene.kill();
        return never;
      },
    },
  };
  await assertKilled(made);
  const plan = await scene.run(['plan', '--point', 'latest', '-o', 'json']);
  assert.equal(plan.exit, 0, plan.stderr);
  const { resources } = JSON.parse(plan.stdout) as Planned;
  const keys = resources.filter(({ change, kind }) => change === 'shown' && kind === 'app-key');
  assert.equal(keys.length, 1);
  assert.match(keys[0]?.reason ?? '', /the server may have made it along in run 1.*--delete-extra removes it$/);
  const again = await scene.run([...RESTORE, '--delete-extra']);
  assert.equal(again.exit, 0, again.stderr);
  assert.deepEqual(differences(made), []);
});
