import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sarifSchema } from './sarif-schema.fixture.ts';
import { isPrintable } from './printable.ts';
import { renderSarif } from './sarif.ts';

const rules = [
  { id: 'drift/added', text: 'More.' },
  { id: 'drift/changed', text: 'Other.' },
];

test('a result points to its rule, its place and why it does not count', () => {
  const log = sarifSchema.parse(
    JSON.parse(
      renderSarif({
        rules,
        results: [
          {
            rule: 'drift/changed',
            level: 'warning',
            message: 'apis/orders: changed',
            thing: { kind: 'proxy', name: 'apis/orders' },
            uri: 'organizations/acme/apis/a%20b',
            line: 3,
            fingerprint: 'drift changed proxy apis/orders',
            suppressed: 'known',
          },
        ],
      }),
    ),
  );
  const [result] = log.runs[0]?.results ?? [];
  assert.equal(result?.ruleIndex, 1);
  assert.equal(result.locations[0]?.physicalLocation.artifactLocation.uri, 'organizations/acme/apis/a%20b');
  assert.deepEqual(result.locations[0].physicalLocation.region, { startLine: 3 });
  assert.equal(result.suppressions?.[0]?.justification, 'known');
});

test('whatever things are called, the log keeps to its schema and does not act on a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      const thing = { kind: 'proxy', name };
      const result = {
        rule: 'drift/added',
        level: 'note',
        message: name,
        thing,
        uri: name,
        fingerprint: name,
      } as const;
      const text = renderSarif({ rules, results: [result] });
      sarifSchema.parse(JSON.parse(text));
      assert.ok(isPrintable(text.replaceAll('\n', '')));
    }),
  );
});
