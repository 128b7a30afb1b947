import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Vault } from '../../src/app/ports/vault.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { openWith, ORGANIZATION, sampleKind } from '../../src/vault/sample-vault.fixture.ts';
import { namesIn, type PrunableVault } from './prunable-vault.ts';
import { throughStore } from './stores.ts';

const reader = fileURLToPath(new URL('../independent-reader/reader.mjs', import.meta.url));

/** A point as it was captured. */
export interface Captured {
  readonly expected: ReadonlyMap<string, string>;
  /** Everything that was read of the store when it was read as a whole. */
  readonly restsOn: ReadonlySet<string>;
  readonly endedMs: number;
  readonly createdMs: number;
  readonly epoch: string;
}

/** Reads a point just captured, and what it takes to read it. */
export async function readCaptured(vault: PrunableVault, id: string): Promise<Captured> {
  const restsOn = new Set<string>();
  const { store } = vault;
  const seen = (name: string): string => {
    if (/\/(points|packs|indexes)\//.test(name)) restsOn.add(name);
    return name;
  };
  const watched: BlobStore = {
    ...throughStore(store, (work) => work()),
    get: (name) => store.get(seen(name)),
    getRange: (name, range) => store.getRange(seen(name), range),
  };
  const vaultOf = await openWith(watched, vault.clock, { restorer: vault.keyFiles.restorer });
  const { endedAt, time, epoch } = (await vaultOf.openPoint(ORGANIZATION, id)).details;
  const expected = await readWhole(vaultOf, id);
  return { expected, restsOn, endedMs: Date.parse(endedAt), createdMs: Date.parse(time), epoch };
}

/** What a point has, with its secrets: by id. */
export async function readWhole(vault: Vault, id: string): Promise<ReadonlyMap<string, string>> {
  const point = await vault.openPoint(ORGANIZATION, id);
  const found = new Map<string, string>();
  for await (const entry of point.entries(sampleKind.name)) {
    const content = await point.readContent(entry);
    const secrets = await point.readSecrets(entry);
    assert.ok(content.type === 'json');
    found.set(entry.id, describe(content.text, secrets.get('consumerSecret')));
  }
  return found;
}

function describe(body: string, secret: unknown): string {
  const { text }: { readonly text?: unknown } = JSON.parse(body);
  return `${String(text)} and ${String(secret)}`;
}

/** Reads what should be there by a reader that was written from the format alone. It knows no forgery from a damage, so none is shown to it. */
export async function assertReadIndependently(
  vault: PrunableVault,
  model: { readonly points: ReadonlyMap<string, Captured>; readonly forged: ReadonlySet<string> },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-history-'));
  try {
    for (const name of (await namesIn(vault.store)).filter((one) => !model.forged.has(one))) {
      await mkdir(dirname(join(folder, 'vault', name)), { recursive: true });
      await writeFile(join(folder, 'vault', name), await vault.store.get(name));
    }
    await writeFile(join(folder, 'restorer.key'), vault.keyFiles.restorer);
    const read = (...options: string[]): readonly { readonly [field: string]: string }[] => {
      const argv = [reader, join(folder, 'vault'), '--keys', folder, '--json', ...options];
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout);
    };
    assert.deepEqual(
      read()
        .map(({ point }) => point ?? '')
        .sort(),
      [...model.points.keys()].sort(),
    );
    const [id, captured] = [...model.points][0] ?? [];
    if (id === undefined) return;
    const bodies = read('--point', id).map(({ id: of = '', body = '' }) => {
      const { consumerSecret }: { readonly consumerSecret?: unknown } = JSON.parse(body);
      return [of, describe(body, consumerSecret)] as const;
    });
    assert.deepEqual(new Map(bodies), captured?.expected);
  } finally {
    await rm(folder, { recursive: true });
  }
}
