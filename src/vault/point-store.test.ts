import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Vault } from '../app/ports/vault.ts';
import type { PruneStep } from '../app/ports/retention.ts';
import { createManualClock } from '../platform/manual-clock.ts';
import { storeFailed } from './blob/blob-error.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { createFaultyBlobStore } from './blob/faulty-blob-store.ts';
import { epochEndsAt } from './epoch.ts';
import {
  capture,
  commitDetails,
  copyStore,
  createSampleVault,
  flipped,
  openWith,
  ORGANIZATION,
  revoke,
  type SampleVault,
} from './sample-vault.fixture.ts';

const ORG = `orgs/${ORGANIZATION}/`;
const AT = '2026-05-10T00:00:00.000Z';
const resources = [{ id: 'a', text: 'one' }];

async function manifestOf(store: BlobStore, point: string): Promise<string> {
  for await (const { name } of store.list(`${ORG}epochs/`))
    if (name.includes('/points/') && name.endsWith(point)) return name;
  return assert.fail(`no manifest of ${point}`);
}

/** Marks and sweeps these points, as a record alone: the blobs stay until they are taken away. */
async function sweep(
  sample: SampleVault,
  points: readonly { readonly point: string; readonly name: string; readonly hash?: string }[],
): Promise<void> {
  const { prunes } = await sample.open('pruner');
  const mark: Extract<PruneStep, { step: 'mark' }> = {
    step: 'mark',
    policy: {
      hourly: 0,
      daily: 0,
      weekly: 0,
      monthly: 0,
      yearly: 0,
      minimumVerified: 0,
      guaranteedDays: 0,
      zone: 'UTC',
    },
    graceDays: 0,
    points: [],
    objects: [],
    kept: [],
  };
  const marked = await prunes.markPrune(ORGANIZATION, mark, AT);
  await prunes.addPruneStep(ORGANIZATION, marked, { step: 'sweep', points, objects: [] }, AT);
}

const idsOf = async (vault: Vault): Promise<readonly string[]> =>
  (await vault.listPoints(ORGANIZATION)).points.map(({ id }) => id);

test('points of all epochs are listed oldest first, and opened by their ids', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  assert.deepEqual(await vault.listPoints(ORGANIZATION), { points: [], damaged: [], swept: [] });
  const ids = [await capture(vault, sample.clock, resources), await capture(vault, sample.clock, resources, true)];
  const { points, damaged, swept } = await vault.listPoints(ORGANIZATION);
  assert.deepEqual(
    points.map(({ id, epoch }) => [id, epoch]),
    [
      [ids[0], '000001'],
      [ids[1], '000002'],
    ],
  );
  assert.deepEqual([damaged, swept], [[], []]);
  for (const id of ids) assert.equal((await vault.openPoint(ORGANIZATION, id)).details.id, id);
});

test('a point that is not there is said not to be, and one that was swept that it was', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  const point = await capture(vault, sample.clock, resources);
  const kept = await capture(vault, sample.clock, resources);
  await assert.rejects(vault.openPoint(ORGANIZATION, 'p9'), {
    code: 'POINT_NOT_FOUND',
    message: `There is no point p9 of ${ORGANIZATION} in this vault.`,
    resource: 'p9',
    next: 'List the points with holdfast points.',
  });
  await assert.rejects(vault.openPoint('acme-test', point), { code: 'POINT_NOT_FOUND' });
  const name = await manifestOf(sample.store, point);
  await sweep(sample, [{ point, name, hash: 'h' }]);
  const refusal = {
    code: 'POINT_SWEPT',
    message: `The point ${point} of ${ORGANIZATION} was swept on ${AT} by prune 1.`,
    resource: point,
    next: 'Choose another point: `holdfast points` lists them. The backup of the vault may still have it.',
  };
  const after = await sample.open('writer');
  await assert.rejects(after.openPoint(ORGANIZATION, point), refusal, 'its manifest is still there');
  await sample.store.delete(name);
  await assert.rejects(after.openPoint(ORGANIZATION, point), refusal);
  assert.deepEqual(await idsOf(after), [kept]);
  const { swept } = await after.listPoints(ORGANIZATION);
  assert.deepEqual(
    swept.map((one) => [one.point, one.name, one.prune, one.sweptAt, one.isGivenUp]),
    [[point, name, 1, AT, false]],
  );
});

test('a damaged manifest that was given up was swept too', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  const point = await capture(vault, sample.clock, resources);
  await sweep(sample, [{ point, name: await manifestOf(sample.store, point) }]);
  await assert.rejects((await sample.open('writer')).openPoint(ORGANIZATION, point), { code: 'POINT_SWEPT' });
});

