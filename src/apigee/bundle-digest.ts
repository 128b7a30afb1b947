import type { BundleFile } from '../core/entry.ts';
import type { Hasher } from '../core/hasher.ts';
import { derivedLists, isRootDescriptor, isServerManifest, serverElements } from '../core/bundle-descriptor.ts';
import { compareIds } from '../core/resource.ts';
import { type FindRoot, rootsOnce, type XmlElement } from './bundle-xml.ts';

/**
 * The digest of a bundle's content (32 hex characters): equal for two revisions that hold the same, however the zip was
 * packed and whatever the server wrote into the descriptor. All other files count byte for byte.
 */
export function digestBundle(files: readonly BundleFile[], hasher: Hasher, findRoot: FindRoot = rootsOnce()): string {
  const lines = files
    .filter((file) => !isServerManifest(file.path))
    .map((file) => `${file.path}\0${hasher.digest(comparedBytes(file, findRoot))}\n`)
    .sort(compareIds);
  return hasher.digest(Buffer.from(`bundle 1\n${lines.join('')}`, 'utf8'));
}

/** What the server says of a revision inside its own descriptor, where it says it. */
export interface DescriptorFacts {
  readonly createdAt?: string;
  readonly lastModifiedAt?: string;
}

/** Reads creation and modification times, as written, from the root descriptor. */
export function readDescriptorFacts(files: readonly BundleFile[], findRoot: FindRoot = rootsOnce()): DescriptorFacts {
  for (const file of files) {
    const root = isRootDescriptor(file.path) ? findDescriptor(file, findRoot) : undefined;
    if (root === undefined) continue;
    const text = (name: string): string | undefined => root.children.find((child) => child.name === name)?.text;
    const createdAt = text('CreatedAt');
    const lastModifiedAt = text('LastModifiedAt');
    return {
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(lastModifiedAt === undefined ? {} : { lastModifiedAt }),
    };
  }
  return {};
}

function comparedBytes(file: BundleFile, findRoot: FindRoot): Uint8Array {
  const root = isRootDescriptor(file.path) ? findDescriptor(file, findRoot) : undefined;
  return root === undefined ? file.bytes : Buffer.from(JSON.stringify(comparedDescriptor(root)), 'utf8');
}

function comparedDescriptor(root: XmlElement): unknown {
  const { revision: _, ...attributes } = root.attributes;
  const children = root.children
    .filter((child) => !serverElements.has(child.name))
    .map((child) => JSON.stringify(comparedElement(child)));
  // The server writes the elements in an order of its own too.
  return [root.name, sortedEntries(attributes), root.text, children.sort(compareIds)];
}

function comparedElement(element: XmlElement): unknown {
  const children = element.children.map((child) => JSON.stringify(comparedElement(child)));
  if (derivedLists.has(element.name)) children.sort(compareIds);
  return [element.name, sortedEntries(element.attributes), element.text, children];
}

function sortedEntries(attributes: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(attributes).sort(([a], [b]) => compareIds(a, b));
}

function findDescriptor(file: BundleFile, findRoot: FindRoot): XmlElement | undefined {
  const root = findRoot(file);
  return root !== undefined && (root.name === 'APIProxy' || root.name === 'SharedFlowBundle') ? root : undefined;
}
