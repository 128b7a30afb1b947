import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  endsTheRun,
  HoldfastError,
  IntegrityError,
  InternalError,
  noTokenCodes,
  RemoteError,
  UserError,
} from './errors.ts';

test('an error has the exit status and the fault of its code, and keeps what caused it', () => {
  const cause = new Error('socket closed');
  const failure = { code: 'PLAN_STALE', message: 'It moved.', next: 'Plan again.', resource: 'apis/a', cause } as const;
  const { name, code, exit, fault, message, next, resource, cause: kept } = new UserError(failure);
  assert.deepEqual(
    { name, code, exit, fault, message, next, resource, cause: kept },
    { ...failure, name: 'UserError', exit: 5, fault: 'user' },
  );
  assert.equal('cause' in new UserError({ code: 'USAGE', message: 'm' }), false);
});

test('what is not known of a call that failed is not made up', () => {
  const bare = new RemoteError({ code: 'REMOTE_FAILED', message: 'm', operation: 'GET /apis' });
  assert.deepEqual(
    [bare.operation, bare.status, bare.reason, bare.retryable, bare.retryAfterMs, bare.ambiguous],
    ['GET /apis', undefined, undefined, false, undefined, false],
  );
  const full = {
    operation: 'PUT /apis',
    status: 503,
    reason: 'UNAVAILABLE',
    retryable: true,
    retryAfterMs: 7,
    ambiguous: true,
  };
  const { operation, status, reason, retryable, retryAfterMs, ambiguous } = new RemoteError({
    ...full,
    code: 'REMOTE_FAILED',
    message: 'm',
  });
  assert.deepEqual({ operation, status, reason, retryable, retryAfterMs, ambiguous }, full);
});

test('damage names the object, and the points that need it where they are known', () => {
  const damage = { code: 'VAULT_DAMAGED', message: 'm', damaged: 'blobs/x' } as const;
  assert.deepEqual(new IntegrityError(damage).points, []);
  const { damaged, points } = new IntegrityError({ ...damage, points: ['p1'] });
  assert.deepEqual([damaged, points], ['blobs/x', ['p1']]);
});

test('a bug of ours asks for a report', () => {
  const { code, fault, message, next, cause } = new InternalError('It cannot be.', 'why');
  assert.deepEqual([code, fault, message, cause], ['INTERNAL', 'internal', 'It cannot be.', 'why']);
  assert.equal(next, 'Report this with the output of the same command under --log-level debug.');
});

test('a run ends when somebody asked for it, not because a call failed', () => {
  const ends = (code: 'INTERRUPTED' | 'TERMINATED' | 'REMOTE_FAILED'): boolean =>
    endsTheRun(new HoldfastError({ code, message: 'm' }));
  assert.deepEqual([ends('INTERRUPTED'), ends('TERMINATED'), ends('REMOTE_FAILED')], [true, true, false]);
});

test('there is no token to be had without credentials, or where they are refused', () => {
  assert.deepEqual([...noTokenCodes].toSorted(), [
    'CREDENTIAL_FILE_REFUSED',
    'FEDERATION_REFUSED',
    'IMPERSONATION_REFUSED',
    'NO_CREDENTIALS',
    'UNAUTHENTICATED',
  ]);
});
