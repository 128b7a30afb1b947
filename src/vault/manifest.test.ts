import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError } from '../core/errors.ts';
import {
  compactTime,
  detailsOf,
  manifestName,
  parseManifestBody,
  parseManifestHeader,
  pointIdOf,
  type PointRecord,
  summaryOf,
} from './manifest.ts';
import type { SignedDocument } from './signed-document.ts';

const NAME = 'orgs/acme/epochs/000001/points/20260510T000000000Z-p1';
const AT = '2026-05-10T00:00:00.000Z';
const HASH = 'a'.repeat(64);

const header = {
  point: 'p1',
  organization: 'acme',
  epoch: '000001',
  grade: 'complete',
  startedAt: AT,
  endedAt: '2026-05-10T00:01:00.000Z',
  wrote: [[`packs/${HASH}`, 7] as [string, number], [`indexes/${HASH}`, 8] as [string, number]],
  previous: null,
} as const;

const body = {
  scope: { type: 'all' },
  consistent: true,
  parent: 'p0',
  resources: 3,
  bytesWritten: 100,
  calls: 9,
  floor: 4,
  efficiency: 0.5,
  ledger: [row('app-key'), row('kvm')],
  notCaptured: [{ kind: 'report', why: 'not yet' }],
  moved: ['one app'],
  tool: 'holdfast 1',
  identity: 'ann',
  gaps: {},
  table: HASH,
} as const;

const record: PointRecord = {
  name: NAME,
  hash: HASH,
  sizeBytes: 11,
  header,
  body,
  signer: 'writer f',
  time: AT,
  timeAttested: true,
};

function row(kind: string) {
  const none = { denied: 0, failed: 0, vanished: 0, notApplicable: 0, unreadable: 0, accepted: 0 };
  return { kind, listed: 1, captured: 1, ...none, exceptions: [], notes: [] };
}

function documentOf(change: object = {}, name = NAME): SignedDocument {
  const common = { type: 'point', vault: 'v', name, signer: 'f' };
  const none = new Uint8Array();
  return {
    name,
    header: { ...common, ...header, ...change },
    headerBytes: none,
    body: none,
    signed: none,
    signature: none,
    hash: HASH,
  };
}

const damage = (reason: string) => (error: unknown) => {
  assert.ok(error instanceof IntegrityError);
  assert.deepEqual(
    [error.code, error.damaged, error.message],
    ['VAULT_DAMAGED', NAME, `${NAME} is damaged: ${reason}.`],
  );
  return true;
};

test('a manifest is named by its time without separators and by its point', () => {
  assert.equal(compactTime('2026-05-10T01:02:03.456Z'), '20260510T010203456Z');
  assert.equal(manifestName('orgs/acme/epochs/000001/', AT, 'p1'), NAME);
  assert.equal(pointIdOf(NAME), 'p1');
});

test('a header is read as it was written, with or without heads of the audit trail and a manifest before it', () => {
  const { organization, previous, ...rest } = parseManifestHeader(documentOf());
  assert.deepEqual([organization, previous, rest.wrote, rest.auditHeads], ['acme', null, header.wrote, undefined]);
  const before = { name: 'x', hash: 'y' };
  const full = parseManifestHeader(documentOf({ auditHeads: [before], previous: before }));
  assert.deepEqual([full.auditHeads, full.previous], [[before], before]);
});

test('a header that says something else than a point is damage', () => {
  for (const change of [
    { point: 1 },
    { grade: 'good' },
    { startedAt: undefined },
    { endedAt: 'yesterday' },
    { endedAt: '2026-02-31T00:00:00.000Z' },
    { wrote: [[`packs/${HASH}`, -7]] },
    { wrote: [[`packs/${HASH}`, '7']] },
    { wrote: [[`packs/${HASH}0`, 7]] },
    { wrote: [[`x/packs/${HASH}`, 7]] },
    { wrote: [[`other/${HASH}`, 7]] },
    { wrote: [['packs/A', 7]] },
    { auditHeads: [{ name: 'x' }] },
    { previous: { name: 'x' } },
  ]) {
    assert.throws(
      () => parseManifestHeader(documentOf(change)),
      damage('its header is not that of a point'),
      JSON.stringify(change),
    );
  }
});

test('a header of another point, epoch or organization than its name is damage', () => {
  for (const change of [
    { point: 'p2' },
    { epoch: '000002' },
    { organization: 'other' },
    { organization: 'acme/epochs' },
  ])
    assert.throws(
      () => parseManifestHeader(documentOf(change)),
      damage('it says that it is another point, or of another epoch or organization'),
      JSON.stringify(change),
    );
});

