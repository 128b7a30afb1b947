import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Difference } from './diff.ts';
import { IgnoreRules } from './ignore-rules.ts';

const now = Date.parse('2026-06-01T00:00:00.000Z');
const later = '2026-06-01T00:00:00.001Z';
const agreed = { reason: 'known', until: later };

function changed(id: string, ...paths: readonly string[]): Difference {
  const fields = paths.map((path) => ({ path, before: 1, after: 2, hidden: false }));
  return {
    id,
    kind: 'target-server',
    change: 'changed',
    informational: false,
    fields,
    files: [],
    secretChanged: false,
  };
}

test('a rule without fields ignores what it matches and what is below, whatever the difference', () => {
  const rules = new IgnoreRules([{ at: 'environments/test', ...agreed }], [], now);
  const by = { rule: 'ignore environments/test', ...agreed };
  for (const change of ['added', 'removed', 'changed', 'renamed'] as const) {
    const difference = { ...changed('environments/test/targetservers/a', 'host'), change };
    assert.deepEqual(rules.judge(difference), { ignored: by });
  }
  const other = changed('environments/prod/targetservers/a', 'host');
  assert.deepEqual(rules.judge(other), { kept: other });
});

test('what is unknown is never ignored by a rule for differences, but by an accepted gap', () => {
  const unknown = { ...changed('developers/a'), kind: 'developer', change: 'unknown' } as const;
  const whole = { ...unknown, id: '' };
  const rules = new IgnoreRules([{ at: '**', ...agreed }], [], now);
  assert.deepEqual(rules.judge(unknown), { kept: unknown });
  const ofKind = new IgnoreRules([], [{ kind: 'developer', ...agreed }], now);
  assert.equal(ofKind.judge(unknown).ignored?.rule, 'acceptedGaps developer');
  assert.equal(ofKind.judge(whole).ignored?.reason, 'known');
  const ofOne = new IgnoreRules([], [{ kind: 'developer', at: 'developers/a', ...agreed }], now);
  assert.equal(ofOne.judge(unknown).ignored?.rule, 'acceptedGaps developers/a');
  assert.equal(ofOne.judge(whole).ignored, undefined);
  assert.equal(ofKind.judge({ ...unknown, kind: 'proxy' }).ignored, undefined);
  // A gap that is accepted says nothing about differences.
  assert.equal(ofKind.judge({ ...unknown, change: 'removed' }).ignored, undefined);
});

test('a rule with fields takes those out; a difference of nothing else is ignored', () => {
  const rules = new IgnoreRules([{ at: '**', fields: ['host', 'attributes[].value', 'sSLInfo'], ...agreed }], [], now);
  const left = (...paths: readonly string[]): unknown => {
    const judged = rules.judge(changed('a/b', ...paths));
    if (judged.ignored !== undefined) return 'ignored';
    return [judged.kept.fields.map(({ path }) => path), judged.kept.ignoredFields];
  };
  assert.equal(left('host'), 'ignored');
  assert.equal(left('host', 'sSLInfo.enabled', 'attributes[quota].value', 'attributes["a]b"].value'), 'ignored');
  assert.deepEqual(left('host', 'port'), [['port'], ['host']]);
  assert.deepEqual(left('hostname', 'x.host', 'attributes[quota].name'), [
    ['hostname', 'x.host', 'attributes[quota].name'],
    undefined,
  ]);
  // Where contents were not read nothing is known of fields.
  assert.deepEqual(left(), [[], undefined]);
  const added = { ...changed('a/b'), change: 'added' } as const;
  assert.deepEqual(rules.judge(added), { kept: added });
});

test('a secret that changed stays changed unless its field is ignored', () => {
  const secret = { path: 'consumerSecret', hidden: true };
  const difference = { ...changed('k', 'status'), secretChanged: true };
  const both = { ...difference, fields: [...difference.fields, secret] };
  const judge = (field: string) => new IgnoreRules([{ at: '**', fields: [field], ...agreed }], [], now).judge(both);
  const [one, other] = [judge('status'), judge('consumerSecret')];
  assert.ok(one.ignored === undefined && other.ignored === undefined);
  assert.deepEqual([one.kept.secretChanged, other.kept.secretChanged], [true, false]);
});

test('a rule that has ended does not apply and is named', () => {
  const ended = { reason: 'known', until: '2026-06-01T00:00:00.000Z' };
  const rules = new IgnoreRules([{ at: '**', ...ended }], [{ kind: 'developer', ...ended }], now);
  assert.equal(rules.isEmpty, true);
  assert.equal(rules.whole('a'), undefined);
  assert.deepEqual(
    rules.expired.map(({ rule }) => rule),
    ['ignore **', 'acceptedGaps developer'],
  );
});

test('what has no weight anyhow is not counted as ignored', () => {
  const rules = new IgnoreRules([{ at: '**', ...agreed }], [], now);
  const extra = { ...changed('a'), informational: true };
  assert.deepEqual(rules.judge(extra), { kept: extra });
});
