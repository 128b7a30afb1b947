import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from '../core/kinds/index.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { JsonObject } from '../core/json.ts';
import { saysNothing } from './judge-vacancy.ts';

const call = { method: 'GET', path: 'x', access: 'read' } as const;
const mayBeVacant: readonly Kind[] = Object.values(kinds).filter((kind: Kind) => kind.isVacant !== undefined);
const ofAnotherType = { array: {}, boolean: 'true', number: 'x', object: ['x'], string: { x: 1 } } as const;

function assertNotNothing(kind: Kind, body: JsonObject): void {
  const told = `${kind.name}: ${JSON.stringify(body)}`;
  if (kind.isVacant?.(body) === true)
    assert.throws(() => saysNothing(kind, body, call), { code: 'REMOTE_ANSWER_INVALID' }, told);
  else assert.equal(saysNothing(kind, body, call), false, told);
}

test('an empty answer says that there is nothing, of every kind that may be vacant', () => {
  assert.ok(mayBeVacant.length >= 10);
  for (const kind of mayBeVacant) assert.equal(saysNothing(kind, {}, call), true, kind.name);
});

test('an answer of nothing but other fields does not say that there is nothing', () => {
  for (const kind of mayBeVacant) assertNotNothing(kind, { status: 'error', message: 'x' });
});

test('an answer with a field of another type does not say that there is nothing', () => {
  for (const kind of mayBeVacant) {
    for (const [path, type] of Object.entries(kind.vacancy ?? {})) {
      const value = ofAnotherType[type];
      const [field = '', inner] = path.split('.');
      assertNotNothing(kind, { [field]: inner === undefined ? value : { [inner]: value } });
    }
  }
});

test('where only some of the fields are there, and of their types, there is nothing', () => {
  const { 'flow-hook': hook, 'environment-addons': addons, 'environment-iam-policy': policy } = kinds;
  assert.equal(saysNothing(hook, { flowHookPoint: 'PreProxyFlowHook', continueOnError: true }, call), true);
  assert.equal(saysNothing(hook, { sharedFlow: null, other: 1, flowHookPoint: 'x' }, call), true);
  assert.equal(saysNothing(addons, { analyticsConfig: { enabled: false }, apiSecurityConfig: {} }, call), true);
  assert.equal(saysNothing(policy, { etag: 'ACAB', version: 1 }, call), true);
});
