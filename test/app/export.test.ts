import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeBundleZip } from '../../src/apigee/bundle-zip.ts';
import { exportApigeecli } from '../../src/app/export-apigeecli.ts';
import { exportTree } from '../../src/app/export-tree.ts';
import type { PointReader } from '../../src/app/ports/vault.ts';
import { exportManifestDocument } from '../../src/cli/schema/export.ts';
import { nameOfFile } from '../../src/core/file-name.ts';
import { encodeSegment, idSegments } from '../../src/core/resource.ts';
import { everything } from '../../src/core/selection.ts';
import { createStagedFolder } from '../../src/platform/staged-folder.ts';
import { memorySorter } from '../../src/vault/sample-vault.fixture.ts';
import { createFurnishedStage, type MemoryStage } from './stage.ts';

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

interface Written {
  readonly folder: string;
  readonly paths: readonly string[];
  readonly manifest: ReturnType<(typeof exportManifestDocument)['parse']>;
}

/** Exports into a new folder, checks the manifest against what is there, and hands it over. */
async function exported(
  stage: MemoryStage,
  point: PointReader,
  options: { readonly layout: typeof exportTree; readonly reveal: boolean },
  use: (written: Written) => Promise<void>,
): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'holdfast-export-'));
  try {
    const target = join(parent, 'out');
    const folder = await createStagedFolder(target);
    const zip = (files: Parameters<typeof writeBundleZip>[0]): Promise<Uint8Array> => writeBundleZip(files, 'a bundle');
    const deps = { folder, hasher: stage.vault.hasher, sorters: memorySorter, zip, progress };
    await options.layout(deps, { point, selection: everything, reveal: options.reveal });
    assert.ok(
      (await readdir(parent)).every((name) => name !== 'out'),
      'nothing is there before it is whole',
    );
    await folder.commit();
    assert.deepEqual(await readdir(parent), ['out'], 'nothing is written beside the folder');
    const found = await readdir(target, { recursive: true, withFileTypes: true });
    const paths = found
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(target.length + 1));
    const text = await readFile(join(target, 'manifest.json'), 'utf8');
    const manifest = exportManifestDocument.parse(JSON.parse(text));
    const listed = manifest.files.map(({ path }) => path);
    assert.deepEqual([...listed, 'manifest.json'].sort(), paths.toSorted());
    assert.equal(new Set(paths.map((path) => path.toLowerCase())).size, paths.length, 'no two differ in case only');
    for (const { path, sha256, sizeBytes } of manifest.files) {
      const bytes = await readFile(join(target, path));
      assert.deepEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')], [sizeBytes, sha256]);
    }
    await use({ folder: target, paths, manifest });
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

const nasty = [
  '..',
  '.',
  'CON',
  'nul.txt',
  'a.',
  'x.json',
  'X.JSON',
  'a/../../b',
  'A',
  'a',
  'Orders',
  'orders',
  '%41',
  '\u0000',
];
const hostileName = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('ß', 'A', 'a', '.', '/'), minLength: 1, maxLength: 400 }),
);
const hostileNames = fc.uniqueArray(hostileName, { minLength: 1, maxLength: 25 });

/** Files of a bundle that are called as its folders are, in each case of letters, with nothing to encode left, too long, empty. */
const sameNames = [
  ['ß/ß', 'ß'],
  ['a/x', 'A'],
  ['a/x', 'a', 'A/x', 'A'],
  ['ä/B', 'ä/b/x', 'ä/b', 'ä'],
  [`${'ß'.repeat(300)}/x`, 'ß'.repeat(300)],
  ['/', '//'],
];

