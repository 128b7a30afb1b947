import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveOrganization, resolvePoint } from '../../src/app/points.ts';
import type { PointReader, Vault } from '../../src/app/ports/vault.ts';
import { IntegrityError } from '../../src/core/errors.ts';
import type { PointSummary } from '../../src/core/point.ts';

const base: PointSummary = {
  id: 'p',
  organization: 'acme-prod',
  epoch: 'e1',
  grade: 'complete',
  scope: { type: 'all' },
  consistent: true,
  startedAt: '',
  endedAt: '2026-03-01T10:00:00.000Z',
  time: '2026-03-01T10:00:00.000Z',
  timeAttested: false,
  resources: 1,
  bytesWritten: 1,
  calls: 1,
  signer: 'writer',
};

const point = (id: string, endedAt: string, more: Partial<PointSummary> = {}): PointSummary => ({
  ...base,
  id,
  endedAt,
  time: endedAt,
  ...more,
});

const points = [
  point('paaaa1111', '2026-03-01T10:00:00.000Z'),
  point('paaaa2222', '2026-03-02T10:00:00.000Z', { grade: 'partial' }),
  point('pbbbb3333', '2026-03-02T10:00:30.000Z', { grade: 'interrupted' }),
  point('pcccc4444', '2026-03-02T11:00:00.000Z', { scope: { type: 'run', run: 1 } }),
  point('pdddd5555', '2026-03-02T12:00:00.000Z', {
    scope: { type: 'selection', selection: { only: ['a'], kinds: [] } },
  }),
  point('peeee6666', '2030-01-01T00:00:00.000Z'),
];

const damage = new IntegrityError({ code: 'VAULT_DAMAGED', message: 'damaged', damaged: 'x' });
const revoked = new IntegrityError({ code: 'SIGNER_REVOKED', message: 'revoked', damaged: 'x' });

/** The part of a vault that finding a point uses. */
function vaultOf(list: readonly PointSummary[], organizations: readonly string[] = []): Vault {
  return {
    listPoints: async () => ({
      points: list,
      damaged: [
        { name: 'orgs/acme-prod/points/2026-pffff7777', error: damage },
        { name: 'orgs/acme-prod/points/2026-pabab8888', error: revoked },
      ],
      swept: [],
    }),
    openPoint: async (_organization: string, id: string, options?: { readonly acceptRevoked: boolean }) =>
      ({ details: { id, ...(options?.acceptRevoked === true && { signerRevoked: 'then' }) } }) as PointReader,
    organizations: async () => organizations,
  } as Partial<Vault> as Vault;
}

const NOW = Date.parse('2026-03-05T00:00:00Z');
const find = async (reference: string, list = points): Promise<string> =>
  (await resolvePoint(vaultOf(list), 'acme-prod', reference, { nowMs: NOW })).details.id;

for (const [reference, expected] of [
  ['paaaa1111', 'paaaa1111'],
  ['paaaa1', 'paaaa1111'],
  ['pbbbb', 'pbbbb3333'],
  ['latest', 'paaaa2222'],
  ['2026-03-01', 'paaaa1111'],
  ['2026-03-02', 'paaaa2222'],
  ['2026-03-02T09:59', 'paaaa1111'],
  ['2026-03-02T10:00', 'paaaa2222'],
  ['2026-03-02 10:00:00', 'paaaa2222'],
  ['2026-03-02T12:00:00+02:00', 'paaaa2222'],
  ['2026-03-02T11:59:59+02:00', 'paaaa1111'],
] as const) {
  test(`${reference} means ${expected}`, async () => assert.equal(await find(reference), expected));
}

test('a clock that ran ahead by more than five minutes does not make its point the newest', async () => {
  const ahead = (ms: number) => [...points.slice(0, 2), point('pzzzz9999', new Date(NOW + ms).toISOString())];
  assert.equal(await find('latest', ahead(5 * 60_000)), 'pzzzz9999');
  assert.equal(await find('latest', ahead(5 * 60_000 + 1)), 'paaaa2222');
});

test('the newest that ended by a time, in whatever order they were begun', async () => {
  assert.equal(await find('2026-03-03', points.slice(0, 2).toReversed()), 'paaaa2222');
});

test('what means no point, or several, is refused with what there is', async () => {
  await assert.rejects(find('paaaa'), { code: 'USAGE', message: /paaaa1111, paaaa2222/ });
  for (const reference of ['paa', 'pxxxx', '2026-02-01', '2026-13-45', 'yesterday'])
    await assert.rejects(find(reference), { code: 'POINT_NOT_FOUND' }, reference);
  await assert.rejects(find('latest', points.slice(2, 5)), { code: 'POINT_NOT_FOUND' });
  await assert.rejects(find('latest', []), { message: /has no recovery point/ });
});

test('a point whose manifest is damaged says that, not that there is none', async () => {
  await assert.rejects(find('pffff'), damage);
});

test("without a name the vault's only organization is meant", async () => {
  assert.equal(await resolveOrganization(vaultOf([], ['one']), undefined), 'one');
  assert.equal(await resolveOrganization(vaultOf([], ['one', 'two']), 'two'), 'two');
  await assert.rejects(resolveOrganization(vaultOf([], ['one', 'two']), undefined), {
    code: 'USAGE',
    message: /one, two/,
  });
  await assert.rejects(resolveOrganization(vaultOf([]), undefined), { code: 'USAGE' });
});

test('a point of a revoked signer opens by its whole id alone, with a warning', async () => {
  const warnings: string[] = [];
  const progress = { warn: (text: string) => void warnings.push(text) };
  await assert.rejects(resolvePoint(vaultOf(points), 'acme-prod', 'pabab', { nowMs: NOW, progress }), revoked);
  await assert.rejects(resolvePoint(vaultOf(points), 'acme-prod', 'abab8888', { nowMs: NOW, progress }));
  assert.deepEqual(warnings, []);
  const { details } = await resolvePoint(vaultOf(points), 'acme-prod', 'pabab8888', { nowMs: NOW, progress });
  assert.deepEqual([details.id, details.signerRevoked], ['pabab8888', 'then']);
  assert.match(warnings.join(), /revoked since then/);
});
