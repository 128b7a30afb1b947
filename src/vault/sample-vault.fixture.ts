import type { Sorter, SorterFactory } from '../app/ports/surroundings.ts';
import type { CommitPoint, Vault } from '../app/ports/vault.ts';
import type { Content, EntryCore } from '../core/entry.ts';
import { type KeyRole, type SignerRole, signerRoles } from '../core/key-role.ts';
import { appKey } from '../core/kinds/app-key.ts';
import type { Kind } from '../core/kinds/kind.ts';
import { createManualClock, type ManualClock } from '../platform/manual-clock.ts';
import { systemRandom } from '../platform/random.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { createMemoryBlobStore, type MemoryBlobStore } from './blob/memory-blob-store.ts';
import { createVault } from './create-vault.ts';
import { createSigningKey } from './ed25519.ts';
import { parseKeyFile } from './key-file.ts';
import { encodeKeyring, keyringName } from './keyring.ts';
import { openContext, openVault } from './open-vault.ts';
import type { NewDocument, VaultContext } from './vault-context.ts';

/** A vault in memory with all its keys, for tests. */
export interface SampleVault {
  readonly store: BlobStore;
  readonly clock: ManualClock;
  readonly keyFiles: Readonly<Record<KeyRole, string>>;
  open(...roles: readonly KeyRole[]): Promise<Vault>;
  /** The same vault as the parts of the format use it, over another store or clock if given. */
  context(
    roles: readonly KeyRole[],
    over?: { readonly store?: BlobStore; readonly clock?: ManualClock },
  ): Promise<VaultContext>;
  /** Signs and puts a document as somebody with its signer's key could, whatever it says; returns its name. */
  putDocument(document: NewDocument): Promise<string>;
}

export const ORGANIZATION = 'acme-prod';

export async function createSampleVault(
  options: { readonly store?: BlobStore; readonly clock?: ManualClock; readonly attestsTime?: boolean } = {},
): Promise<SampleVault> {
  const clock = options.clock ?? createManualClock(Date.UTC(2026, 4, 10));
  const store = options.store ?? createMemoryBlobStore({ clock, attestsTime: options.attestsTime ?? false });
  const vault = await createVault({ clock, random: systemRandom });
  await vault.write(store);
  const { keyFiles } = vault;
  const context: SampleVault['context'] = (roles, over = {}) =>
    openContext({
      store: over.store ?? store,
      clock: over.clock ?? clock,
      keys: keysOf(keyFiles, roles),
      random: systemRandom,
      sorterFactory: memorySorter,
    });
  let signing: Promise<VaultContext> | undefined;
  return {
    store,
    clock,
    keyFiles,
    open: (...roles) => openWith(store, clock, keysOf(keyFiles, roles)),
    context,
    putDocument: async (document) => {
      signing ??= context(signerRoles);
      await store.put(document.name, await (await signing).encode(document));
      return document.name;
    },
  };
}

function keysOf(keyFiles: SampleVault['keyFiles'], roles: readonly KeyRole[]): { readonly [Role in KeyRole]?: string } {
  return Object.fromEntries(roles.map((role) => [role, keyFiles[role]]));
}

/** Puts a second keyring, in which what this role signs counts no more from an instant on. */
export async function revoke(sample: SampleVault, role: SignerRole, from: string): Promise<void> {
  const { keyring, id } = await sample.context([]);
  const root = createSigningKey(parseKeyFile(sample.keyFiles.root, 'root.key').signingSeed ?? new Uint8Array());
  const signers = keyring.signers.map((signer) => (signer.role === role ? { ...signer, revoked: from } : signer));
  const previous = { name: keyringName(1), hash: keyring.hash };
  const next = encodeKeyring({ ...keyring, number: 2, createdAt: sample.clock.now(), signers }, id, { root, previous });
  await sample.store.put(keyringName(2), next);
}

