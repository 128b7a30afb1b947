import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedCall } from './plan.ts';
import type { RestoreDecision } from './plan-restore.ts';
import { withhold } from './opt-in.ts';
import { decideRestore } from './plan-restore.ts';
import type { RestorePair } from './restore-pair.ts';
import { inputOf, pairOf } from './restore-pairs.fixture.ts';

const decide = (...pairs: readonly RestorePair[]): RestoreDecision => decideRestore(inputOf(pairs));

const stepsOf = ({ calls }: RestoreDecision): string[] => calls.map(({ id }) => id);

function callOf({ calls }: RestoreDecision, id: string): PlannedCall {
  return calls.find((call) => call.id === id) ?? assert.fail(`no call ${id}`);
}

function waitsOf(decision: RestoreDecision, id: string): readonly string[] {
  const { needs, after } = callOf(decision, id);
  return [...needs, ...after];
}

const proxyPair = (labels = {}) => pairOf('apis/orders', { desired: { name: 'orders', ...labels } });
const revision = (number: string) =>
  pairOf(`apis/orders/revisions/~${number}`, { desired: { digest: number }, label: `apis/orders@${number}` });
const deployment = (number: string, more = {}) =>
  pairOf('environments/test/apis/orders/deployment', {
    desired: { environment: 'test', apiProxy: 'orders', revision: number },
    ...more,
  });

test('imports of one proxy follow its old numbers, as numbers; one that fails does not stop the next', () => {
  const decision = decide(proxyPair({ labels: { a: 'b' } }), revision('10'), revision('9'), revision('2'));
  assert.deepEqual(stepsOf(decision), [
    'apis/orders/revisions/~2#import',
    'apis/orders/revisions/~9#import',
    'apis/orders/revisions/~10#import',
    'apis/orders#labels',
  ]);
  const last = callOf(decision, 'apis/orders/revisions/~10#import');
  assert.deepEqual([last.needs, last.after], [[], ['apis/orders/revisions/~9#import']]);
});

test('a product waits for the first import of a proxy it names, labels or not', () => {
  const product = pairOf('apiproducts/gold', { desired: { name: 'gold', proxies: ['orders'] } });
  const waits = waitsOf(decide(product, proxyPair(), revision('1')), 'apiproducts/gold#create');
  assert.deepEqual(waits, ['apis/orders/revisions/~1#import']);
});

test('a proxy without any revision in the point is not tried, and said', () => {
  const { calls, cannotRestore } = decide(proxyPair({ labels: { a: 'b' } }));
  assert.deepEqual(calls, []);
  assert.deepEqual(
    cannotRestore.map(({ id, code }) => [id, code]),
    [['apis/orders', 'NO_WRITE']],
  );
});

test('a deployment follows its import, the flows it calls and the target servers it names', () => {
  const flow = pairOf('environments/test/sharedflows/auth/deployment', {
    desired: { environment: 'test', apiProxy: 'auth', revision: '3' },
  });
  const flowRevision = pairOf('sharedflows/auth/revisions/~3', {
    desired: { digest: '3' },
    label: 'sharedflows/auth@3',
  });
  const flowOwner = pairOf('sharedflows/auth', { desired: { name: 'auth' } });
  const server = pairOf('environments/test/targetservers/core', { desired: { name: 'core' } });
  const facts = { sharedFlows: ['auth'], targetServers: ['core'] };
  const decision = decide(
    deployment('1', { facts }),
    proxyPair(),
    revision('1'),
    flow,
    flowRevision,
    flowOwner,
    server,
  );
  assert.deepEqual(callOf(decision, 'environments/test/apis/orders/deployment#deploy').needs, [
    'apis/orders/revisions/~1#import',
    'environments/test/sharedflows/auth/deployment#deploy',
    'environments/test/targetservers/core#create',
  ]);
});

test('a deployment of a live revision rests on its fingerprint', () => {
  const { calls, fingerprints } = decideRestore(inputOf([deployment('1')], ['apis/orders/revisions/~1']));
  assert.deepEqual(calls[0]?.path, ['environments/test/apis/orders/revisions/', '1', '/deployments']);
  assert.deepEqual(
    fingerprints.map(({ id, state }) => `${id} ${state}`),
    ['apis/orders/revisions/~1 present', 'environments/test/apis/orders/deployment absent'],
  );
});

test('a deployment of a revision that nobody has is not tried, and said', () => {
  const { calls, cannotRestore } = decide(deployment('1'));
  assert.deepEqual(calls, []);
  assert.equal(cannotRestore[0]?.code, 'NO_WRITE');
});

