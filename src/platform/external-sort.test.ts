import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { createExternalSorter, type ExternalSorter } from './external-sort.ts';
import { createSeededRandom, systemRandom } from './random.ts';

interface Item {
  readonly id: string;
  readonly number: number;
}

let dir = '';

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-external-sort-'));
});

after(async () => {
  await rm(dir, { recursive: true });
});

function createSorter(memoryBytes: number, fanIn = 64): ExternalSorter<Item> {
  return createExternalSorter<Item>({
    encode: (item) => Buffer.from(JSON.stringify(item)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()),
    key: (item) => item.id,
    memoryBytes,
    dir,
    random: systemRandom,
    fanIn,
  });
}

async function addAll(sorter: ExternalSorter<Item>, items: readonly Item[]): Promise<void> {
  for (const item of items) await sorter.add(item);
}

function sortedCopy(items: readonly Item[]): Item[] {
  return items.toSorted((left, right) =>
    left.id < right.id ? -1 : left.id > right.id ? 1 : left.number - right.number,
  );
}

test('any items come back by key in code units, equal keys in the order of adding, in memory or spilled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.constantFrom('a', '\u{1f600}', '\uffee', '\u07ff')),
        {
          maxLength: 60,
        },
      ),
      fc.constantFrom(1, 300, 1_000_000),
      fc.integer({ min: 2, max: 4 }),
      async (ids, memoryBytes, fanIn) => {
        const items = ids.map((id, number) => ({ id, number }));
        const sorter = createSorter(memoryBytes, fanIn);
        await addAll(sorter, items);
        assert.equal(sorter.count, items.length);
        assert.deepEqual(await Array.fromAsync(sorter.sorted()), sortedCopy(items));
        await sorter.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('the items can be iterated again, also while another iteration is under way', async () => {
  const random = createSeededRandom(3);
  const items = Array.from({ length: 5000 }, (_, number) => ({ id: random.uuid(), number }));
  const sorter = createSorter(20_000, 4);
  await addAll(sorter, items);
  const expected = sortedCopy(items);
  const outer: Item[] = [];
  for await (const item of sorter.sorted()) {
    outer.push(item);
    if (outer.length === 100) assert.deepEqual(await Array.fromAsync(sorter.sorted()), expected);
  }
  assert.deepEqual(outer, expected);
  await sorter.close();
});

test('an item larger than the memory and than a block passes whole', async () => {
  const sorter = createSorter(1000);
  const items = ['b', 'a'].map((id, number) => ({ id: id.repeat(200_000), number }));
  await addAll(sorter, items);
  assert.deepEqual(await Array.fromAsync(sorter.sorted()), sortedCopy(items));
  await sorter.close();
});

test('what lies on the disk is unreadable, for the owner only, and gone after close', async () => {
  const sorter = createSorter(10_000);
  for (let number = 0; number < 2000; number += 1)
    await sorter.add({ id: `developers/ada@example.com/${number}`, number });
  const folders = (await readdir(dir)).filter((name) => name.startsWith('holdfast-sort-'));
  const folder = join(dir, folders[0] ?? '');
  const files = await readdir(folder);
  assert.ok(files.length > 1, 'nothing was spilled');
  for (const name of files) {
    const bytes = await readFile(join(folder, name));
    assert.ok(bytes.length > 1000);
    assert.equal(bytes.includes('example.com'), false);
    assert.equal(bytes.includes('"number"'), false);
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
  }
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await sorter.close();
  await sorter.close();
  assert.deepEqual(await readdir(dir), []);
});

test('a spilled block that was changed from outside is an error, not another item', async () => {
  const sorter = createSorter(10_000);
  for (let number = 0; number < 500; number += 1) await sorter.add({ id: `id-${number}`, number });
  const folder = join(dir, (await readdir(dir))[0] ?? '');
  const path = join(folder, (await readdir(folder))[0] ?? '');
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
  await writeFile(path, bytes);
  await assert.rejects(Array.fromAsync(sorter.sorted()), /unable to authenticate data/);
  await sorter.close();
});

test('small sorts touch no disk', async () => {
  const sorter = createSorter(1_000_000);
  await sorter.add({ id: 'b', number: 1 });
  await sorter.add({ id: 'a', number: 2 });
  assert.deepEqual(
    (await Array.fromAsync(sorter.sorted())).map((item) => item.id),
    ['a', 'b'],
  );
  assert.deepEqual(await readdir(dir), []);
  await sorter.close();
});

test('a sorter that was read or closed refuses what comes too late', async () => {
  const sorter = createSorter(1000);
  await sorter.add({ id: 'a', number: 1 });
  await Array.fromAsync(sorter.sorted());
  await assert.rejects(sorter.add({ id: 'b', number: 2 }), /takes no item/);
  await sorter.close();
  await assert.rejects(Array.fromAsync(sorter.sorted()), /closed/);
});

test('items that are added while others are written out are not lost', async () => {
  const items = Array.from({ length: 200 }, (_, number) => ({ id: `${number % 7}`, number }));
  const sorter = createSorter(500);
  await Promise.all(items.map((item) => sorter.add(item)));
  const sorted: Item[] = [];
  for await (const item of sorter.sorted()) sorted.push(item);
  assert.deepEqual(sorted, sortedCopy(items));
  await sorter.close();
});
