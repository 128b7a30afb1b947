import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { examineTrail, isTampering } from '../../src/core/audit/examine-trail.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createSeededRandom, systemRandom } from '../../src/platform/random.ts';
import { createVault } from '../../src/vault/create-vault.ts';
import { createFolderBlobContainer } from '../../src/vault/blob/folder-blob-store.ts';
import { openVault } from '../../src/vault/open-vault.ts';
import { memorySorter } from '../../src/vault/sample-vault.fixture.ts';

const RECORDS = 500;
const WRITERS = ['one', 'two', 'three', 'four'];
const script = fileURLToPath(new URL('audit-writer.ts', import.meta.url));

interface Place {
  readonly folder: string;
  readonly keyFile: string;
}

/** Runs a writer from a record on; kills it once it has said that so many more are durable. Answers what it said. */
async function runWriter(place: Place, run: { writer: string; from: number; killAfter: number }): Promise<number[]> {
  const { writer, from, killAfter } = run;
  const child = spawn(process.execPath, [script, place.folder, place.keyFile, writer, String(from), String(RECORDS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const durable: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'done') continue;
    durable.push(Number(line));
    if (durable.length === killAfter) child.kill('SIGKILL');
  }
  await closed;
  assert.ok(child.signalCode === 'SIGKILL' || child.exitCode === 0, `${writer} ended with ${child.exitCode}`);
  return durable;
}

test('four processes append 500 records each under SIGKILL: no gap unexplained, nothing lost that was said to be durable', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-audit-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const place = { folder: join(home, 'vault'), keyFile: join(home, 'writer.key') };
  const container = createFolderBlobContainer({ folder: place.folder, random: systemRandom });
  await container.create();
  const made = await createVault({ clock: systemClock, random: systemRandom });
  await made.write(container.store);
  await writeFile(place.keyFile, made.keyFiles.writer);

  let kills = 0;
  const durable = new Map<string, Set<number>>();
  await Promise.all(
    WRITERS.map(async (writer, index) => {
      const random = createSeededRandom(index + 1);
      const known = new Set<number>();
      durable.set(writer, known);
      for (let from = 0; from < RECORDS; ) {
        const killAfter = 60 + Math.floor(random.fraction() * 160);
        const said = await runWriter(place, { writer, from, killAfter });
        for (const number of said) known.add(number);
        if (said.length >= killAfter && known.size < RECORDS) kills += 1;
        from = Math.max(from, ...known) + 1;
      }
      assert.equal(known.size, RECORDS);
    }),
  );
  assert.ok(kills >= 8, `${kills} kills`);

  const vault = await openVault({
    store: container.store,
    keys: { reader: made.keyFiles.reader },
    clock: systemClock,
    random: systemRandom,
    sorterFactory: memorySorter,
  });
  const { findings, streams, records } = examineTrail(await vault.audit.facts([]));
  assert.deepEqual(findings.filter(isTampering), []);
  assert.ok(records > RECORDS * WRITERS.length);
  for (const { kind, reason } of findings) assert.match(`${kind}: ${reason}`, /^open: .*killed during apply/);
  assert.ok(findings.length >= kills - WRITERS.length && findings.length < streams, `${findings.length} of ${streams}`);
  const found = new Map(WRITERS.map((writer) => [writer, new Set<unknown>()]));
  for await (const { record } of vault.audit.records({})) {
    if (record.event === 'declared') found.get(String(record.facts['writer']))?.add(record.facts['number']);
  }
  for (const [writer, numbers] of durable)
    for (const number of numbers) assert.ok(found.get(writer)?.has(number), `${writer} ${number}`);
  t.diagnostic(`${kills} kills, ${streams} streams, ${records} records`);
});
