import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAmbientBreach } from './ambient.ts';
import { findBreach } from './walls.ts';

const allowed: readonly (readonly [from: string, specifier: string, typeOnly?: boolean])[] = [
  ['src/core/plan.ts', './call.ts'],
  ['src/core/kinds/proxy.ts', '../call.ts'],
  ['src/core/plan.test.ts', 'node:test'],
  ['src/core/plan.test.ts', 'fast-check'],
  ['src/platform/http.ts', 'node:http'],
  ['src/app/capture.ts', '../core/ledger.ts'],
  ['src/app/capture.ts', '../platform/clock.ts', true],
  ['src/app/ports/surroundings.ts', '../../platform/clock.ts', true],
  ['src/app/capture.test.ts', 'node:test'],
  ['src/apigee/reader.ts', '../app/ports/vault.ts', true],
  ['src/apigee/reader.ts', '../app/ports/vault.ts'],
  ['src/apigee/reader.ts', '../platform/http.ts'],
  ['src/vault/blob/azure-blob-store.ts', '@azure/storage-blob'],
  ['src/vault/writer.ts', './blob/blob-store.ts'],
  ['src/vault/blob/folder-blob-store.test.ts', './blob-store.contract.ts'],
  ['src/vault/blob/azure-blob-store.test.ts', '../../../test/harness/azurite.ts'],
  ['src/vault/keyring.ts', 'age-encryption'],
  ['src/identity/google.ts', 'google-auth-library'],
  ['src/cli/main.ts', '../compose.ts'],
  ['src/cli/main.ts', './commands/backup.ts'],
  ['src/cli/main.test.ts', './main.ts'],
  ['src/cli/commands/backup.ts', '../../app/capture.ts'],
  ['src/cli/commands/backup.ts', 'commander'],
  ['src/sim/apigee/server.ts', '../../platform/clock.ts'],
  ['src/sim/apigee/server.ts', 'hono'],
  ['src/compose.ts', './vault/blob/azure-blob-store.ts'],
  ['src/compose.ts', './sim/apigee/server.ts'],
  ['src/compose.ts', './compose/foundation.ts'],
  ['src/compose/foundation.ts', '../vault/blob/open-blob-store.ts'],
  ['src/vault/writer.ts', '../app/ports/audit.ts'],
  ['test/journeys/demo.test.ts', '../../src/compose.ts'],
  ['test/journeys/demo.test.ts', '../harness/cli.ts'],
  ['test/independent-reader/reader.mjs', 'node:zlib'],
  ['bench/run.ts', '../src/compose.ts'],
  ['tools/exit-codes.ts', '../src/core/errors.ts'],
];

const refused: readonly (readonly [from: string, specifier: string, typeOnly?: boolean])[] = [
  ['src/core/plan.ts', 'node:crypto'],
  ['src/core/plan.ts', 'zod'],
  ['src/core/plan.ts', 'node:test'],
  ['src/core/plan.ts', '../platform/clock.ts'],
  ['src/core/plan.ts', '../app/ports/vault.ts', true],
  ['src/platform/http.ts', '../core/errors.ts'],
  ['src/app/capture.ts', '../platform/clock.ts'],
  ['src/app/capture.ts', '../vault/writer.ts', true],
  ['src/app/capture.ts', '../sim/index.ts'],
  ['src/app/capture.ts', 'node:fs/promises'],
  ['src/apigee/reader.ts', '../vault/writer.ts', true],
  ['src/apigee/reader.ts', '../app/capture.ts'],
  ['src/apigee/reader.test.ts', '../sim/apigee/server.ts'],
  ['src/vault/writer.ts', '../identity/google.ts'],
  ['src/apigee/reader.ts', '@azure/storage-blob'],
  ['src/apigee/reader.ts', 'google-auth-library'],
  ['src/vault/writer.ts', '../compose.ts'],
  ['src/vault/writer.ts', '../../test/harness/azurite.ts'],
  ['src/vault/writer.test.ts', '../../test/journeys/demo.ts'],
  ['src/cli/commands/backup.ts', '../../vault/writer.ts'],
  ['src/cli/commands/backup.ts', '../../compose.ts'],
  ['src/cli/commands/backup.ts', '../../compose/foundation.ts'],
  ['src/cli/main.ts', '../compose/foundation.ts'],
  ['src/cli/main.ts', '../vault/writer.ts'],
  ['src/sim/apigee/server.ts', '../../core/json.ts'],
  ['src/sim/apigee/server.ts', '../../apigee/transport.ts', true],
  ['src/sim/apigee/server.ts', '../../app/ports/vault.ts', true],
  ['src/app/capture.ts', '../../test/harness/cli.ts'],
  ['src/compose.ts', '../test/harness/cli.ts'],
  ['src/compose.ts', '../tools/run-tests.ts'],
  ['src/platform/http.ts', 'commander'],
  ['test/independent-reader/reader.ts', '../../src/core/json.ts', true],
  ['test/independent-reader/reader.ts', '../harness/cli.ts'],
  ['test/independent-reader/reader.ts', 'zod'],
  ['tools/run-tests.ts', '../test/harness/cli.ts'],
  ['tools/run-tests.ts', '../src/compose.ts'],
  ['src/novel/x.ts', './y.ts'],
];

function breach([from, specifier, typeOnly = false]: (typeof allowed)[number]): string | undefined {
  return findBreach({ from, specifier, typeOnly });
}

for (const row of allowed) {
  test(`${row[0]} may import ${row[1]}${row[2] === true ? ' (types)' : ''}`, () =>
    assert.equal(breach(row), undefined));
}

for (const row of refused) {
  test(`${row[0]} may not import ${row[1]}${row[2] === true ? ' (types)' : ''}, and is told why`, () => {
    // A sentence that names both sides, then a reason.
    assert.match(breach(row) ?? '', /\S+ (may not import|belongs to|stands behind no wall)\b.*[.:] .{20,}\.$/);
  });
}

test('the refusal of a value import names the way out where types are allowed', () => {
  assert.match(breach(['src/app/capture.ts', '../platform/clock.ts']) ?? '', /but for its types/);
});

test('time, randomness and the process are touched in their homes only', () => {
  for (const [file, use] of [
    ['src/platform/clock.ts', 'Date.now'],
    ['src/sim/control/clock.ts', 'setTimeout'],
    ['src/core/credential-patterns.test.ts', 'process.hrtime'],
    ['src/cli/main.ts', 'process.env'],
    ['tools/run-tests.ts', 'console'],
    ['src/core/plan.ts', 'Object.keys'],
    ['bin/holdfast', 'process.env'],
  ] as const) {
    assert.equal(findAmbientBreach(file, use), undefined, `${file} ${use}`);
  }
  for (const [file, use] of [
    ['src/core/plan.ts', 'Date.now'],
    ['src/core/plan.test.ts', 'Date.now'],
    ['src/core/plan.ts', 'process.hrtime'],
    ['src/sim/apigee/server.ts', 'new Date()'],
    ['src/vault/lease.ts', 'setTimeout'],
    ['test/journeys/demo.test.ts', 'import node:timers/promises'],
    ['src/apigee/transport.ts', 'Math.random'],
    ['src/compose.ts', 'process.env'],
    ['src/app/capture.test.ts', 'console'],
  ] as const) {
    assert.match(findAmbientBreach(file, use) ?? '', /is not used here: .{20,}/, `${file} ${use}`);
  }
});
