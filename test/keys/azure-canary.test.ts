import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { usualFormats } from '../../src/cli/output.ts';
import type { KeyRole } from '../../src/core/key-role.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { virtualClock } from '../../src/sim/control/clock.ts';
import { configure, protectSection } from '../harness/azure-workplace.ts';
import { startGuardedStorage } from '../harness/blob-guard.ts';
import { createDrillScene } from '../harness/drill-scene.ts';
import { createBackedWorkplace, type Outcome, type RunOptions, type Workplace } from '../harness/run-holdfast.ts';
import { canarySeed, plantInBundles } from './canary-organization.ts';
import { BUNDLE_MARK, createTraceSearch, SEALED_MARK, type TraceSearch } from './canary-traces.ts';
import { onlyKeys } from './key-ring.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

/** Stands in the tokens of Azure and the header they are asked for with, in a connection string and a signature. */
const AZURE_MARK = 'hfAzure4M8pT2';
const CONNECTION = {
  HOLDFAST_AZURE_CONNECTION_STRING: `AccountName=apigeebackup;AccountKey=${AZURE_MARK}key=;EndpointSuffix=core.windows.net`,
};
const SIGNATURE = {
  HOLDFAST_AZURE_SAS_URL: `https://apigeebackup.blob.core.windows.net/apigee?sv=2025-01-05&sp=rcl&sig=${AZURE_MARK}%2Bsig%3D`,
};

/** Names of entries are secrets here too. */
const keyValueMaps = [{ at: '**', sealNames: true }];

/** Runs at the highest verbosity with the key of a role alone, and searches whatever the verb says. */
function searchingRun({ place, search, marks }: { place: Workplace; search: TraceSearch; marks: readonly string[] }) {
  return async (role: KeyRole, argv: readonly string[], given: RunOptions['environment'] = {}): Promise<Outcome> => {
    const keys = await onlyKeys(place, role);
    const environment = {
      HOLDFAST_APIGEE_TOKEN: `token-${SEALED_MARK}`,
      HOLDFAST_LOG_LEVEL: 'debug',
      ...keys,
      ...given,
    };
    const outcome = await place.run(argv, { environment });
    const told = `${argv.join(' ')} with ${role}.key`;
    assert.notEqual(outcome.exit, 64, `${told}: ${outcome.stderr}`);
    assert.ok(!/INTERNAL, exit|"INTERNAL"/.test(outcome.stderr), `${told}: ${outcome.stderr}`);
    search.assertNone(outcome.stdout, `stdout of ${told}`, marks);
    search.assertNone(outcome.stderr, `stderr of ${told}`, marks);
    return outcome;
  };
}

test('protect, posture and drill show, log and leave no secret, whoever runs them and whatever fails', async (t) => {
  const scene = await createDrillScene(t, { mark: AZURE_MARK, seedFunction: canarySeed });
  const { folder, world, storage } = scene;
  await useTemporaryFolder(t, folder);
  plantInBundles(scene.simulator.target(), 'first');
  await configure(scene, { ...protectSection, location: 'westeurope' }, { keyValueMaps });
  const marks = [SEALED_MARK, BUNDLE_MARK, AZURE_MARK];
  const search = createTraceSearch();
  const runAs = searchingRun({ place: scene, search, marks });
  const blobs = { HOLDFAST_AZURE_BLOB_ENDPOINT: `${storage.url}/{account}` };
  let runs = 0;
  const run = (role: KeyRole, ...argv: readonly string[]): Promise<Outcome> => {
    runs += 1;
    return runAs(role, argv, { ...blobs, ...(runs % 2 === 0 ? CONNECTION : SIGNATURE) });
  };
  const runInAll = async (formats: readonly string[], role: KeyRole, ...argv: readonly string[]): Promise<void> => {
    for (const format of formats) await run(role, ...argv, '-o', format);
  };

  assert.equal((await run('writer', 'backup', '--protect')).exit, 0);
  await scene.copyAndBackUp();
  for (const role of ['writer', 'reader'] as const) {
    await runInAll(usualFormats, role, 'protect', 'status');
    await runInAll(usualFormats, role, 'protect', 'plan');
    await run(role, 'protect', 'plan', '--out', `${role}-protect.json`);
    for (const form of ['arm', 'bicep', 'terraform'])
      await run(role, 'protect', 'template', `--${form}`, '--out', `${role}-${form}`);
    await run(role, 'protect', 'apply', '--yes');
    await run(role, 'protect', 'backup-now', '-o', 'json');
    await run(role, 'protect', 'lock', 'soft-delete', '--confirm', 'holdfast-vault');
    await runInAll([...usualFormats, 'junit', 'sarif'], role, 'posture');
    await run(role, 'posture', '--record');
    assert.equal((await run(role, 'drill')).exit, 12, 'others sign proofs');
    await run(role, 'secrets', 'status');
    await run(role, 'doctor');
  }
  assert.equal((await run('verifier', 'drill')).exit, 0);
  await run('verifier', 'posture', '--record', '-o', 'json');
  // Failures and refusals are logged too.
  const { simulator } = world;
  for (const fault of [{ kind: 'status', status: 500 }, { kind: 'truncate' }] as const) {
    for (const [role, argv] of [
      ['writer', ['protect', 'status']],
      ['reader', ['posture']],
      ['verifier', ['drill', '-o', 'json']],
    ] as const) {
      simulator.faults.set([{ fault, count: 3 }]);
      await run(role, ...argv);
    }
  }
  simulator.faults.set([]);
  simulator.denials.push({ action: 'Microsoft.DataProtection/backupVaults/read' });
  await run('writer', 'protect', 'apply', '--yes');
  await run('reader', 'posture', '-o', 'json');
  await run('verifier', 'drill');

  await search.assertNoneBelow(folder, { marks });
  search.assertNone(JSON.stringify(simulator.writes), 'what Azure was asked for', marks);
  assert.throws(() => search.assertNone(SIGNATURE.HOLDFAST_AZURE_SAS_URL, 'this', marks), /this holds/);
  const { places, sizeBytes } = search.counts();
  t.diagnostic(`${runs} command lines; ${places} places, ${sizeBytes} bytes`);
});