test('whatever resources and files of bundles are called, each is one file inside the folder, and its name comes back', async () => {
  await fc.assert(
    fc.asyncProperty(hostileNames, hostileNames, async (names, files) => {
      const stage = await createFurnishedStage();
      const { live } = stage;
      const ids = names.map((name) => `environments/test/targetservers/${encodeSegment(name)}`);
      for (const [index, id] of ids.entries()) live.put(id, { name: names[index] ?? '', host: 'h', port: index });
      const bundle = files.map((path) => ({ path, bytes: new TextEncoder().encode(path) }));
      const held = live.held.get(stage.revision);
      assert.ok(held?.content.type === 'bundle');
      live.held.set(stage.revision, { ...held, content: { ...held.content, files: bundle } });
      const point = await stage.capture();
      await exported(stage, point, { layout: exportTree, reveal: false }, async ({ folder, paths, manifest }) => {
        const servers = manifest.files.filter(({ kind }) => kind === 'target-server');
        assert.deepEqual(
          new Set(servers.map(({ id }) => id)),
          new Set([...ids, 'environments/test/targetservers/core']),
        );
        for (const { path, id = '' } of servers) {
          const parts = path
            .replace(/^resources\//, '')
            .replace(/\.json$/, '')
            .split('/');
          const back = parts.map(nameOfFile);
          if (!back.includes(undefined)) assert.deepEqual(back, idSegments(id));
          const body: unknown = JSON.parse(await readFile(join(folder, path), 'utf8'));
          assert.ok(typeof body === 'object' && body !== null && 'name' in body);
          assert.equal(body.name, idSegments(id).at(-1));
        }
        const unpacked = manifest.files.filter(({ bundlePath }) => bundlePath !== undefined);
        assert.deepEqual(new Set(unpacked.map(({ bundlePath }) => bundlePath)), new Set(files));
        for (const { path, bundlePath = '' } of unpacked) {
          assert.equal(
            await readFile(join(folder, path), 'utf8'),
            new TextDecoder().decode(new TextEncoder().encode(bundlePath)),
          );
        }
        for (const path of paths) assert.ok(path.split('/').every((part) => part.length <= 255 && !/[. ]$/.test(part)));
      });
    }),
    { numRuns: 40, examples: sameNames.map((files) => [['a'], files]) },
  );
});

test('the apigeecli layout takes hostile names too, with keys in their apps', async () => {
  await fc.assert(
    fc.asyncProperty(hostileNames, async (names) => {
      const stage = await createFurnishedStage();
      for (const [index, name] of names.entries()) {
        stage.live.put(`environments/test/keyvaluemaps/${encodeSegment(name)}`, { name, encrypted: true });
        stage.live.put(`environments/test/keyvaluemaps/${encodeSegment(name)}/entries/e`, {
          name: 'e',
          value: `${index}`,
        });
        const owner = `apis/${encodeSegment(name)}`;
        stage.live.put(owner, { name, revision: ['1', '2'] });
        stage.live.putRevision(owner, '1', `<old n="${index}"/>`);
        stage.live.putRevision(owner, '2', `<new n="${index}"/>`);
      }
      const point = await stage.capture();
      await exported(stage, point, { layout: exportApigeecli, reveal: true }, async ({ folder, paths }) => {
        const zips = paths.filter((path) => path.startsWith('proxies/'));
        assert.equal(zips.length, new Set([...names, 'orders']).size);
        const maps: unknown = JSON.parse(await readFile(join(folder, 'test__kvms.json'), 'utf8'));
        assert.deepEqual(new Set(maps as readonly string[]), new Set(names));
        assert.equal(paths.filter((path) => path.startsWith('env__test__')).length, names.length);
        const apps: unknown = JSON.parse(await readFile(join(folder, 'apps.json'), 'utf8'));
        assert.deepEqual(apps, [
          {
            name: 'a',
            developerId: 'd',
            status: 'approved',
            credentials: [
              {
                consumerKey: 'K',
                consumerSecret: 'S',
                status: 'approved',
                apiProducts: [{ apiproduct: 'gold', status: 'approved' }],
              },
            ],
          },
        ]);
      });
    }),
    { numRuns: 15 },
  );
});
