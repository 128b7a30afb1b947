import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountFacts, ArchivingRule, BlobServiceFacts, ContainerFacts } from '../protection/facts.ts';
import { goodReadings, present, settings } from './good-posture.fixture.ts';
import type { PostureCheck } from './posture-check.ts';
import type { PostureReadings } from './posture-readings.ts';
import { checkStorage } from './storage-checks.ts';

const good = goodReadings();
const { protection } = good;
const PLAN = 'Switch it on: holdfast protect plan.';

function withProtection(change: Partial<PostureReadings['protection']>): PostureReadings {
  return { ...good, protection: { ...protection, ...change } };
}

function find(readings: PostureReadings, id: string): Partial<PostureCheck> | undefined {
  const check = checkStorage(readings).find((one) => one.id === id);
  if (check === undefined) return undefined;
  const { id: _, ...rest } = check;
  return rest;
}

function account(change: Partial<AccountFacts>, id: string) {
  return find(withProtection({ account: present({ ...protection.account.facts, ...change }) }), id);
}

function service(change: Partial<BlobServiceFacts>, id: string) {
  return find(withProtection({ blobService: present({ ...protection.blobService.facts, ...change }) }), id);
}

function container(change: Partial<ContainerFacts>) {
  const apigee = present({ ...protection.containers.apigee.facts, ...change });
  return find(withProtection({ containers: { apigee } }), 'immutability');
}

test('a good storage account is told check by check, each with how strong it is', () => {
  assert.deepEqual(checkStorage(good), [
    { id: 'versioning', state: 'pass', evidence: 'Versions of blobs are kept.', strength: 1 },
    {
      id: 'blob-soft-delete',
      state: 'pass',
      evidence: 'Deleted blobs can be brought back for 30 days.',
      strength: 30,
    },
    {
      id: 'container-soft-delete',
      state: 'pass',
      evidence: 'Deleted containers can be brought back for 30 days.',
      strength: 30,
    },
    {
      id: 'immutability',
      state: 'pass',
      evidence:
        'Blobs of apigee are immutable for 61 days (Locked); needed are 31 days of an epoch + 30 guaranteed days = 61.',
      strength: 1_000_061,
    },
    { id: 'shared-key-access', state: 'pass', evidence: 'Account keys are not accepted.' },
    { id: 'public-access', state: 'pass', evidence: 'Containers cannot be made public.' },
    { id: 'tls', state: 'pass', evidence: 'Connections need TLS1_2 at least.' },
    { id: 'hierarchical-namespace', state: 'pass', evidence: 'The account has a flat namespace.' },
    { id: 'archiving-rules', state: 'pass', evidence: 'No lifecycle rule archives blobs of the vault.' },
  ]);
});

test('blobs that nothing keeps are told with how to keep them', () => {
  const failed = (evidence: string) => ({ state: 'fail', evidence, remedy: PLAN, strength: 0 });
  assert.deepEqual(service({ versioning: false }, 'versioning'), failed('Versions of blobs are not kept.'));
  const soft = { enabled: false, days: 30, permanentDelete: false };
  assert.deepEqual(service({ softDelete: soft }, 'blob-soft-delete'), failed('Soft delete of blobs is off.'));
  assert.deepEqual(
    service({ softDelete: { ...soft, enabled: true, permanentDelete: true } }, 'blob-soft-delete'),
    failed('Soft-deleted blobs can be deleted for good at once.'),
  );
  assert.deepEqual(service({ softDelete: { ...soft, enabled: true, days: 29 } }, 'blob-soft-delete'), {
    ...failed('Deleted blobs can be brought back for 29 days only; 30 are asked for.'),
    strength: 29,
  });
  assert.deepEqual(
    service({ containerSoftDelete: { enabled: false, days: 30 } }, 'container-soft-delete'),
    failed('Soft delete of containers is off.'),
  );
  assert.deepEqual(service({ containerSoftDelete: { enabled: true, days: 29 } }, 'container-soft-delete'), {
    ...failed('Deleted containers can be brought back for 29 days only; 30 are asked for.'),
    strength: 29,
  });
});

