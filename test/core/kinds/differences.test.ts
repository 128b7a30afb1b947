import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalise } from '../../../src/core/canonical.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { kindNames, kinds } from '../../../src/core/kinds/index.ts';
import type { Kind } from '../../../src/core/kinds/kind.ts';
import { stateOf, writeContext } from '../../../src/core/kinds/write-context.fixture.ts';
import { isWithin } from '../../../src/core/resource.ts';
import { idContext, parentOf } from './describe-kind.ts';
import { type Sample, samples } from './samples.ts';

/** The sample with one field left out, and with another value in it. */
function changes({ body }: Sample): (readonly [string, JsonObject])[] {
  return Object.entries(body).flatMap(([field, value]) => {
    const { [field]: _, ...without } = body;
    return [
      [`${field} left out`, without],
      [`another ${field}`, { ...body, [field]: another(value) }],
    ] as const;
  });
}

/** More than any tolerance. */
const HOUR_MS = 3_600_000n;

/** Of what has a few values only: one that the service may have. */
const opposites: { readonly [value: string]: string } = {
  approved: 'revoked',
  revoked: 'approved',
  active: 'inactive',
  inactive: 'active',
};

function another(value: JsonValue): JsonValue {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') {
    return /^-?\d+$/.test(value) ? String(BigInt(value) + HOUR_MS) : (opposites[value] ?? `${value}-other`);
  }
  if (Array.isArray(value)) return value.slice(1);
  return Object.fromEntries(Object.entries(value ?? {}).map(([name, inner]) => [name, another(inner)]));
}

/** What differs and is neither written nor said to stay, of one sample and one change; undefined where nothing differs. */
function silence(kind: Kind, sample: Sample, [what, body]: readonly [string, JsonObject]): string | undefined {
  const textOf = (one: JsonObject): string | undefined => canonicalise(kind, one, idContext)?.text;
  const idOf = (one: JsonObject): string | undefined => kind.idOf(one, parentOf(kind, sample.id), idContext);
  const isSame = textOf(body) === textOf(sample.body);
  // Another resource, or none: nothing to be updated.
  if (isSame || textOf(body) === undefined || idOf(body) !== idOf(sample.body)) return undefined;
  const one = stateOf(kind, sample.id, sample.body, idContext);
  const other = stateOf(kind, sample.id, body, idContext);
  for (const [desired, live] of [[one, other] as const, [other, one] as const]) {
    const { calls, cannot = [] } = kind.update(desired, live, writeContext());
    if (calls.length + cannot.length === 0) return `${sample.id}: ${what}: nothing is said`;
    if (calls.some(({ reason }) => reason === '')) return `${sample.id}: ${what}: a call without a reason`;
    if (cannot.some(({ id, why, next }) => !isWithin(id, sample.id) || why === '' || next === ''))
      return `${sample.id}: ${what}: what cannot be done is not explained`;
  }
  return undefined;
}

for (const name of kindNames) {
  test(`${name}: whatever differs is written or named`, () =>
    assert.deepEqual(
      samples[name].flatMap((sample) =>
        changes(sample).flatMap((change) => silence(kinds[name], sample, change) ?? []),
      ),
      [],
    ));
}

test('a kind that keeps silent is found out', () => {
  const kind = { ...kinds['target-server'], update: () => ({ calls: [] }) };
  const [sample] = samples['target-server'];
  assert.ok(sample !== undefined);
  assert.match(silence(kind, sample, ['no host', { ...sample.body, host: 'other' }]) ?? '', /nothing is said/);
});
