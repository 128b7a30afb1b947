import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../core/json.ts';
import { kinds } from '../core/kinds/index.ts';
import { whyNotApplicable } from './not-applicable.ts';
import { RunMemory } from './run-memory.ts';

function reasonUnder(profile: JsonObject | undefined, kind = kinds['security-profile']): string | undefined {
  const memory = new RunMemory(() => {
    throw new Error('Nothing is sorted here.');
  });
  if (profile !== undefined) memory.noteProfile({ status: 200, text: '', json: profile });
  return whyNotApplicable({ memory, kinds }, kind);
}

test('what hangs on an add-on that is off is not there; where that cannot be told, it is asked for', () => {
  const off = /add-on apiSecurityConfig is off/;
  for (const addonsConfig of [{}, { apiSecurityConfig: {} }, { apiSecurityConfig: { enabled: false } }])
    assert.match(reasonUnder({ addonsConfig }) ?? '', off, JSON.stringify(addonsConfig));
  assert.match(reasonUnder({}) ?? '', off);
  for (const addonsConfig of [
    { apiSecurityConfig: { enabled: true } },
    { apiSecurityConfig: { enabled: 'true' } },
    { apiSecurityConfig: 'on' },
    { apiSecurityConfig: null },
    'x',
    [],
    null,
  ])
    assert.equal(reasonUnder({ addonsConfig }), undefined, JSON.stringify(addonsConfig));
  assert.equal(reasonUnder(undefined), undefined);
});

test('what stands under a kind has its conditions, and a runtime type that is no text is none', () => {
  assert.match(reasonUnder({}, kinds['security-profile-revision']) ?? '', /apiSecurityConfig/);
  const hybrid = kinds['sync-authorization'];
  assert.match(reasonUnder({ runtimeType: 'CLOUD' }, hybrid) ?? '', /runtime type is CLOUD: only HYBRID/);
  for (const runtimeType of ['HYBRID', 5]) assert.equal(reasonUnder({ runtimeType }, hybrid), undefined);
});
