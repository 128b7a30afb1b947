import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from './api-error.ts';
import { checkedBody } from './body-check.ts';
import { schemaTable } from './schema-table.ts';

/** A value that the field's code accepts. */
function sample(code: string): unknown {
  if (code.startsWith('[')) return [sample(code.slice(1))];
  if (code.startsWith('{')) return { key: sample(code.slice(1)) };
  if (code.startsWith('e:')) return code.slice(2).split('|')[0];
  if (code.startsWith('@')) return sampleOf(code.slice(1));
  const samples: { readonly [code: string]: unknown } = { s: 'text', b: true, i: 5, l: '5', d: 1.5, '*': 'any' };
  return samples[code];
}

function sampleOf(schema: string): Record<string, unknown> {
  const fields = Object.entries(schemaTable[schema] ?? {});
  return Object.fromEntries(fields.map(([name, code]) => [name, sample(code.replace(/[!~<^]+$/, ''))]));
}

function refusal(schema: string, body: unknown): string {
  try {
    checkedBody(schema, body);
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 400) return error.message;
    throw error;
  }
  return '';
}

test('every schema takes every field it has, keeps the writable ones and drops the read-only ones', () => {
  for (const [schema, fields] of Object.entries(schemaTable)) {
    const checked = checkedBody(schema, sampleOf(schema));
    const writable = Object.keys(fields).filter((name) => fields[name]?.includes('~') === false);
    assert.deepEqual(Object.keys(checked), writable, schema);
  }
});

test('no schema takes a field it does not have, or a value of another type', () => {
  for (const [schema, fields] of Object.entries(schemaTable)) {
    assert.match(refusal(schema, { madeUp: 1 }), /Unknown name "madeUp": Cannot find field/, schema);
    for (const [name, code] of Object.entries(fields)) {
      if (code.includes('*')) continue;
      assert.match(refusal(schema, { [name]: wrongFor(code) }), /Invalid value at/, `${schema}.${name}`);
    }
  }
});

/** A value that the field's code refuses. */
function wrongFor(code: string): unknown {
  return code.startsWith('s') || code.startsWith('e:') ? 5 : 'text';
}

test('null and empty lists are unset, int64 becomes text', () => {
  assert.deepEqual(checkedBody('ApiProduct', { name: 'x', quota: null, scopes: [] }), { name: 'x' });
  assert.deepEqual(checkedBody('DeveloperApp', { keyExpiresIn: 5 }), { keyExpiresIn: '5' });
  assert.match(refusal('TargetServer', []), /Root element must be a message/);
});
