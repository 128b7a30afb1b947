import { createHash } from 'node:crypto';
import { readArchive, writeArchive } from './bundle-archive.ts';
import type { BundleFiles } from './bundle-files.ts';
import { type Document, documentIn, textIn } from './document.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** An uploaded zip as the simulator keeps it, beside what it found in it. */
export interface ArchiveObject {
  /** The zip in base64. */
  readonly content: string;
  /** SHA-256 over paths and contents; '' for what is no zip. */
  readonly digest: string;
  /** Whether there is anything where archives have their files. */
  readonly isArchive: boolean;
}

/** Where the files of an archive stand: below it `environments/{env}`, `apiproxies`, `sharedflows`. */
const archiveRoot = 'src/main/apigee/';

/** What the bytes are, zip or not. */
export async function archiveObjectOf(bytes: Uint8Array): Promise<ArchiveObject> {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const files = await readArchive(bytes, '').catch(() => undefined);
  return { content, ...findingsOf(files ?? new Map()) };
}

/** The zip of these files. */
export function archiveObjectOfFiles(files: BundleFiles): ArchiveObject {
  return { content: Buffer.from(writeArchive(files, 0)).toString('base64'), ...findingsOf(files) };
}

function findingsOf(files: BundleFiles): Pick<ArchiveObject, 'digest' | 'isArchive'> {
  if (files.size === 0) return { digest: '', isArchive: false };
  const hash = createHash('sha256');
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path) ?? new Uint8Array();
    hash.update(`${path}\n${content.byteLength}\n`);
    hash.update(content);
  }
  return { digest: hash.digest('hex'), isArchive: [...files.keys()].some((path) => path.startsWith(archiveRoot)) };
}

/** The archives of an environment that are not known to have failed, the newest first. */
export function archivesOf({ store }: SimulatedOrganization, environment: string): Document[] {
  const archives = [...store.list('archivedeployment', environment)].map((item) => item.read());
  return archives
    .filter((archive) => {
      const id = textIn(archive, 'operation').split('/').at(-1) ?? '';
      const operation = id === '' ? undefined : store.find('operation', '', id);
      return Object.keys(documentIn(operation ?? {}, 'error')).length === 0;
    })
    .sort((a, b) => Number(b['createdAt']) - Number(a['createdAt']));
}
