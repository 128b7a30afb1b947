import type { FileChange } from './diff.ts';
import type { BundleFile } from './entry.ts';
import type { LineDiff } from './text-diff.ts';
import type { XmlDocument, XmlElement, XmlParser } from './xml-node.ts';
import { derivedLists, isRootDescriptor, isServerManifest, serverElements } from './bundle-descriptor.ts';
import { compareIds } from './resource.ts';
import { decodeText } from './text-file.ts';
import { boundLines, describeLineEnds, diffTexts } from './text-diff.ts';
import { canonicalDocument, canonicalXml } from './xml-canonical.ts';
import { diffXml } from './xml-diff.ts';
import { isElement } from './xml-node.ts';

/** What is needed to look into files; core has no libraries of its own. */
export interface BundleDiffTools {
  readonly parseXml: XmlParser;
  readonly diffLines: LineDiff;
  /** Digest of a file's bytes, for those that cannot be shown. */
  readonly digest: (bytes: Uint8Array) => string;
}

/**
 * The files in which two bundles differ, by path. XML that differs in formatting only, and text in the ends of its lines only,
 * is labelled so; what the server writes
 * into the descriptor is no difference. Credentials are masked, long lists of lines are cut and say so.
 */
export function diffBundles(
  before: readonly BundleFile[],
  after: readonly BundleFile[],
  tools: BundleDiffTools,
): readonly FileChange[] {
  const left = new Map(before.map((file) => [file.path, file]));
  const right = new Map(after.map((file) => [file.path, file]));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => !isServerManifest(path))
    .sort(compareIds)
    .flatMap((path) => diffFile(left.get(path), right.get(path), tools) ?? []);
}

function diffFile(
  before: BundleFile | undefined,
  after: BundleFile | undefined,
  tools: BundleDiffTools,
): FileChange | undefined {
  const file = after ?? before;
  if (file === undefined) return undefined;
  if (before === undefined || after === undefined) {
    const content = readFile(file, tools);
    const change = before === undefined ? 'added' : 'removed';
    return {
      path: file.path,
      change,
      what: describeFile(file.path, content.xml?.root),
      lines: [sizeLine(file, tools)],
    };
  }
  return sameBytes(before.bytes, after.bytes) ? undefined : diffContents(before, after, tools);
}

function diffContents(before: BundleFile, after: BundleFile, tools: BundleDiffTools): FileChange | undefined {
  const { path } = after;
  const [from, to] = [readFile(before, tools), readFile(after, tools)];
  const what = describeFile(path, to.xml?.root ?? from.xml?.root);
  if (from.xml !== undefined && to.xml !== undefined) {
    if (canonicalDocument(from.xml) === canonicalDocument(to.xml)) {
      // Two descriptors that differ in what the server writes are the same revision.
      return from.reduced ? undefined : { path, change: 'formatting', what, lines: [] };
    }
    return { path, change: 'changed', what, lines: boundLines(diffXml(from.xml, to.xml)) };
  }
  if (from.text !== undefined && to.text !== undefined) {
    const ends = describeLineEnds(from.text, to.text);
    if (ends !== undefined) return { path, change: 'formatting', what, lines: [ends] };
    return { path, change: 'changed', what, lines: diffTexts(from.text, to.text, tools.diffLines) };
  }
  return { path, change: 'changed', what, lines: [`${sizeLine(before, tools)} → ${sizeLine(after, tools)}`] };
}

interface FileContent {
  readonly text?: string;
  readonly xml?: XmlDocument;
  /** A descriptor without what the server wrote into it. */
  readonly reduced: boolean;
}

function readFile(file: BundleFile, tools: BundleDiffTools): FileContent {
  const text = decodeText(file.bytes);
  if (text === undefined) return { reduced: false };
  const xml = /\.(?:xml|xsd|xslt?|wsdl)$/i.test(file.path) ? tools.parseXml(text) : undefined;
  if (xml === undefined) return { text, reduced: false };
  const reduced = isRootDescriptor(file.path) && /^(?:APIProxy|SharedFlowBundle)$/.test(xml.root.name);
  return { text, xml: reduced ? withoutServerParts(xml) : xml, reduced };
}

/** The descriptor as the revision's author has it; the server orders its elements and derived lists as it likes. */
function withoutServerParts({ root }: XmlDocument): XmlDocument {
  const { revision: _, ...attributes } = root.attributes;
  const children = root.children
    .filter(isElement)
    .filter(({ name }) => !serverElements.has(name))
    .map((child) => (derivedLists.has(child.name) ? { ...child, children: sortedNodes(child) } : child));
  const reduced = { ...root, attributes, children: sortedNodes({ ...root, children }) };
  return { root: reduced, nodes: [reduced] };
}

function sortedNodes(element: XmlElement): readonly XmlElement[] {
  return element.children
    .filter(isElement)
    .map((child) => ({ child, key: `${child.name} ${canonicalXml(child)}` }))
    .sort((a, b) => compareIds(a.key, b.key))
    .map(({ child }) => child);
}

/** What a file is in Apigee's words: `policy VerifyAPIKey "VA-Key"`, `proxy endpoint default`, `resource jsc://mask.js`. */
function describeFile(path: string, root: XmlElement | undefined): string {
  const [, folder = '', ...rest] = path.split('/');
  const name = root?.attributes['name'] ?? rest.join('/').replace(/\.xml$/, '');
  if (folder === 'policies')
    return root === undefined ? `policy file ${rest.join('/')}` : `policy ${root.name} "${name}"`;
  if (folder === 'proxies') return `proxy endpoint ${name}`;
  if (folder === 'targets') return `target endpoint ${name}`;
  if (folder === 'sharedflows') return `shared flow ${name}`;
  if (folder === 'resources' && rest.length > 1) return `resource ${rest[0]}://${rest.slice(1).join('/')}`;
  if (isRootDescriptor(path)) return path.startsWith('apiproxy/') ? 'proxy descriptor' : 'shared flow descriptor';
  return 'file';
}

function sizeLine(file: BundleFile, tools: BundleDiffTools): string {
  const text = `${file.bytes.length} ${file.bytes.length === 1 ? 'byte' : 'bytes'}`;
  return decodeText(file.bytes) === undefined ? `${text}, digest ${tools.digest(file.bytes)}` : text;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
