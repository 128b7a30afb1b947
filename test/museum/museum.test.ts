import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { kindNames } from '../../src/core/kinds/index.ts';
import { createWorkplace } from '../harness/run-holdfast.ts';
import type { Workplace } from '../harness/run-holdfast.ts';
import { folderStore, openWith, readKeys } from '../kill/captured-vault.ts';
import { dumpIndependently, readIndependently } from '../kill/independent-reader.ts';
import { makeMuseum } from './make-museum.ts';

interface Expected {
  readonly organization: string;
  readonly vault: string;
  readonly points: readonly {
    readonly id: string;
    readonly epoch: string;
    readonly grade: string;
    readonly resources: number;
    readonly dump: string;
  }[];
}

/** One resource as the independent reader prints it. */
interface Dumped {
  readonly kind: string;
  readonly id: string;
  readonly configHash: string;
  readonly secretHash: string | null;
  readonly body?: string;
  readonly files?: readonly { readonly path: string; readonly base64: string }[];
}

const exhibit = fileURLToPath(new URL('./v1', import.meta.url));
// Written by make-museum.ts.
const expected = JSON.parse(await readFile(join(exhibit, 'expected.json'), 'utf8')) as Expected;
const [first, second, third] = expected.points.map(({ id }) => id) as [string, string, string];

/** A workplace with a copy of the exhibit, so that nothing can touch the frozen one. */
async function borrow(t: TestContext): Promise<Workplace> {
  const workplace = await createWorkplace(t, { HOLDFAST_ORG: expected.organization });
  for (const part of ['vault', 'keys']) await cp(join(exhibit, part), join(workplace.folder, part), { recursive: true });
  await chmod(join(workplace.folder, 'keys'), 0o700);
  return workplace;
}

async function dump(workplace: Workplace, point: string): Promise<string> {
  return dumpIndependently(join(workplace.folder, 'vault'), join(workplace.folder, 'keys'), point);
}

test('the frozen vault reads as on the day it was made, by the independent reader', async (t) => {
  const workplace = await borrow(t);
  for (const { id, dump: hash } of expected.points) {
    assert.equal(createHash('sha256').update(await dump(workplace, id)).digest('hex'), hash);
  }
});

test('the product verifies the frozen vault, lists its points and reads every resource as the reader does', async (t) => {
  const workplace = await borrow(t);
  const verified = await workplace.json('verify', ['verify', '--all-data']);
  assert.deepEqual([verified.exit, verified.document.result, verified.document.damaged], [0, 'good', []]);
  const { document } = await workplace.json('points', ['points']);
  assert.deepEqual(
    document.points.map(({ id, epoch, grade, resources }) => ({ id, epoch, grade, resources })),
    expected.points.map(({ dump: _, ...point }) => point),
  );
  const keys = await readKeys(join(workplace.folder, 'keys'), 'restorer');
  const vault = await openWith(folderStore(join(workplace.folder, 'vault')), keys);
  assert.equal(vault.id, expected.vault);
  for (const { id, resources } of expected.points) {
    const reader = await vault.openPoint(expected.organization, id);
    const dumped = new Map((JSON.parse(await dump(workplace, id)) as Dumped[]).map((one) => [`${one.kind} ${one.id}`, one]));
    assert.equal(dumped.size, resources);
    for (const kind of kindNames) {
      for await (const entry of reader.entries(kind)) {
        const key = `${kind} ${entry.id}`;
        const one = dumped.get(key);
        dumped.delete(key);
        assert.deepEqual([entry.configHash, entry.secretHash ?? null], [one?.configHash, one?.secretHash]);
        const content = await reader.readContent(entry);
        if (content.type === 'bundle') {
          const files = content.files.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString('base64') }));
          assert.deepEqual(files, one?.files);
        } else if (content.holes.length === 0) assert.equal(content.text, one?.body);
        else {
          const body = JSON.parse(one?.body ?? '{}') as Record<string, unknown>;
          for (const [path, value] of await reader.readSecrets(entry)) assert.equal(value, body[path]);
        }
      }
    }
    assert.deepEqual([...dumped.keys()], [], 'every frozen resource is one of a kind that is still read');
  }
});

test('points of the frozen vault compare, within an epoch and across', async (t) => {
  const workplace = await borrow(t);
  const changesBetween = async (before: string, after: string): Promise<readonly string[]> => {
    const [left, right] = await Promise.all([dump(workplace, before), dump(workplace, after)]);
    const toMap = (text: string): Map<string, string> =>
      new Map((JSON.parse(text) as Dumped[]).map(({ kind, id, configHash, secretHash }) => [`${kind} ${id}`, `${configHash} ${secretHash}`]));
    const [a, b] = [toMap(left), toMap(right)];
    return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).sort();
  };
  for (const [before, after] of [[first, second], [second, third]] as const) {
    const { exit, document } = await workplace.json('diff', ['diff', before, after]);
    assert.equal(exit, 2);
    const told = document.differences.map(({ kind, id }) => `${kind} ${id}`);
    const changed = await changesBetween(before, after);
    assert.ok(changed.length > 0);
    for (const key of told) assert.ok(changed.includes(key), `${key} differs`);
  }
  assert.equal((await workplace.run(['diff', first, first])).exit, 0);
});

test('damaged copies of the frozen vault are told from the whole one, each by the object that is hurt', async (t) => {
  const workplace = await borrow(t);
  const vault = join(workplace.folder, 'vault');
  const names = (await readdir(vault, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(vault.length + 1))
    .filter((name) => /\/(packs|indexes|points)\//.test(name))
    .sort();
  assert.ok(names.length > 20);
  for (const [index, name] of names.entries()) {
    const path = join(vault, name);
    const bytes = await readFile(path);
    // Every object is hurt, by turns in one of three ways.
    if (index % 3 === 0) await truncate(path, bytes.length - 7);
    else if (index % 3 === 1) await writeFile(path, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
    else await rm(path);
    const { exit, document } = await workplace.json('verify', ['verify', '--all-data']);
    const isGone = index % 3 === 2 && name.includes('/points/');
    assert.equal(exit, isGone ? 0 : 13, name);
    if (!isGone) assert.deepEqual([...new Set(document.damaged.map(({ object }) => object))], [name]);
    await writeFile(path, bytes);
  }
  assert.equal((await readIndependently(vault, join(workplace.folder, 'keys'))).exit, 0);
});

test('an exhibit made now has the same form, and a folder that is there is refused', async (t) => {
  const workplace = await createWorkplace(t);
  const folder = join(workplace.folder, 'exhibit');
  await makeMuseum(folder);
  const made = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as Expected;
  assert.deepEqual(
    made.points.map(({ epoch, grade }) => [epoch, grade]),
    expected.points.map(({ epoch, grade }) => [epoch, grade]),
  );
  await assert.rejects(makeMuseum(folder), { code: 'EEXIST' });
});