test('of sweeps that cannot be trusted nothing is swept, and they are listed as damage', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  const point = await capture(vault, sample.clock, resources);
  const step = `${ORG}prunes/000001/000001-step`;
  await sample.store.put(step, Buffer.from('junk'));
  const { points, damaged, swept } = await vault.listPoints(ORGANIZATION);
  assert.deepEqual(
    points.map(({ id }) => id),
    [point],
  );
  assert.deepEqual(swept, []);
  assert.deepEqual(
    damaged.map(({ name, error }) => [name, error.code, error.message]),
    [[step, 'VAULT_DAMAGED', `${step} is damaged: it is not a signed document.`]],
  );
});

test('a damaged manifest is listed apart, is an error when it is opened, and stands in no other one its way', async () => {
  const sample = await createSampleVault({ attestsTime: true });
  const vault = await sample.open('writer');
  const point = await capture(vault, sample.clock, resources);
  const other = await capture(vault, sample.clock, resources);
  const name = await manifestOf(sample.store, point);
  const harm = { [name]: flipped(await sample.store.get(name)) };
  const store = await copyStore(sample.store, { put: harm });
  const harmed = await openWith(store, createManualClock(), { writer: sample.keyFiles.writer });
  const { points, damaged } = await harmed.listPoints(ORGANIZATION);
  assert.deepEqual([points.map(({ id }) => id), damaged.map((one) => one.name)], [[other], [name]]);
  await assert.rejects(harmed.openPoint(ORGANIZATION, point), { damaged: name });

  // What lies before it in the listing under the same id, and cannot be trusted, is passed over.
  const squatted = `${ORG}epochs/000001/points/20200101T000000000Z-${point}`;
  await sample.store.put(squatted, Buffer.from('junk'));
  assert.equal((await vault.openPoint(ORGANIZATION, point)).details.id, point);
  // And what lies there of another id is not looked at.
  await sample.store.put(`${ORG}epochs/000001/points/20200101T000000000Z-x${point}`, Buffer.from('junk'));
  assert.equal((await vault.openPoint(ORGANIZATION, point)).details.id, point);
});

test('a manifest that took the id of a point is damage, and where nobody knows which was first both are', async () => {
  for (const attestsTime of [true, false]) {
    const sample = await createSampleVault({ clock: createManualClock(Date.parse(AT)), attestsTime });
    const vault = await sample.open('writer');
    const point = await capture(vault, sample.clock, resources);
    const name = await manifestOf(sample.store, point);
    await sample.clock.advance(1000);
    const forged = await sample.putDocument({
      type: 'point',
      name: `${ORG}epochs/000001/points/20200101T000000000Z-${point}`,
      header: {
        point,
        organization: ORGANIZATION,
        epoch: '000001',
        grade: 'complete',
        startedAt: AT,
        endedAt: AT,
        wrote: [],
        previous: null,
      },
      signer: 'writer',
      sealed: {
        secretClass: 'meta',
        content: {
          ...commitDetails(AT),
          scope: { type: 'all' },
          parent: null,
          resources: 0,
          bytesWritten: 0,
          gaps: {},
          table: null,
        },
      },
    });
    const { points, damaged } = await vault.listPoints(ORGANIZATION);
    assert.deepEqual(
      points.map(({ id }) => id),
      attestsTime ? [point] : [],
    );
    assert.deepEqual(
      damaged.map((one) => one.name),
      attestsTime ? [forged] : [forged, name],
    );
    if (attestsTime) assert.equal((await vault.openPoint(ORGANIZATION, point)).details.resources, 1);
    else {
      await assert.rejects(vault.openPoint(ORGANIZATION, point), {
        code: 'VAULT_DAMAGED',
        message: /other manifests have the id .* too, and which was first is not known/,
      });
    }
  }
});

test('a point of a revoked signer is opened where it is accepted, and one of a trusted signer before it', async () => {
  const sample = await createSampleVault({ attestsTime: true });
  const point = await capture(await sample.open('writer'), sample.clock, resources);
  await revoke(sample, 'writer', AT);
  const vault = await sample.open('reader');
  await assert.rejects(vault.openPoint(ORGANIZATION, point), { code: 'SIGNER_REVOKED' });
  const { details } = await vault.openPoint(ORGANIZATION, point, { acceptRevoked: true });
  assert.deepEqual([details.id, details.signerRevoked], [point, AT]);
  assert.deepEqual(await idsOf(vault), []);
  await assert.rejects(vault.openPoint(ORGANIZATION, point), { code: 'SIGNER_REVOKED' }, 'it was read before');
});

test('a store that fails is an error', async () => {
  const sample = await createSampleVault();
  const point = await capture(await sample.open('writer'), sample.clock, resources);
  const store = createFaultyBlobStore(sample.store, {
    before: ({ operation, name }) => {
      if (operation === 'get' && name.includes('/points/'))
        throw storeFailed({ operation: 'read a manifest', place: 'memory', cause: undefined });
    },
  });
  const vault = await openWith(store, sample.clock, { reader: sample.keyFiles.reader });
  await assert.rejects(vault.openPoint(ORGANIZATION, point), { code: 'STORE_FAILED' });
  await assert.rejects(vault.listPoints(ORGANIZATION), { code: 'STORE_FAILED' });
});