test('flows that call each other in a ring are deployed all the same', () => {
  const flow = (name: string, calls: string) =>
    pairOf(`environments/test/sharedflows/${name}/deployment`, {
      desired: { environment: 'test', apiProxy: name, revision: '1' },
      facts: { sharedFlows: [calls] },
    });
  const revisions = ['sharedflows/a/revisions/~1', 'sharedflows/b/revisions/~1'];
  const { calls } = decideRestore(inputOf([flow('a', 'b'), flow('b', 'a')], revisions));
  assert.deepEqual(
    calls.map(({ resource, needs }) => [resource, needs.length]),
    [
      ['environments/test/sharedflows/b/deployment', 0],
      ['environments/test/sharedflows/a/deployment', 1],
    ],
  );
});

test('a long chain of flows does not overflow', () => {
  const chain = Array.from({ length: 3000 }, (_, index) =>
    pairOf(`environments/test/sharedflows/f${index}/deployment`, {
      desired: { environment: 'test', apiProxy: `f${index}`, revision: '1' },
      facts: { sharedFlows: [`f${index + 1}`] },
    }),
  );
  const { calls } = decideRestore(
    inputOf(
      chain,
      chain.map((_, index) => `sharedflows/f${index}/revisions/~1`),
    ),
  );
  assert.equal(calls[0]?.resource, 'environments/test/sharedflows/f2999/deployment');
  assert.equal(calls.length, 3000);
});

test('a target server goes only when the deployment that used it was changed', () => {
  const server = pairOf('environments/test/targetservers/old', { live: { name: 'old' } });
  const moved = deployment('1', {
    live: { environment: 'test', apiProxy: 'orders', revision: '2' },
    liveFacts: { targetServers: ['old'] },
  });
  const decision = decideRestore(inputOf([server, moved], ['apis/orders/revisions/~1']));
  assert.deepEqual(callOf(decision, 'environments/test/targetservers/old#delete').needs, [
    'environments/test/apis/orders/deployment#deploy',
  ]);
});

test('deleting a developer takes apps and keys along once, and the safety point has to hold them', () => {
  const { calls, fingerprints } = decide(
    pairOf('developers/x', { live: { email: 'x' } }),
    pairOf('developers/x/apps/a', { live: { name: 'a' } }),
    pairOf('developers/x/apps/a/keys/~1', { live: { consumerKey: 'hidden' } }),
  );
  assert.deepEqual(
    calls.map(({ id }) => id),
    ['developers/x#delete'],
  );
  assert.deepEqual(
    fingerprints.map(({ id }) => id),
    ['developers/x', 'developers/x/apps/a', 'developers/x/apps/a/keys/~1'],
  );
});

test('nothing is sent below what could not be created, nothing is deleted above what could not be deleted', () => {
  const made = decide(
    pairOf('developers/x', { desired: { email: 'x' } }),
    pairOf('developers/x/apps/a', { desired: { name: 'a' } }),
    pairOf('developers/x/apps/a/keys/~1', { desired: { consumerKey: 'hidden' } }),
  );
  const key = callOf(made, 'developers/x/apps/a/keys/~1#import-key');
  assert.deepEqual(key.needs, ['developers/x#create', 'developers/x/apps/a#create']);
  assert.deepEqual(key.after, ['developers/x/apps/a#delete-minted-key']);
  const gone = decide(
    pairOf('environments/test', { live: { name: 'test' } }),
    pairOf('environments/test/targetservers/core', { live: { name: 'core' } }),
  );
  assert.deepEqual(callOf(gone, 'environments/test#delete').needs, ['environments/test/targetservers/core#delete']);
});

test('an app is revoked after its keys, even where one of them failed', () => {
  const decision = decide(
    pairOf('developers/x/apps/a', { desired: { name: 'a', status: 'revoked' } }),
    pairOf('developers/x/apps/a/keys/~1', { desired: { consumerKey: 'hidden' } }),
  );
  const call = callOf(decision, 'developers/x/apps/a#status');
  assert.deepEqual(call.needs, ['developers/x/apps/a#create']);
  assert.ok(call.after.includes('developers/x/apps/a/keys/~1#import-key'));
});

test('steps that need no other are not stopped by one that fails', () => {
  const decision = decide(
    pairOf('developers/x/apps/a/keys/~1', {
      desired: { consumerKey: 'hidden', status: 'revoked', apiProducts: [] },
      live: { consumerKey: 'hidden', apiProducts: [{ apiproduct: 'gold', status: 'approved' }] },
    }),
  );
  const call = callOf(decision, 'developers/x/apps/a/keys/~1#status');
  assert.deepEqual([call.needs, call.after], [[], ['developers/x/apps/a/keys/~1#unlink-gold']]);
  assert.ok(!('requires' in call));
});

test('a resource whose name no URL can say is left alone, and said', () => {
  const { calls, cannotRestore } = decide(
    pairOf('developers/x/apps/%2E%2E', { live: { name: '..' } }),
    pairOf('environments/test/targetservers/%2E', { desired: { name: '.' }, live: { name: '.', host: 'x' } }),
  );
  assert.deepEqual(calls, []);
  assert.deepEqual(
    cannotRestore.map(({ code }) => code),
    ['NO_WRITE', 'NO_WRITE'],
  );
});

