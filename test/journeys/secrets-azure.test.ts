import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OutputDocument } from '../../src/cli/schema/documents.ts';
import { ACCOUNT_ID } from '../harness/azure-world.ts';
import { createAzureWorkplace, protectSection } from '../harness/azure-workplace.ts';

// In a file of its own: the library looks once in a process where its managed identity comes from.
test('keys of the storage account count as long as shared keys are taken', async (t) => {
  const place = await createAzureWorkplace(t, protectSection);
  const look = async (): Promise<OutputDocument<'secrets-status'>['secrets']> => {
    const { document } = await place.json('secrets-status', ['secrets', 'status']);
    return document.secrets.filter(({ kind }) => kind === 'storage-account-key');
  };
  const allow = (allowSharedKeyAccess: boolean): void => {
    place.world.simulator.edit(ACCOUNT_ID, ({ properties }) => Object.assign(properties, { allowSharedKeyAccess }));
  };
  allow(false);
  assert.deepEqual(
    (await look()).map(({ name, state, evidence }) => [name, state, evidence]),
    [['apigeebackup', 'ok', 'Shared key access is off: its keys open nothing.']],
  );
  allow(true);
  // Who can list the keys has the account: their age is read without.
  place.world.simulator.denials.push({ action: 'Microsoft.Storage/storageAccounts/listKeys/action' });
  const keys = await look();
  assert.deepEqual(
    keys.map(({ name, state, ageDays }) => [name, state, ageDays]),
    [
      ['apigeebackup key1', 'ok', 0],
      ['apigeebackup key2', 'ok', 0],
    ],
  );
  const text = await readFile(join(place.folder, 'holdfast.yaml'), 'utf8');
  await writeFile(join(place.folder, 'holdfast.yaml'), text.replaceAll('apigeebackup', 'elsewhere'));
  const [gone] = await look();
  assert.equal(gone?.state, 'unknown');
});