/** All bytes of a store but for what a test takes away, changes or adds, in a store of its own. */
export async function copyStore(
  store: BlobStore,
  change: { readonly without?: readonly string[]; readonly put?: Readonly<Record<string, Uint8Array>> } = {},
): Promise<MemoryBlobStore> {
  const copy = createMemoryBlobStore({ clock: createManualClock(), attestsTime: store.capabilities.attestsTime });
  for (const [name, bytes] of Object.entries(change.put ?? {})) await copy.put(name, bytes);
  for await (const { name } of store.list(''))
    if (change.without?.includes(name) !== true) await copy.put(name, await store.get(name));
  return copy;
}

/** Bytes with one of them changed, in the middle. */
export function flipped(bytes: Uint8Array): Uint8Array {
  const at = Math.floor(bytes.length / 2);
  return bytes.map((byte, index) => (index === at ? byte ^ 4 : byte));
}

export function openWith(
  store: BlobStore,
  clock: ManualClock,
  keys: { readonly [Role in KeyRole]?: string },
): Promise<Vault> {
  return openVault({ store, clock, keys, random: systemRandom, sorterFactory: memorySorter });
}

/** Sorts in memory, and like the one on disk takes nothing more once it was read. */
export const memorySorter: SorterFactory = <Item>(keyOf: (item: Item) => string): Sorter<Item> => {
  let items: Item[] = [];
  let isRead = false;
  return {
    add: async (item) => {
      if (isRead) throw new Error('A sorter takes no item after it was read.');
      items.push(item);
    },
    async *sorted() {
      isRead = true;
      yield* items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
    },
    close: async () => {
      items = [];
    },
  };
};

/** A resource as a test states it. */
export interface SampleResource {
  readonly id: string;
  readonly text: string;
  readonly secret?: string;
  readonly marks?: EntryCore['marks'];
  readonly tolerant?: EntryCore['tolerant'];
}

export const sampleKind: Kind = appKey;

export function entryFor(vault: Vault, resource: SampleResource): EntryCore {
  const { id, text, secret, marks, tolerant } = resource;
  return {
    id,
    kind: sampleKind.name,
    configHash: vault.hasher.config(text),
    ...(secret !== undefined && { secretHash: vault.hasher.secret(secret) }),
    ...(marks !== undefined && { marks }),
    ...(tolerant !== undefined && { tolerant }),
  };
}

export function contentFor({ text, secret }: SampleResource): Content {
  return { type: 'json', text: JSON.stringify(secret === undefined ? { text } : { text, consumerSecret: secret }) };
}

export function commitDetails(endedAt: string, grade: CommitPoint['grade'] = 'complete'): CommitPoint {
  return {
    grade,
    consistent: true,
    endedAt,
    ledger: [],
    notCaptured: [],
    calls: 1,
    floor: 1,
    efficiency: 1,
    moved: [],
    tool: 'test',
    identity: 'nobody',
    gaps: new Map(),
  };
}

/** Captures exactly these resources as one full point; returns its id. */
export async function capture(
  vault: Vault,
  clock: ManualClock,
  resources: Iterable<SampleResource>,
  newEpoch = false,
): Promise<string> {
  await clock.advance(60_000);
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'all' },
    signer: 'writer',
    newEpoch,
  });
  const collection = writer.collection(sampleKind);
  for (const resource of resources) await collection.add(entryFor(vault, resource), contentFor(resource));
  await collection.finish();
  return (await writer.commit(commitDetails(clock.now()))).id;
}

/** What a point has: id → text of the config part. */
export async function readAll(vault: Vault, pointId: string): Promise<Map<string, string>> {
  const reader = await vault.openPoint(ORGANIZATION, pointId);
  const found = new Map<string, string>();
  for await (const entry of reader.entries(sampleKind.name)) {
    const content = await reader.readContent(entry);
    found.set(entry.id, content.type === 'json' ? content.text : '');
  }
  return found;
}