test('a vault in Azure: no account key and no signature is shown, logged or left, whatever fails', async (t) => {
  const storage = await startGuardedStorage({ clock: virtualClock(systemClock.epochMs()) });
  t.after(() => storage.close());
  const connection = { HOLDFAST_VAULT: 'az://vault', HOLDFAST_AZURE_CONNECTION_STRING: storage.connectionString };
  const place = await createBackedWorkplace(t, { seedFunction: canarySeed }, connection);
  await useTemporaryFolder(t, place.folder);
  // JSON is YAML.
  await writeFile(join(place.folder, 'holdfast.yaml'), JSON.stringify({ keyValueMaps, retention: { daily: 3 } }));
  const signed = (letters: string, expiresOn = new Date('2099-01-01T00:00:00Z')) => ({
    HOLDFAST_VAULT: `az://${storage.key.account}/vault`,
    HOLDFAST_AZURE_CONNECTION_STRING: undefined,
    HOLDFAST_AZURE_SAS_URL: storage.signedUrl('vault', letters, { expiresOn }),
  });
  const signatures = [signed('rl'), signed('rcl'), signed('rcl', new Date(storage.clock.nowMs() - 60_000))] as const;
  const [reading, adding, ended] = signatures;
  const sigs = signatures.map(({ HOLDFAST_AZURE_SAS_URL: url }) => new URL(url).searchParams.get('sig') ?? '');
  assert.ok(sigs.every((sig) => sig.length > 20));
  const marks = [SEALED_MARK, storage.key.key, ...sigs, ...sigs.map(encodeURIComponent)];
  const search = createTraceSearch();
  const run = searchingRun({ place, search, marks });

  assert.equal((await run('writer', ['backup'], adding)).exit, 0);
  for (const [role, access] of [
    ['writer', adding],
    ['reader', reading],
    ['reader', connection],
  ] as const) {
    storage.faults.set([{ fault: { kind: 'status', status: 503 }, count: 2 }]);
    for (const argv of [
      ['points'],
      ['ls', 'latest'],
      ['drift'],
      ['verify', '--all-data'],
      ['hold', 'list'],
      ['key', 'list'],
    ])
      await run(role, argv, access);
    storage.faults.set([]);
    await run(role, ['prune'], access);
    await run(role, ['audit', 'list'], access);
    await run(role, ['config', 'print', '-o', 'json'], access);
    await run(role, ['doctor'], access);
  }
  // It may not write, it may not any more, and it is no signature.
  assert.notEqual((await run('writer', ['backup'], reading)).exit, 0);
  assert.equal((await run('writer', ['backup', '-o', 'json'], ended)).exit, 12);
  const wrong = { ...adding, HOLDFAST_AZURE_SAS_URL: adding.HOLDFAST_AZURE_SAS_URL.replace('sp=rcl', 'sp=rcwl') };
  assert.notEqual((await run('writer', ['backup'], wrong)).exit, 0);

  await search.assertNoneBelow(place.folder, { marks });
  const container = storage.admin.getContainerClient('vault');
  let blobs = 0;
  for await (const { name } of container.listBlobsFlat()) {
    search.assertNone(name, 'the name of a blob', marks);
    search.assertNone(await container.getBlobClient(name).downloadToBuffer(), name, marks);
    blobs += 1;
  }
  assert.ok(blobs > 10);
  const { places, sizeBytes } = search.counts();
  t.diagnostic(`${places} places, ${sizeBytes} bytes`);
});