test('who writes a point needs a key that signs it', async () => {
  const sample = await createSampleVault();
  const request = { organization: ORGANIZATION, startedAt: AT, scope: { type: 'all' }, signer: 'restorer' } as const;
  await assert.rejects((await sample.open('writer')).beginPoint(request), {
    code: 'KEY_MISSING',
    message: 'Writing a point needs restorer.key, which is not at hand.',
  });
  assert.deepEqual(await Array.fromAsync(sample.store.list('orgs/')), []);
});

test('an epoch is told by its opening and the end of its period; without one there is none', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  assert.equal(await vault.findEpoch(ORGANIZATION, 'month'), undefined);
  await capture(vault, sample.clock, resources);
  const openedAt = '2026-05-10T00:01:00.000Z';
  for (const period of ['week', 'month', 'quarter'] as const) {
    const endsAt = epochEndsAt(openedAt, { vaultAndOrganization: `${vault.id}\n${ORGANIZATION}`, period });
    assert.deepEqual(await vault.findEpoch(ORGANIZATION, period), { epoch: '000001', openedAt, endsAt });
  }
});

test('a full capture opens the epoch that is due, what is scoped continues the one there is', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  const begin = async (
    scope: 'all' | 'run',
    more: { readonly newEpoch?: boolean; readonly epochPeriod?: 'week' } = {},
  ) => {
    const startedAt = sample.clock.now();
    const of = scope === 'all' ? ({ type: 'all' } as const) : ({ type: 'run', run: 1 } as const);
    return (await vault.beginPoint({ organization: ORGANIZATION, startedAt, scope: of, signer: 'writer', ...more }))
      .epoch;
  };
  assert.equal(await begin('run'), '000001', 'there must be one');
  const { endsAt } = (await vault.findEpoch(ORGANIZATION, 'month')) ?? { endsAt: '' };
  const { endsAt: weekEndsAt } = (await vault.findEpoch(ORGANIZATION, 'week')) ?? { endsAt: '' };
  const untilWeekMs = Date.parse(weekEndsAt) - sample.clock.epochMs();
  if (weekEndsAt < endsAt) {
    await sample.clock.advance(untilWeekMs);
    assert.equal(await begin('all'), '000001', 'an epoch is a month');
  }
  await sample.clock.advance(Date.parse(endsAt) - sample.clock.epochMs() - 1);
  assert.equal(await begin('all'), '000001');
  await sample.clock.advance(1);
  assert.equal(await begin('run'), '000001');
  assert.equal(await begin('all'), '000002');
  assert.equal(await begin('all'), '000002');
  await sample.clock.advance(7 * 86_400_000);
  assert.equal(await begin('all', { epochPeriod: 'week' }), '000003');
  assert.equal(await begin('run', { newEpoch: true }), '000004');
});

test('a verification is signed by the verifier, else by the restorer, and stands below proofs', async () => {
  const sample = await createSampleVault();
  const record = {
    point: 'p1',
    depth: 'all-data',
    result: 'good',
    checkedObjects: 1,
    checkedBytes: 2,
    at: AT,
  } as const;
  const { keyring } = await sample.context([]);
  for (const [roles, signer] of [
    [['verifier', 'restorer'], 'verifier'],
    [['restorer', 'writer'], 'restorer'],
  ] as const) {
    const vault = await sample.open(...roles);
    const name = await vault.recordVerification(ORGANIZATION, record);
    assert.match(name, /^orgs\/acme-prod\/proofs\/20260510T000000000Z-[0-9a-f]{16}$/);
    const fingerprint = keyring.signers.find(({ role }) => role === signer)?.fingerprint;
    const proof = (await vault.audit.proofs(ORGANIZATION)).find((one) => one.name === name);
    const { checkedBytes: _, ...proven } = record;
    assert.deepEqual(proof, { name, ...proven, signer: `${signer} ${fingerprint}` });
  }
  await assert.rejects((await sample.open('writer')).recordVerification(ORGANIZATION, record), {
    code: 'KEY_MISSING',
    message: /needs restorer\.key/,
  });
});

test('a point continues the newest whole one, and what a checkpoint stored is known', async () => {
  const sample = await createSampleVault();
  const vault = await sample.open('writer');
  const begin = async (only: readonly string[] = []) => {
    await sample.clock.advance(1000);
    const scope = { type: 'selection', selection: { only, kinds: [] } } as const;
    const startedAt = sample.clock.now();
    return vault.beginPoint({ organization: ORGANIZATION, startedAt, scope, signer: 'writer' });
  };
  const first = await begin();
  assert.deepEqual([first.parent, first.opensEpoch], [undefined, true]);
  const whole = await first.commit(commitDetails(sample.clock.now()));
  const part = await begin(['a']);
  assert.equal(part.parent?.id, whole.id);
  await part.commit(commitDetails(sample.clock.now()));
  const next = await begin();
  assert.deepEqual([next.parent?.id, next.opensEpoch], [whole.id, false]);
});
