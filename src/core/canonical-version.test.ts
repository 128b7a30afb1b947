import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindAt } from './canonical-version.ts';
import { IntegrityError } from './errors.ts';
import { sampleKind } from './sample-kind.fixture.ts';

const kind = { ...sampleKind, canonicalVersion: 3, former: { 1: { defaults: {} }, 2: { sets: [] } } };

test('a kind is as it is in its own version, and in a former one as it was', () => {
  assert.equal(kindAt(kind, 3), kind);
  assert.deepEqual(kindAt(kind, 1), { ...kind, defaults: {}, canonicalVersion: 1 });
  assert.deepEqual(kindAt(kind, 2), { ...kind, sets: [], canonicalVersion: 2 });
  assert.equal(kindAt(kind, 1), kindAt(kind, 1), 'made once');
  assert.notEqual(kindAt({ ...kind }, 1), kindAt(kind, 1));
});

test('a version that this release does not have is refused', () => {
  for (const [of, version] of [
    [kind, 4],
    [kind, 0],
    [sampleKind, 2],
  ] as const) {
    assert.throws(
      () => kindAt(of, version),
      (error) => {
        assert.ok(error instanceof IntegrityError);
        const { code, message, damaged, points, next } = error;
        assert.deepEqual(
          { code, message, damaged, points, next },
          {
            code: 'VAULT_FORMAT_NEWER',
            message: `The vault compares samples by canonical form ${version}, which this release does not have.`,
            damaged: 'app-key',
            points: [],
            next: 'Use the release that took the newest point, or a newer one.',
          },
        );
        return true;
      },
    );
  }
});
