import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutServerFields } from '../../src/sim/apigee/seeds/restorable.ts';
import type { ResourcePath, WreckTarget } from '../../src/sim/apigee/wreck-target.ts';
import { backUp, createStage, dumpOf, openVault, planInto } from './stage.ts';

/** One resource of the plan: what makes it part of it, what moves it afterwards, and what takes that back. */
interface Case {
  readonly id: string;
  readonly damage: (target: WreckTarget) => void;
  readonly move: (target: WreckTarget) => void;
  readonly takeBack: (target: WreckTarget) => void;
}

/** A field of a document is damaged, moved, and put back to how it was damaged. */
function field(
  id: string,
  path: ResourcePath,
  name: string,
  values: readonly [damaged: unknown, moved: unknown],
): Case {
  const set = (target: WreckTarget, value: unknown): void => {
    target.put(path, { ...withoutServerFields(target.get(path)), [name]: value });
  };
  return {
    id,
    damage: (target) => set(target, values[0]),
    move: (target) => set(target, values[1]),
    takeBack: (target) => set(target, values[0]),
  };
}

const APP: ResourcePath = ['developers', "pia.o'neil@bike-shop.example", 'apps', 'Checkout'];
const KEYED: ResourcePath = ['developers', 'orders@bakery.example', 'apps', 'Bread line'];

function keyOf(target: WreckTarget, app: ResourcePath): string {
  const credentials = target.get(app)['credentials'];
  assert.ok(Array.isArray(credentials));
  const first: unknown = credentials[0];
  assert.ok(typeof first === 'object' && first !== null && 'consumerKey' in first);
  return String(first.consumerKey);
}

/** Labels are patched, not put. */
const labels: Case = (() => {
  const set = (target: WreckTarget, value: string): void => {
    target.patch(['apis', 'payments-v1'], { labels: { by: value } }, { updateMask: 'labels' });
  };
  return {
    id: 'apis/payments-v1',
    damage: (target) => set(target, 'damage'),
    move: (target) => set(target, 'somebody'),
    takeBack: (target) => set(target, 'damage'),
  };
})();

/** A captured revision is gone; then somebody imports another one beside it. */
function revision(flavour: 'proxy' | 'sharedflow', name: string, gone: string): Case {
  const collection = flavour === 'proxy' ? 'apis' : 'sharedflows';
  let imported = '';
  return {
    id: `${collection}/${name}/revisions/`,
    damage: (target) => void target.delete([collection, name, 'revisions', gone]),
    move: (target) => {
      const [newest = ''] = [...target.list([collection, name, 'revisions'])].slice(-1);
      const files = target.bundleFiles({ flavour, name, revision: newest });
      const extra = {
        [`${flavour === 'proxy' ? 'apiproxy' : 'sharedflowbundle'}/resources/jsc/extra.js`]: '// extra\n',
      };
      imported = target.importBundle({ flavour, name, files: { ...files, ...extra } });
    },
    takeBack: (target) => void target.delete([collection, name, 'revisions', imported]),
  };
}

/** Another revision is deployed; then somebody deploys a third one. */
function deployment(
  flavour: 'proxy' | 'sharedflow',
  name: string,
  [environment, damaged, moved]: readonly [environment: string, damaged: string, moved: string],
): Case {
  const deploy = (target: WreckTarget, revisionNumber: string): void =>
    target.deploy({ flavour, name, environment, revision: revisionNumber });
  return {
    id: `environments/${environment}/${flavour === 'proxy' ? 'apis' : 'sharedflows'}/${name}/deployment`,
    damage: (target) => deploy(target, damaged),
    move: (target) => deploy(target, moved),
    takeBack: (target) => deploy(target, damaged),
  };
}

const status: Case = (() => {
  const set = (target: WreckTarget, action: string): void => {
    target.post([...KEYED, 'keys', keyOf(target, KEYED)], undefined, { action });
  };
  return {
    id: 'developers/orders@bakery.example/apps/Bread%20line/keys/~',
    damage: (target) => set(target, 'revoke'),
    move: (target) => set(target, 'approve'),
    takeBack: (target) => set(target, 'revoke'),
  };
})();

/** Gone when the plan was made, there again when it is applied. */
const absent: Case = {
  id: 'environments/dev/targetservers/mock-bank',
  damage: (target) => void target.delete(['environments', 'dev', 'targetservers', 'mock-bank']),
  move: (target) => {
    target.post(['environments', 'dev', 'targetservers'], { name: 'mock-bank', host: 'other.acme-pay.test', port: 80 });
  },
  takeBack: (target) => void target.delete(['environments', 'dev', 'targetservers', 'mock-bank']),
};

const cases: { readonly [what: string]: Case } = {
  environment: field('environments/dev', ['environments', 'dev'], 'description', ['damaged', 'moved']),
  'target server': field(
    'environments/test/targetservers/core-banking',
    ['environments', 'test', 'targetservers', 'core-banking'],
    'host',
    ['damaged.acme-pay.test', 'moved.acme-pay.test'],
  ),
  'absent target server': absent,
  proxy: labels,
  'proxy revision': revision('proxy', 'payments-v2', '2'),
  'proxy deployment': deployment('proxy', 'payouts-v1', ['dev', '2', '1']),
  'shared flow revision': revision('sharedflow', 'legacy-logging', '6'),
  'shared flow deployment': deployment('sharedflow', 'traffic-guard', ['dev', '2', '1']),
  product: field('apiproducts/fx-rates-free', ['apiproducts', 'fx-rates-free'], 'displayName', ['damaged', 'moved']),
  developer: field('developers/a@b.example', ['developers', 'a@b.example'], 'firstName', ['damaged', 'moved']),
  app: field("developers/pia.o'neil@bike-shop.example/apps/Checkout", APP, 'callbackUrl', [
    'https://damaged.example/',
    'https://moved.example/',
  ]),
  key: status,
};

test('a plan whose ground moved is refused by name and nothing is sent, whatever moved', async (t) => {
  const stage = await createStage(t);
  const { simulator } = stage;
  await backUp(stage);
  const target = simulator.target();
  for (const { damage } of Object.values(cases)) damage(target);
  target.settle();
  const vault = await openVault(t, stage);
  const plan = await planInto(stage, vault, []);
  for (const [what, { id, move, takeBack }] of Object.entries(cases)) {
    await t.test(what, async () => {
      const touched = plan.fingerprints.filter((one) => one.id.startsWith(id)).map((one) => one.id);
      assert.ok(touched.length > 0, `the plan touches ${id}`);
      move(target);
      const before = dumpOf(simulator);
      simulator.log.reset();
      const { exit, stderr } = await stage.run(['apply', 'plan.json', '--yes', '-o', 'json']);
      assert.equal(exit, 5, stderr);
      const error: unknown = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
      const message = JSON.stringify(error);
      assert.match(message, /PLAN_STALE/);
      assert.ok(
        touched.some((one) => message.includes(one)),
        message,
      );
      for (const other of plan.fingerprints) {
        if (!other.id.startsWith(id))
          assert.ok(!message.includes(`${other.id} `), `${other.id} did not move: ${message}`);
      }
      assert.deepEqual(simulator.log.mutations, []);
      assert.deepEqual(dumpOf(simulator), before);
      takeBack(target);
      target.settle();
    });
  }
  // Everything was taken back, so the plan holds again.
  const applied = await stage.json('apply', ['apply', 'plan.json', '--yes']);
  assert.equal(applied.exit, 0, applied.stderr);
});
