import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelledRoutes } from './kinds/routes.ts';
import { methodTable } from './method-table.ts';
import { Router } from './router.ts';

const router = new Router(modelledRoutes);

test('every method of the API description is found under its own id', () => {
  const lines = methodTable.trim().split('\n');
  assert.equal(lines.length, 374);
  for (const line of lines) {
    const [http = '', template = '', methodId] = line.split(' ');
    const full = template.replace(/^~/, 'v1/organizations/{organizationsId}');
    const segments = full
      .slice('v1/'.length)
      .replace(/\{(\w+)\}/g, 'the-$1')
      .split('/');
    const match = router.find(http, segments);
    assert.equal(match?.methodId, methodId, line);
    for (const [parameter, value] of Object.entries(match?.values ?? {})) assert.equal(value, `the-${parameter}`, line);
  }
});

test('what is no method is not found', () => {
  for (const path of [
    'organizations',
    'organizations/a/apis/',
    'organizations//apis',
    'organizations/a/apis/p:nonsense/x',
  ]) {
    assert.equal(router.find('PUT', path.split('/')), undefined, path);
  }
  assert.equal(router.find('GET', ['organizations', 'a', 'apis', 'p:q'])?.values['apisId'], 'p:q');
});

test('the modelled routes have distinct ids', () => {
  const ids = modelledRoutes.map((route) => route.id);
  assert.equal(new Set(ids).size, ids.length);
});
