import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { organization } from './organization.ts';
import { jsonOf, linesOf, stateOf, writeContext } from './write-context.fixture.ts';

const profile = (body: JsonObject) =>
  stateOf(organization, 'organization', { name: 'acme', runtimeType: 'CLOUD', state: 'ACTIVE', ...body });
const property = (name: string, value: string) => ({ name, value });
const addons = (...names: readonly string[]): JsonObject => ({
  addonsConfig: Object.fromEntries(names.map((name) => [name, { enabled: true }])),
});
const off = {
  advancedApiOpsConfig: { enabled: false },
  analyticsConfig: { enabled: false },
  apiSecurityConfig: { enabled: false },
  connectorsPlatformConfig: { enabled: false },
  integrationConfig: { enabled: false },
  monetizationConfig: { enabled: false },
};

test('what the service gives and an add-on that is off make no difference', () => {
  const read = profile({
    expiresAt: '1',
    environments: ['a'],
    caCertificates: ['x'],
    properties: { property: [property('b', '2'), property('a', '1')] },
    addonsConfig: {
      analyticsConfig: { enabled: true, state: 'ENABLED', updateTime: 'now', expireTimeMillis: '7' },
      monetizationConfig: { enabled: false },
      integrationConfig: {},
    },
  });
  const same = profile({
    properties: { property: [property('a', '1'), property('b', '2')] },
    ...addons('analyticsConfig'),
  });
  assert.deepEqual(read.canonical, same.canonical);
});

test('properties are put as a whole list, also an empty one', () => {
  const wanted = profile({ properties: { property: [property('a', '1')] } });
  const { calls, cannot } = organization.update(wanted, profile({}), writeContext());
  assert.deepEqual(linesOf(calls), ['materialise properties: PUT ']);
  assert.deepEqual(jsonOf(calls[0]), { properties: { property: [property('a', '1')] } });
  assert.deepEqual(cannot, []);
  const emptied = organization.update(profile({}), wanted, writeContext());
  assert.deepEqual(jsonOf(emptied.calls[0]), { properties: { property: [] } });
});

test('add-ons are sent complete, and turned off only after all else', () => {
  const wanted = profile(addons('monetizationConfig', 'newConfig'));
  const { calls } = organization.update(wanted, profile(addons('apiSecurityConfig')), writeContext());
  assert.deepEqual(linesOf(calls), ['materialise add-ons: POST :setAddons', 'remove add-ons-off: POST :setAddons']);
  const on = { enabled: true };
  const last = { ...off, monetizationConfig: on, newConfig: on };
  assert.deepEqual(jsonOf(calls[0]), { addonsConfig: { ...last, apiSecurityConfig: on } });
  assert.deepEqual(jsonOf(calls[1]), { addonsConfig: last });
  assert.deepEqual(
    calls.map(({ longRunning, risk }) => [longRunning, risk !== undefined]),
    [
      [true, false],
      [true, true],
    ],
  );
  const onlyOff = organization.update(profile({}), wanted, writeContext());
  assert.deepEqual(linesOf(onlyOff.calls), ['remove add-ons-off: POST :setAddons']);
  assert.deepEqual(jsonOf(onlyOff.calls[0]), { addonsConfig: off });
});

test('what no call changes is named, each field by itself', () => {
  const { calls, cannot } = organization.update(
    profile({ displayName: 'A', analyticsRegion: 'x' }),
    profile({ runtimeType: 'HYBRID', analyticsRegion: 'y' }),
    writeContext(),
  );
  assert.deepEqual(calls, []);
  assert.deepEqual(
    cannot?.map(({ code, why }) => `${code} ${why.split(' ')[0]}`),
    ['IMMUTABLE_FIELD analyticsRegion', 'IMMUTABLE_FIELD displayName', 'IMMUTABLE_FIELD runtimeType'],
  );
});

test('an organization is neither made nor deleted', () => {
  for (const { calls, cannot } of [
    organization.create(profile({}), writeContext()),
    organization.remove(profile({}), writeContext()),
  ]) {
    assert.deepEqual(calls, []);
    assert.deepEqual(
      cannot?.map(({ code }) => code),
      ['NO_WRITE'],
    );
  }
});
