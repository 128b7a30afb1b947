import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError, UserError } from '../core/errors.ts';
import { badSignature, damaged, hurting, hurtingEach } from './damage.ts';

const NEXT = 'Run holdfast verify to see which points need it; restore the blob from the backup of the vault.';

function facts(error: unknown): unknown {
  assert.ok(error instanceof IntegrityError);
  const { code, message, damaged: name, points, next, resource, cause } = error;
  return { code, message, damaged: name, points, next, resource, cause };
}

async function failureOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error,
  );
}

async function* failing(error: unknown): AsyncGenerator<number> {
  yield 1;
  yield 2;
  throw error;
}

test('damage names the blob, why, and what to do', () => {
  const cause = new Error('x');
  assert.deepEqual(facts(damaged('a', 'it is cut off', cause)), {
    code: 'VAULT_DAMAGED',
    message: 'a is damaged: it is cut off.',
    damaged: 'a',
    points: [],
    next: NEXT,
    resource: undefined,
    cause,
  });
  assert.deepEqual(facts(badSignature('a', 'nobody knows its signer')), {
    code: 'SIGNATURE_INVALID',
    message: 'a is not to be trusted: nobody knows its signer.',
    damaged: 'a',
    points: [],
    next: 'Find out who could write to the vault; use another point.',
    resource: undefined,
    cause: undefined,
  });
});

test('damage that is met while a point is read names the point', async () => {
  assert.equal(await hurting('p1', async () => 7), 7);
  const cause = new Error('x');
  const named = await failureOf(hurting('p1', () => Promise.reject(damaged('a', 'why', cause))));
  assert.deepEqual(facts(named), { ...Object(facts(damaged('a', 'why', cause))), points: ['p1'] });
  const bare = new IntegrityError({ code: 'VAULT_FORMAT_NEWER', message: 'm', damaged: 'a', resource: 'r' });
  assert.deepEqual(facts(await failureOf(hurting('p1', () => Promise.reject(bare)))), {
    code: 'VAULT_FORMAT_NEWER',
    message: 'm',
    damaged: 'a',
    points: ['p1'],
    next: undefined,
    resource: 'r',
    cause: undefined,
  });
});

test('an error that names points already, or is none of damage, comes through as it is', async () => {
  const known = new IntegrityError({ code: 'VAULT_DAMAGED', message: 'm', damaged: 'a', points: ['p0'] });
  const other = new UserError({ code: 'USAGE', message: 'm' });
  for (const error of [known, other, new Error('x')]) {
    assert.equal(await failureOf(hurting('p1', () => Promise.reject(error))), error);
    assert.equal(await failureOf(Array.fromAsync(hurtingEach('p1', failing(error)))), error);
  }
});

test('piece by piece all that came before the damage is given', async () => {
  const found: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const item of hurtingEach('p1', failing(damaged('a', 'why')))) found.push(item);
  };
  assert.deepEqual(facts(await failureOf(reading())), { ...Object(facts(damaged('a', 'why'))), points: ['p1'] });
  assert.deepEqual(found, [1, 2]);
});
