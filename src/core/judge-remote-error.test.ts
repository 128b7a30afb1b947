import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError, RemoteError, UserError } from './errors.ts';
import { judgeRemoteError } from './judge-remote-error.ts';

const remote = (more: {
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly ambiguous?: boolean;
}): RemoteError => new RemoteError({ code: 'STORE_FAILED', message: 'm', operation: 'o', ...more });

test('what another side said may pass is tried again, after the pause that it asked for', () => {
  assert.deepEqual(judgeRemoteError(remote({ retryable: true, retryAfterMs: 7 })), {
    retryable: true,
    retryAfterMs: 7,
  });
  assert.equal(judgeRemoteError(remote({ retryable: true })).retryable, true);
  assert.equal(judgeRemoteError(remote({ retryable: false, retryAfterMs: 7 })).retryable, false);
  assert.equal(judgeRemoteError(remote({})).retryable, false);
});

test('what must not be repeated is not, where nobody knows whether it took effect', () => {
  const of = (ambiguous: boolean, mayRepeat: boolean): boolean =>
    judgeRemoteError(remote({ retryable: true, ambiguous }), { mayRepeat }).retryable;
  assert.deepEqual([of(true, true), of(false, true), of(false, false), of(true, false)], [true, true, true, false]);
});

test('nothing else is tried again, whatever it says of itself', () => {
  const user = new UserError({ code: 'USAGE', message: 'm', next: 'n' });
  const damage = new IntegrityError({ code: 'VAULT_DAMAGED', message: 'm', damaged: 'd' });
  for (const error of [user, damage, Object.assign(new Error('m'), { retryable: true }), undefined, 'x'])
    assert.deepEqual(judgeRemoteError(error), { retryable: false });
});
