import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { backUp, createStage, differencesOf, dumpOf, type Stage } from './stage.ts';

const RESTORE = ['restore', '--point', 'latest', '--yes'];
const cloudOnly = ['instance', 'instanceattachment', 'nataddress', 'endpointattachment'];
const INSTANCE = ['instances', 'eu-west1'];

/** Deletes an instance with all that stands under it, an endpoint attachment and the service extension. */
function demolish(simulator: ApigeeSimulator): void {
  const target = simulator.target();
  const away = (path: readonly string[]): void => {
    target.delete(path);
    target.settle();
  };
  const attachments = [...target.list([...INSTANCE, 'attachments'])];
  for (const id of attachments) away([...INSTANCE, 'attachments', id]);
  for (const name of ['out-1', 'out-2']) away([...INSTANCE, 'natAddresses', name]);
  away(INSTANCE);
  away(['endpointAttachments', 'core-banking']);
  away(['apimServiceExtensions', 'edge']);
}

const codesOf = (document: { readonly cannotRestore: readonly { readonly id: string; readonly code: string }[] }) =>
  document.cannotRestore.map(({ id, code }) => `${code} ${id}`);

async function planOf(stage: Stage, flags: readonly string[]) {
  const { exit, document, stderr } = await stage.json('plan', ['plan', '--point', 'latest', ...flags]);
  assert.equal(exit, 0, stderr);
  return document;
}

test('what costs money is made again only when it is named, and what stands under it waits', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  demolish(stage.simulator);
  const unnamed = await planOf(stage, []);
  assert.deepEqual(unnamed.calls, []);
  assert.deepEqual(codesOf(unnamed), [
    'OPT_IN apimServiceExtensions/edge',
    'OPT_IN endpointAttachments/core-banking',
    'OPT_IN instances/eu-west1',
    ...['dev', 'prod', 'test'].map((name) => `NEED_MISSING instances/eu-west1/attachments/${name}`),
    ...['out-1', 'out-2'].map((name) => `OPT_IN instances/eu-west1/natAddresses/${name}`),
  ]);
  assert.match(unnamed.cannotRestore[2]?.next ?? '', /--only '\*\*' --only 'instances\/eu-west1'/);
  const idle = await stage.json('restore', RESTORE);
  assert.deepEqual([idle.exit, idle.document.calls.planned], [0, 0], idle.stderr);

  // The flag that the plan asks for brings the instance and what waited for it, and still nothing that costs more.
  const named = ['--only', '**', '--only', 'instances/eu-west1'];
  const restored = await stage.json('restore', [...RESTORE, ...named]);
  assert.equal(restored.exit, 0, restored.stderr + JSON.stringify(restored.document.resources));
  assert.deepEqual(codesOf(restored.document), [
    'OPT_IN apimServiceExtensions/edge',
    'OPT_IN endpointAttachments/core-banking',
    ...['out-1', 'out-2'].map((name) => `OPT_IN instances/eu-west1/natAddresses/${name}`),
  ]);
  const kinds = 'nat-address,endpoint-attachment,apim-service-extension';
  const rest = await stage.json('restore', [...RESTORE, '--kinds', kinds]);
  assert.equal(rest.exit, 0, rest.stderr + JSON.stringify(rest.document.resources));
  assert.deepEqual(rest.document.cannotRestore, []);
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
  assert.equal((await stage.run(['diff', 'latest', 'live'])).exit, 0);
});

test('--delete-extra leaves alone what nobody named, and what stands above it', async (t) => {
  const stage = await createStage(t);
  await backUp(stage);
  const whole = dumpOf(stage.simulator);
  const target = stage.simulator.target();
  target.post(['instances'], { name: 'stray', location: 'a' });
  target.settle();
  target.post(['instances', 'stray', 'natAddresses'], { name: 'out' });
  target.settle();
  const unnamed = await planOf(stage, ['--delete-extra']);
  assert.deepEqual(unnamed.calls, []);
  const above = await planOf(stage, ['--delete-extra', '--only', 'instances/stray']);
  assert.deepEqual(above.calls, [], 'its NAT address would go with it');
  const left = await stage.json('restore', [...RESTORE, '--delete-extra', '--only', 'instances/stray']);
  assert.equal(left.exit, 0, left.stderr);
  assert.deepEqual(
    left.document.cannotRestore.map(({ id, code, next }) => [id, code, next]),
    [
      ['instances/stray', 'KEPT', 'Name NAT addresses as well, or delete it by hand.'],
      [
        'instances/stray/natAddresses/out',
        'OPT_IN',
        "To have it so as the point has it, add --only 'instances/stray/natAddresses/out'.",
      ],
    ],
  );
  const named = ['--delete-extra', '--kinds', 'instance,nat-address,instance-attachment'];
  const restored = await stage.json('restore', [...RESTORE, ...named]);
  assert.equal(restored.exit, 0, restored.stderr + JSON.stringify(restored.document.resources));
  assert.deepEqual(differencesOf(whole, dumpOf(stage.simulator)), []);
});

test('hybrid organizations have no instances: not applicable, and asked for by nobody', async (t) => {
  const stage = await createStage(t, {
    seedFunction: (name) => {
      const seed = createSeed('small', name);
      const documents = seed.documents.filter(({ kind }) => !cloudOnly.includes(kind));
      return { ...seed, documents, organization: { ...seed.organization, runtimeType: 'HYBRID' } };
    },
  });
  const point = await backUp(stage);
  for (const kind of ['instance', 'instance-attachment', 'nat-address', 'endpoint-attachment']) {
    const row = point.ledger.find((one) => one.kind === kind);
    assert.deepEqual([row?.listed, row?.notApplicable], [0, 1], kind);
  }
  assert.deepEqual(
    stage.simulator.log.entries.filter(({ path }) => /\/(instances|endpointAttachments)/.test(path)),
    [],
  );
});
