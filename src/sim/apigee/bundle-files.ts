import { createHash } from 'node:crypto';
import type { BundleFlavour } from './wreck-target.ts';

/** The files of a bundle by path (`apiproxy/policies/X.xml`). */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** `apiproxy/` or `sharedflowbundle/`. */
export function bundleRoot(flavour: BundleFlavour): string {
  return flavour === 'proxy' ? 'apiproxy/' : 'sharedflowbundle/';
}

/** Path of the XML file directly under the root, which the service rewrites; undefined when the bundle has none. */
export function descriptorPath(flavour: BundleFlavour, files: BundleFiles): string | undefined {
  const root = bundleRoot(flavour);
  for (const path of files.keys()) {
    if (path.startsWith(root) && path.endsWith('.xml') && !path.slice(root.length).includes('/')) return path;
  }
  return undefined;
}

/**
 * SHA-256 over paths and contents, in hex. What the service writes into the root descriptor (revision, name, time stamps,
 * authors) does not count, so that the same bundle has the same digest after any number of round trips.
 */
export function bundleDigest(flavour: BundleFlavour, files: BundleFiles): string {
  const descriptor = descriptorPath(flavour, files);
  const hash = createHash('sha256');
  if (descriptor === undefined) hash.update(`${bundleRoot(flavour)}descriptor\n${emptyDescriptor(flavour)}`);
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path) ?? new Uint8Array();
    if (path === descriptor) {
      hash.update(`${bundleRoot(flavour)}descriptor\n`);
      hash.update(withoutServerParts(textOf(content)));
    } else {
      hash.update(`${path}\n${content.byteLength}\n`);
      hash.update(content);
    }
  }
  return hash.digest('hex');
}

/** What the service puts into the root descriptor of a downloaded bundle. */
export interface DescriptorStamp {
  readonly name: string;
  readonly revision: string;
  readonly createdAtMs: string;
  readonly lastModifiedAtMs: string;
}

/** The bundle as a download gives it: the root descriptor carries the service's name, revision number and time stamps. */
export function stampedFiles(flavour: BundleFlavour, files: BundleFiles, stamp: DescriptorStamp): BundleFiles {
  const path = descriptorPath(flavour, files);
  const element = flavour === 'proxy' ? 'APIProxy' : 'SharedFlowBundle';
  const source = path === undefined ? emptyDescriptor(flavour) : textOf(files.get(path) ?? new Uint8Array());
  const bare = withoutServerParts(source);
  const opening = new RegExp(`<${element}([^>]*)>`);
  const stamps = `<CreatedAt>${stamp.createdAtMs}</CreatedAt><LastModifiedAt>${stamp.lastModifiedAtMs}</LastModifiedAt>`;
  const text = bare.replace(opening, (_whole: string, attributes: string) => {
    return `<${element} revision="${stamp.revision}" name="${stamp.name}"${attributes}>\n    ${stamps}`;
  });
  const stamped = new Map(files);
  if (path !== undefined) stamped.delete(path);
  stamped.set(`${bundleRoot(flavour)}${stamp.name}.xml`, Buffer.from(text, 'utf8'));
  return stamped;
}

export function textOf(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}

/** Files of text, as seeds and wrecks give them. */
export function filesOfTexts(texts: Readonly<Record<string, string>>): BundleFiles {
  return new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text, 'utf8')]));
}

function emptyDescriptor(flavour: BundleFlavour): string {
  return flavour === 'proxy' ? '<APIProxy></APIProxy>' : '<SharedFlowBundle></SharedFlowBundle>';
}

function withoutServerParts(descriptor: string): string {
  return descriptor
    .replace(/\s*<(CreatedAt|LastModifiedAt|CreatedBy|LastModifiedBy)>[^<]*<\/\1>/g, '')
    .replace(/<(APIProxy|SharedFlowBundle)\b([^>]*)>/, (_whole: string, element: string, attributes: string) => {
      const kept = attributes.replace(/\s+(revision|name)\s*=\s*("[^"]*"|'[^']*')/g, '').trimEnd();
      return kept.endsWith('/') ? `<${element}${kept.slice(0, -1).trimEnd()}></${element}>` : `<${element}${kept}>`;
    });
}
