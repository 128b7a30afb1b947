import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, createStage, dumpOf, openVault, planInto } from './stage.ts';

const kinds = ['key value map', 'key value map entry', 'keystore', 'keystore alias'];

test('a map that a deployment needs comes back with its entries, a keystore with its certificates', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  // All of the organization is gone; what is chosen is one target server and the deployments.
  stage.simulator.addOrganization('acme-prod', 'empty');
  const vault = await openVault(t, stage);
  const only = ['--only', 'environments/*/apis/*/deployment', '--only', 'environments/*/targetservers/*'];
  const plan = await planInto(stage, vault, only);
  const made = new Set(plan.resources.filter(({ change }) => change === 'create').map(({ id }) => id));
  const maps = [...made].filter((id) => /\/keyvaluemaps\/[^/]+$/.test(id));
  const keystores = [...made].filter((id) => /\/keystores\/[^/]+$/.test(id));
  assert.ok(maps.length > 0 && keystores.length > 0, [...made].join('\n'));
  const applied = await stage.json('apply', ['apply', 'plan.json', '--yes']);
  assert.equal(applied.exit, 0, applied.stderr);
  // What came back of these kinds came back whole, but for what no backup can read.
  const now = new Map(dumpOf(stage.simulator).map((line) => [`${line.kind} ${line.key}`, line.value]));
  const owners = [...now.keys()].filter((name) => /^(key value map|keystore) /.test(name));
  const told = plan.cannotRestore.map(({ id }) => decodeURIComponent(id));
  let below = 0;
  for (const { kind, key } of whole) {
    const isBelow = owners.some((owner) => `${kind} ${key}`.replace(/ (entry|alias) /, ' ').startsWith(`${owner}/`));
    if (!kinds.includes(kind) || !isBelow) continue;
    below += 1;
    const isTold = told.some(
      (id) => key.endsWith(id.slice(id.lastIndexOf('/'))) || id.split('/').at(-1) === key.split('/').at(-2),
    );
    assert.ok(now.has(`${kind} ${key}`) || isTold, `${kind} ${key} did not come along`);
  }
  assert.ok(below > 5, String(below));
});

test('a reference whose keystore nobody has is not written, and the plan says why', async (t) => {
  const stage = await createStage(t);
  const target = stage.simulator.target();
  const path = ['environments', 'prod', 'references', 'core-banking-keystore'];
  const standing = target.get(path);
  const referTo = (refers: unknown): void => void target.put(path, { ...standing, refers });
  target.post(['environments', 'prod', 'keystores'], { name: 'temporary' });
  referTo('temporary');
  await stage.run(['backup', '--kinds', 'reference']);
  referTo(standing['refers']);
  target.delete(['environments', 'prod', 'keystores', 'temporary']);
  const points = await stage.json('points', ['points']);
  const point = points.document.points[0]?.id ?? '';
  stage.simulator.log.reset();
  const restored = await stage.json('restore', ['restore', '--point', point, '--yes', '--kinds', 'reference']);
  assert.deepEqual([restored.exit, restored.document.calls.planned], [0, 0], restored.stderr);
  const told = restored.document.cannotRestore.map(({ id, code, why }) => `${code} ${id} ${why}`);
  assert.match(
    told[0] ?? '',
    /^NEED_MISSING environments\/prod\/references\/core-banking-keystore .*keystores\/temporary.*neither the point nor/,
  );
  assert.deepEqual(stage.simulator.log.mutations, []);
});

test('a key comes back with its products but for one that nobody has, which the plan names', async (t) => {
  const stage = await createStage(t);
  const target = stage.simulator.target();
  const app = ['developers', 'mobile-team@acme-pay.example', 'apps', 'android'];
  interface Credential {
    readonly consumerKey: string;
    readonly apiProducts: readonly { readonly apiproduct: string; readonly status: string }[];
  }
  const credentials = () => target.get(app)['credentials'] as readonly Credential[];
  const productsOf = () =>
    credentials().map(({ apiProducts }) => apiProducts.map(({ apiproduct }) => apiproduct).sort());
  const [credential] = credentials();
  const products = productsOf();
  assert.ok(credential !== undefined && credential.apiProducts.length > 1);
  const key = [...app, 'keys', credential.consumerKey];
  target.post(['apiproducts'], { name: 'short-lived', displayName: 'Short-lived', approvalType: 'auto' });
  target.post(key, { apiProducts: ['short-lived'] });
  const captured = await stage.json('backup', ['backup', '--only', `${app.slice(0, 2).join('/')}/**`]);
  assert.equal(captured.exit, 0, captured.stderr);
  target.delete(key);
  target.delete(['apiproducts', 'short-lived']);
  const only = `${app.join('/')}/**`;
  const argv = ['restore', '--point', captured.document.point, '--yes', '--only', only];
  const restored = await stage.json('restore', argv);
  assert.deepEqual(
    restored.document.cannotRestore.map(({ code, why }) => `${code} ${why}`),
    [
      'NOT_SETTABLE Its access to product short-lived is left out: the live organization does not have the product, and this plan does not make it.',
    ],
  );
  assert.deepEqual(productsOf(), products);
  assert.deepEqual([restored.exit, restored.document.calls.failed], [0, 0], restored.stderr);
});