test('a body is read as it was written; one that lacks what reading needs is damage', () => {
  assert.deepEqual(parseManifestBody(NAME, body), body);
  for (const scope of [
    { type: 'selection', selection: { only: ['x'], kinds: [] } },
    { type: 'run', run: 1 },
  ])
    assert.deepEqual(parseManifestBody(NAME, { ...body, scope }).scope, scope);
  assert.equal(parseManifestBody(NAME, { ...body, table: null }).table, null);
  for (const change of [
    { scope: { type: 'other' } },
    { scope: undefined },
    { consistent: 1 },
    { parent: undefined },
    { ledger: {} },
    { ledger: [null] },
    { ledger: [{ ...body.ledger[0], listed: -1 }] },
    { ledger: [{ ...body.ledger[0], exceptions: [null] }] },
    { ledger: [{ ...body.ledger[0], exceptions: [{ at: '', state: 'lost', reason: '' }] }] },
    { notCaptured: [{ kind: 'x' }] },
    { moved: [1] },
    { gaps: { proxy: [null] } },
    { scope: { type: 'run', run: 1_000_000 } },
    { scope: { type: 'selection', selection: { only: [null], kinds: [] } } },
    { notCaptured: 'x' },
    { moved: null },
    { gaps: { kvm: 'x' } },
    { table: 'x' },
  ]) {
    assert.throws(
      () => parseManifestBody(NAME, { ...body, ...change }),
      damage('its body is not that of a point'),
      JSON.stringify(change),
    );
  }
});

test('a summary counts the manifest itself, and names parent and revocation only where there is one', () => {
  const summary = {
    id: 'p1',
    organization: 'acme',
    epoch: '000001',
    grade: 'complete',
    scope: { type: 'all' },
    consistent: true,
    startedAt: AT,
    endedAt: '2026-05-10T00:01:00.000Z',
    time: AT,
    timeAttested: true,
    parent: 'p0',
    resources: 3,
    bytesWritten: 111,
    calls: 9,
    signer: 'writer f',
  };
  assert.deepEqual(summaryOf(record), summary);
  const { parent, ...orphan } = summary;
  assert.deepEqual(summaryOf({ ...record, body: { ...body, parent: null }, signerRevoked: AT }), {
    ...orphan,
    signerRevoked: AT,
  });
  assert.equal(parent, 'p0');
});

test('details tell the ledger with what the scan found in each kind, as sentences and as data', () => {
  const findings = new Map([
    [
      'kvm',
      [
        ['kvms/a', 'value', 'private key'],
        ['kvms/b', '', 'Google API key'],
      ] as [string, string, string][],
    ],
    ['api-revision', [['apis/c', 'apiproxy/a line b.js line 12', 'authorization header'] as [string, string, string]]],
  ]);
  const { ledger, notCaptured, moved, findings: sentences, credentials, ...rest } = detailsOf(record, findings);
  assert.deepEqual(ledger, [
    { ...row('app-key'), credentials: 0 },
    { ...row('kvm'), credentials: 2 },
  ]);
  assert.deepEqual([notCaptured, moved], [body.notCaptured, body.moved]);
  assert.deepEqual(rest, { ...summaryOf(record), floor: 4, efficiency: 0.5, tool: 'holdfast 1', identity: 'ann' });
  assert.deepEqual(sentences, [
    'kvms/a: value looks like a credential: private key',
    'kvms/b: looks like a credential: Google API key',
    'apis/c: apiproxy/a line b.js line 12 looks like a credential: authorization header',
  ]);
  assert.deepEqual(credentials, [
    { id: 'kvms/a', kind: 'kvm', place: 'value', what: 'private key' },
    { id: 'kvms/b', kind: 'kvm', place: '', what: 'Google API key' },
    {
      id: 'apis/c',
      kind: 'api-revision',
      place: 'apiproxy/a line b.js',
      line: 12,
      what: 'authorization header',
    },
  ]);
});

test('a name that is itself a credential is not shown', () => {
  const key = `AIza${'x'.repeat(35)}`;
  const id = `kvms/a/entries/${key}`;
  const { findings, credentials } = detailsOf(record, new Map([['kvm-entry', [[id, 'name', 'Google API key']]]]));
  assert.deepEqual(findings, ['kvms/a/entries/***: name looks like a credential: Google API key']);
  assert.equal(credentials[0]?.id, 'kvms/a/entries/***');
});
