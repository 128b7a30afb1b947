import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HoldfastError, IntegrityError, RemoteError } from '../../core/errors.ts';
import {
  blobMissing,
  blobTooShort,
  containerMissing,
  hierarchicalNamespace,
  storeDenied,
  storeFailed,
  storeFull,
  storeUnreachable,
} from './blob-error.ts';

const cause = new Error('x');
const trouble = { operation: 'write a', place: 'folder /v', cause };

function facts(error: HoldfastError): unknown {
  const { code, message, next, cause: of } = error;
  const common = { code, message, next, cause: of };
  if (error instanceof IntegrityError) return { ...common, damaged: error.damaged };
  if (!(error instanceof RemoteError)) return common;
  const { operation, status, reason, retryable, retryAfterMs, ambiguous } = error;
  return { ...common, operation, status, reason, retryable, retryAfterMs, ambiguous };
}

test('a blob that is missing or too short is damage, to be looked into', () => {
  const next = 'Run holdfast verify to see which points need it.';
  const common = { code: 'VAULT_DAMAGED', next, cause: undefined, damaged: 'a' };
  assert.deepEqual(facts(blobMissing('a', 'memory')), { ...common, message: 'The blob a is not in memory.' });
  assert.deepEqual(facts(blobTooShort('a', 'memory')), {
    ...common,
    message: 'The blob a in memory is shorter than what was written.',
  });
});

test('a place that is no vault, or cannot be one, says what to do', () => {
  assert.deepEqual(facts(containerMissing('folder /v', cause)), {
    code: 'VAULT_NOT_FOUND',
    message: 'There is no vault in folder /v.',
    next: 'Check HOLDFAST_VAULT, or make a vault there with holdfast init.',
    cause,
  });
  assert.deepEqual(facts(hierarchicalNamespace('Azure container a/b')), {
    code: 'STORE_UNSUITABLE',
    message:
      'The storage account of Azure container a/b has a hierarchical namespace: Azure Backup protects it in another way, and versions of blobs are not kept there.',
    next: 'Make a general-purpose v2 account without a hierarchical namespace; it cannot be switched off in this one.',
    cause: undefined,
  });
});

test('each trouble of a store has its code, its words and its next step', () => {
  const common = {
    cause,
    operation: 'write a',
    status: undefined,
    reason: undefined,
    retryable: false,
    retryAfterMs: undefined,
    ambiguous: false,
  };
  assert.deepEqual(facts(storeDenied(trouble)), {
    ...common,
    code: 'STORE_DENIED',
    message: 'The folder /v refused access to write a.',
    next: 'Check the credentials and what this identity may do with the container or folder.',
  });
  assert.deepEqual(facts(storeFull(trouble)), {
    ...common,
    code: 'STORE_FULL',
    message: 'The folder /v has no room left to write a.',
    next: 'Make room or raise the quota, then run the command again: what was already stored is kept.',
  });
  const failed = {
    ...common,
    code: 'STORE_FAILED',
    message: 'The folder /v failed to write a.',
    next: 'Look at the cause; if the place cannot hold a vault, choose another one in HOLDFAST_VAULT.',
  };
  assert.deepEqual(facts(storeFailed(trouble)), failed);
  assert.deepEqual(facts(storeFailed(trouble, 'it is odd')), {
    ...failed,
    message: 'The folder /v failed to write a (it is odd).',
  });
  const unreachable = {
    ...common,
    code: 'STORE_UNREACHABLE',
    message: 'The folder /v could not be reached to write a.',
    next: 'Check the network and the address in HOLDFAST_VAULT, then run the command again.',
    retryable: true,
  };
  assert.deepEqual(facts(storeUnreachable(trouble, false)), unreachable);
  assert.deepEqual(facts(storeUnreachable(trouble, true)), { ...unreachable, ambiguous: true });
});

test('status, reason and wait are told where they are known', () => {
  const known = { ...trouble, status: 409, reason: 'Busy', retryAfterMs: 7 };
  const { message, status, reason, retryAfterMs } = storeFailed(known);
  assert.deepEqual(
    [message, status, reason, retryAfterMs],
    ['The folder /v failed to write a (409 Busy).', 409, 'Busy', 7],
  );
  assert.equal(storeFailed({ ...trouble, status: 409 }).message, 'The folder /v failed to write a (409).');
  assert.equal(storeFailed({ ...trouble, reason: 'Busy' }).message, 'The folder /v failed to write a (Busy).');
  assert.equal(storeFailed(known, 'it is odd').message, 'The folder /v failed to write a (it is odd).');
});