test('an account that lets in by a key, the public or an old protocol fails, also where Azure does not say', () => {
  const failed = (evidence: string, remedy: string) => ({ state: 'fail', evidence, remedy });
  for (const allowed of [true, undefined]) {
    assert.deepEqual(
      account({ sharedKeyAccess: allowed }, 'shared-key-access'),
      failed(
        'Account keys are accepted: whoever has one has every right.',
        'Allow identities only: set allowSharedKeyAccess to false.',
      ),
    );
    assert.deepEqual(
      account({ publicBlobAccess: allowed }, 'public-access'),
      failed('Containers of the account can be made public.', 'Set allowBlobPublicAccess to false.'),
    );
  }
  const remedy = 'Set minimumTlsVersion to TLS1_2 and require secure transfer.';
  assert.equal(account({ minimumTls: 'TLS1_3' }, 'tls')?.evidence, 'Connections need TLS1_3 at least.');
  assert.deepEqual(account({ minimumTls: 'TLS1_1' }, 'tls'), failed('Connections with TLS1_1 are accepted.', remedy));
  assert.deepEqual(account({ httpsOnly: false }, 'tls'), failed('Connections without TLS are accepted.', remedy));
  for (const change of [{ httpsOnly: undefined }, { minimumTls: undefined }]) {
    assert.deepEqual(account(change, 'tls'), {
      state: 'unknown',
      evidence: 'What transport the account asks for is not said.',
      remedy,
    });
  }
  assert.deepEqual(
    account({ hierarchicalNamespace: true }, 'hierarchical-namespace'),
    failed(
      'The account has a hierarchical namespace: vaulted backup and versions differ there.',
      'Make a general-purpose v2 account without it, and a vault there.',
    ),
  );
});

test('blobs must be immutable for the days of an epoch and the guaranteed ones; locked counts for more', () => {
  const remedy = 'Set the policy of the container to 61 days or more: holdfast protect plan. A locked one is extended.';
  const of = (state: string, days: number) => container({ immutability: { state, days, etag: '' } });
  assert.deepEqual(of('Unlocked', 90), {
    state: 'pass',
    evidence:
      'Blobs of apigee are immutable for 90 days (Unlocked, which an owner can take away); needed are 31 days of an epoch + 30 guaranteed days = 61.',
    strength: 90,
  });
  assert.deepEqual(of('Locked', 60), {
    state: 'fail',
    evidence:
      'Blobs of apigee are immutable for 60 days (Locked); 31 days of an epoch + 30 guaranteed days = 61 are needed: points would rest on blobs that can be deleted.',
    remedy,
    strength: 1_000_060,
  });
  assert.deepEqual(of('Frozen', 90), {
    state: 'unknown',
    evidence: 'Azure calls the policy of apigee Frozen, which is not known here.',
    remedy,
  });
  assert.deepEqual(container({ immutability: undefined }), {
    state: 'fail',
    evidence: 'Blobs of apigee can be deleted at once: the container has no immutability policy.',
    remedy,
    strength: 0,
  });
  assert.deepEqual(container({ immutability: undefined, versionImmutability: true }), {
    state: 'unknown',
    evidence: 'apigee has version-level immutability, whose default period resource manager was not asked for.',
    remedy,
  });
});

test('of several containers each has its check under its name, and one that nobody asked about is unknown', () => {
  const checks = checkStorage({ ...good, settings: { ...settings, containers: ['apigee', 'logs'] } });
  assert.deepEqual(
    checks.flatMap(({ id, state, evidence }) =>
      id.startsWith('immutability') ? [[id, state, evidence.slice(0, 26)]] : [],
    ),
    [
      ['immutability:apigee', 'pass', 'Blobs of apigee are immuta'],
      ['immutability:logs', 'unknown', 'The container logs could n'],
    ],
  );
});

test('a rule archives blobs of the vault where it has no prefix, or one that meets a container', () => {
  const judge = (...rules: readonly ArchivingRule[]) =>
    find(withProtection({ archiving: present(rules) }), 'archiving-rules');
  const rule = (name: string, ...prefixes: readonly string[]): ArchivingRule => ({ name, prefixes });
  assert.deepEqual(
    judge(rule('all'), rule('other', 'logs'), rule('within', 'x', 'apigee/points'), rule('short', 'api')),
    {
      state: 'fail',
      evidence: 'Lifecycle rules archive blobs of the vault: all, within, short.',
      remedy: 'Take the rule away: Azure Backup leaves archived blobs out.',
    },
  );
  assert.equal(judge(rule('other', 'logs', 'my-apigee'))?.state, 'pass');
  const more = { ...settings, containers: ['apigee', 'audit'] };
  const audits = { ...withProtection({ archiving: present([rule('old', 'audit/2025')]) }), settings: more };
  assert.equal(find(audits, 'archiving-rules')?.state, 'fail', 'of any container');
});

test('what cannot be read is named', () => {
  const denied = { state: 'unreadable', reason: 'denied.' } as const;
  const unread = withProtection({
    account: denied,
    blobService: denied,
    containers: { apigee: denied },
    archiving: denied,
  });
  assert.deepEqual(
    checkStorage(unread).map(({ evidence }) => evidence.replace(/ could not be read.*/, '')),
    [
      ...Array.from({ length: 3 }, () => 'The blob service of the account'),
      'The container apigee',
      ...Array.from({ length: 4 }, () => 'The storage account'),
      'The lifecycle rules of the account',
    ],
  );
});
