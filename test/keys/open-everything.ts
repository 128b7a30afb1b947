import { HoldfastError } from '../../src/core/errors.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openDirectory, openSegment, parsePackHeader } from '../../src/vault/pack.ts';
import { openContext } from '../../src/vault/open-vault.ts';
import type { SecretClass } from '../../src/vault/sealing.ts';
import { bodyEnc, openBody, parseDocument } from '../../src/vault/signed-document.ts';
import type { DocumentType } from '../../src/vault/signed-document.ts';
import type { VaultContext } from '../../src/vault/vault-context.ts';
import { folderStore, sorters } from '../kill/captured-vault.ts';
import type { Keys } from '../kill/captured-vault.ts';

/** What a holder of some keys finds in a vault. */
export interface OpenedVault {
  /** Blobs and packs by class: which opened, and which were refused for want of a key. */
  readonly opened: ReadonlyMap<SecretClass, readonly string[]>;
  readonly refused: ReadonlyMap<SecretClass, readonly string[]>;
  /** Everything that can be read with the keys: names, the raw bytes of all blobs, and what opened. */
  readonly readable: readonly Uint8Array[];
}

/** Opens every pack and every sealed document of a vault as far as the keys go, blob by blob, whatever refers to it. */
export async function openEverything(vaultFolder: string, keys: Keys): Promise<OpenedVault> {
  const store = folderStore(vaultFolder);
  const ports = { store, keys, clock: systemClock, random: systemRandom, sorterFactory: sorters };
  const context = await openContext(ports);
  const opened = new Map<SecretClass, string[]>();
  const refused = new Map<SecretClass, string[]>();
  const readable: Uint8Array[] = [];
  for await (const { name } of store.list('')) {
    const bytes = await store.get(name);
    readable.push(Buffer.from(name), bytes);
    const sealed = findSealed(name, bytes, context);
    if (sealed === undefined) continue;
    try {
      readable.push(...(await sealed.open()));
      addTo(opened, sealed.secretClass, name);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'KEY_MISSING') throw error;
      addTo(refused, sealed.secretClass, name);
    }
  }
  return { opened, refused, readable };
}

interface Sealed {
  readonly secretClass: SecretClass;
  /** The plain texts; KEY_MISSING when no key at hand opens them. */
  readonly open: () => Promise<readonly Uint8Array[]>;
}

function findSealed(name: string, bytes: Uint8Array, context: VaultContext): Sealed | undefined {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString();
  if (magic === 'HFP1') return sealedPack(name, bytes, context);
  return magic === 'HFS1' ? sealedDocument(name, bytes, context) : undefined;
}

function sealedPack(name: string, bytes: Uint8Array, context: VaultContext): Sealed {
  const header = parsePackHeader(name, bytes);
  const { secretClass, generation } = header;
  const place = name.slice(0, name.lastIndexOf('/'));
  return {
    secretClass,
    open: async () => {
      const key = await context.openKey(header.enc, { purpose: 'pack', secretClass, generation, place });
      return openDirectory(name, { header, key }, bytes).segments.map((segment) =>
        openSegment(name, { header, key }, segment, bytes.subarray(segment.offset, segment.offset + segment.length)),
      );
    },
  };
}

function sealedDocument(name: string, bytes: Uint8Array, context: VaultContext): Sealed | undefined {
  // Which type it is stands in the document itself; here only its seal matters.
  const { type } = JSON.parse(Buffer.from(bytes.subarray(8, 8 + Buffer.from(bytes).readUInt32BE(4))).toString()) as {
    readonly type: DocumentType;
  };
  if (type === 'keyring') return undefined;
  const blobName = name.replace(/^orgs\/[^/]+\/epochs\/\d+\/keyring-(\d+)$/, 'keyring/$1');
  const document = parseDocument(bytes, { type, vault: context.id, name: blobName });
  const { seal } = document.header;
  if (seal === undefined) return undefined;
  const { class: secretClass, generation } = seal;
  return {
    secretClass,
    open: async () => {
      const place = { purpose: 'document', secretClass, generation, place: name } as const;
      const key = await context.openKey(bodyEnc(document), place);
      return [Buffer.from(JSON.stringify(openBody(document, key)))];
    },
  };
}

function addTo(map: Map<SecretClass, string[]>, secretClass: SecretClass, name: string): void {
  const names = map.get(secretClass) ?? [];
  names.push(name);
  map.set(secretClass, names);
}