test('the secrets that will be opened are named once each, and none is in the plan', () => {
  const secret = 'S3CRET';
  const hole = (name: string) => ({ $hole: { hole: 'secret', id: 'developers/x/apps/a/keys/~1', name } });
  const decision = decide(
    pairOf('developers/x/apps/a/keys/~1', {
      desired: { consumerKey: hole('consumerKey'), consumerSecret: hole('consumerSecret'), status: 'revoked' },
      live: { consumerKey: secret, consumerSecret: secret },
      changedSecrets: ['consumerSecret'],
    }),
  );
  assert.deepEqual(
    decision.secretsRequired.map(({ name }) => name),
    ['consumerKey', 'consumerSecret'],
  );
  assert.ok(!JSON.stringify(decision).includes(secret));
  assert.equal(decision.risks.length, 1);
});

test('what refers to something that nobody has is not sent, and neither is what needs it', () => {
  const id = 'environments/test/references/tls';
  const proxy = {
    id: 'apiproducts/gold',
    needs: 'apis/orders',
    why: 'it names this proxy',
    absence: 'nowhere',
  } as const;
  const { calls, cannotRestore, resources } = decideRestore({
    ...inputOf([
      pairOf(id, { desired: { name: 'tls', refers: 'gone' }, live: { name: 'tls', refers: 'other' } }),
      pairOf('apiproducts/gold', { desired: { name: 'gold' } }),
      pairOf('apiproducts/gold/rateplans/a', { desired: { displayName: 'a' } }),
    ]),
    missingNeeds: [
      { id, needs: 'environments/test/keystores/gone', why: 'it refers to it', absence: 'nowhere' },
      proxy,
    ],
  });
  assert.deepEqual(calls, []);
  assert.deepEqual(
    cannotRestore.map(({ id: of, code }) => `${of} ${code}`),
    ['apiproducts/gold NEED_MISSING', 'apiproducts/gold/rateplans/a NEED_MISSING', `${id} NEED_MISSING`],
  );
  assert.match(
    resources.find((resource) => resource.id === id)?.reason ?? '',
    /keystores\/gone .*neither the point nor/,
  );
});

test('what the service may take without its need is sent, and the need is named', () => {
  const { calls, cannotRestore, resources } = decideRestore({
    ...inputOf([pairOf('apiproducts/gold', { desired: { name: 'gold' } })]),
    missingNeeds: [
      { id: 'apiproducts/gold', needs: 'environments/x', why: 'it names it', absence: 'nowhere', ifMissing: 'sent' },
    ],
  });
  assert.equal(calls.length, 1);
  assert.equal(cannotRestore[0]?.code, 'NEED_MISSING');
  assert.equal(resources[0]?.reason, 'missing live');
});

test('what stands under something that nobody named is not sent; what refers to it is', () => {
  const id = 'environments/test/keystores/k';
  const missing = { needs: 'environments/test', why: 'it stands under it', absence: 'unnamed' } as const;
  const { calls, cannotRestore, resources } = decideRestore({
    ...inputOf([
      pairOf(id, { desired: { name: 'k' } }),
      pairOf('apiproducts/gold', { desired: { name: 'gold', environments: ['test'] } }),
    ]),
    missingNeeds: [
      { id, ...missing },
      { id: 'apiproducts/gold', ...missing, ifMissing: 'sent' },
    ],
  });
  assert.deepEqual(
    calls.map((call) => call.resource),
    ['apiproducts/gold'],
  );
  assert.deepEqual(
    cannotRestore.map(({ id: of, code, next }) => [of, code, next.includes("--only '**' --only 'environments/test'")]),
    [
      ['apiproducts/gold', 'NEED_MISSING', true],
      [id, 'NEED_MISSING', true],
    ],
  );
  assert.match(resources.find((resource) => resource.id === id)?.reason ?? '', /restored only when named/);
});

test('what is withheld stands among what cannot be restored, with the flag that names it', () => {
  const pair = pairOf('environments/test', { desired: { name: 'test' }, role: 'shown' });
  const selection = { only: ['apis/**'], kinds: [] };
  const withheld = withhold(pair.kind, pair.id, { change: 'create', selection });
  const { calls, cannotRestore } = decide({ ...pair, withheld });
  assert.deepEqual(calls, []);
  assert.deepEqual(cannotRestore, [withheld]);
  assert.equal(withheld.code, 'OPT_IN');
  assert.match(withheld.next, /add --only 'environments\/test'\.$/);
});

test('the estimate counts calls, reads of what is touched, and slow operations', () => {
  const { estimate } = decide(pairOf('environments/test', { desired: { name: 'test' } }));
  assert.deepEqual(estimate, { mutatingCalls: 1, reads: 2, seconds: 11 });
});
