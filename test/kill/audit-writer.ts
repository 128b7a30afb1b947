import { readFile } from 'node:fs/promises';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createFolderBlobContainer } from '../../src/vault/blob/folder-blob-store.ts';
import { openVault } from '../../src/vault/open-vault.ts';
import { memorySorter } from '../../src/vault/sample-vault.fixture.ts';

// A process that appends records to the audit trail and says which of them are durable, until it is killed or done.
const [folder = '', keyFile = '', writer = '', from = '0', to = '0'] = process.argv.slice(2);
const TOGETHER = 10;

const { store } = createFolderBlobContainer({ folder, random: systemRandom });
const vault = await openVault({
  store,
  keys: { writer: await readFile(keyFile, 'utf8') },
  clock: systemClock,
  random: systemRandom,
  sorterFactory: memorySorter,
});
const stream = vault.audit.open({
  opened: { principal: { type: 'user', name: writer }, host: 'test', process: process.pid, tool: 'holdfast 0' },
  signers: ['writer'],
  spools: false,
});
await stream.append({ event: 'began', action: 'apply', effect: 'changes', given: {} });
for (let first = Number(from); first < Number(to); first += TOGETHER) {
  const numbers = Array.from({ length: Math.min(TOGETHER, Number(to) - first) }, (_, index) => first + index);
  await Promise.all(
    numbers.map(async (number) => {
      await stream.append({ event: 'declared', facts: { writer, number } });
      process.stdout.write(`${number}\n`);
    }),
  );
}
await stream.close({ event: 'ended', result: 'done', exit: 0, facts: {} });
process.stdout.write('done\n');
