/**
 * Makes a museum vault: `node tools/make-museum.ts test/museum/v1`. Three points in two epochs of a generated organization,
 * all its keys, and `expected.json` with what the independent reader finds in it. Refuses a folder that is there.
 */
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../src/platform/clock.ts';
import { systemRandom } from '../src/platform/random.ts';
import { startApigeeSimulator } from '../src/sim/apigee/index.ts';
import { generateSeed } from '../src/sim/apigee/seeds/generated.ts';
import { createVault } from '../src/vault/create-vault.ts';
import { captureInto, folderStore, ORGANIZATION } from '../test/kill/captured-vault.ts';
import { dumpIndependently } from '../test/kill/independent-reader.ts';

const SEED = 118;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node tools/make-museum.ts FOLDER');
await mkdir(folder);
const [vaultFolder, keysFolder] = [join(folder, 'vault'), join(folder, 'keys')];
await mkdir(vaultFolder);
await mkdir(keysFolder);
const running = await startApigeeSimulator({
  organization: ORGANIZATION,
  port: 0,
  seedFunction: (organizationName) => generateSeed({ seed: SEED, organizationName }),
});
const vault = await createVault({ clock: systemClock, random: systemRandom });
await vault.write(folderStore(vaultFolder));
for (const [role, text] of Object.entries(vault.keyFiles)) await writeFile(join(keysFolder, `${role}.key`), text);
const order = { vaultFolder, keys: { writer: vault.keyFiles.writer }, endpoint: running.url };
const first = await captureInto(order);
running.simulator.mutate({ seed: 5, count: 6 });
const second = await captureInto(order);
running.simulator.mutate({ seed: 6, count: 3 });
const third = await captureInto({ ...order, newEpoch: true });
await running.close();
await rm(join(vaultFolder, '.tmp'), { recursive: true });

const points = [];
for (const { id, epoch, grade, resources } of [first, second, third]) {
  const dump = await dumpIndependently(vaultFolder, keysFolder, id);
  points.push({ id, epoch, grade, resources, dump: createHash('sha256').update(dump).digest('hex') });
}
const expected = { organization: ORGANIZATION, vault: vault.id, points };
await writeFile(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
