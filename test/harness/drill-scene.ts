import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { openAzuriteBlobPlane } from '../../src/sim/azure/resource-manager/index.ts';
import { DRILL_ID, VAULT_ID } from './azure-world.ts';
import { type AzureWorkplaceOptions, createAzureWorkplace, protectSection, tokenFor } from './azure-workplace.ts';
import { startGuardedStorage } from './blob-guard.ts';

export type DrillScene = Awaited<ReturnType<typeof createDrillScene>>;

const INSTANCE_ID = `${VAULT_ID}/backupInstances/apigeebackup`;

/** A protected vault, and a drill account whose blobs are behind the guard and may only be read. */
export async function createDrillScene(t: TestContext, options: AzureWorkplaceOptions = {}) {
  const place = await createAzureWorkplace(t, protectSection, options);
  const { simulator, source } = place.world;
  const storage = await startGuardedStorage({ account: 'apigeedrill', clock: simulator.world.clock });
  t.after(() => storage.close());
  storage.identities.set(tokenFor('https://storage.azure.com', options.mark), { name: 'drill', actions: ['read'] });
  simulator.world.planes.set(DRILL_ID.toLowerCase(), openAzuriteBlobPlane(storage.connectionString));
  assert.equal((await place.run(['protect', 'apply', '--yes'])).exit, 0);
  const environment = {
    HOLDFAST_AZURE_MANAGEMENT_ENDPOINT: place.world.url,
    HOLDFAST_AZURE_BLOB_ENDPOINT: `${storage.url}/{account}`,
  };
  return {
    ...place,
    storage,
    async copyAndBackUp() {
      await source.writeContainer('apigee', await readVault(join(place.folder, 'vault')));
      await simulator.runSchedule(INSTANCE_ID);
    },
    /** The same as a process, in the machine's own time. */
    spawnDrill: () => place.spawn(['drill'], environment),
    drill: (...more: readonly string[]) => place.json('drill', ['drill', ...more], { environment }),
    show: () => place.run(['drill'], { environment }),
  };
}

/** Every blob of a vault in a folder. */
export async function readVault(folder: string) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const isBlob = (name: string): boolean => !name.startsWith('.tmp');
  return Promise.all(
    files
      .map((file) => ({ file, name: relative(folder, file) }))
      .filter(({ name }) => isBlob(name))
      .map(async ({ file, name }) => ({ name, bytes: new Uint8Array(await readFile(file)) })),
  );
}
