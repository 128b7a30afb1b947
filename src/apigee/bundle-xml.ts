import type { BundleFile } from '../core/entry.ts';
import { type ParsedElement, parseXml } from '../platform/xml.ts';

/** An element of an XML document: attributes as written, child elements in document order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, pieces joined, trimmed; comments are no text. */
  readonly text: string;
}

function findXmlRoot(bytes: Uint8Array): XmlElement | undefined {
  const source = decodeText(bytes);
  const parsed = source === undefined ? undefined : parseXml(source);
  return parsed === undefined ? undefined : simplify(parsed.root);
}

/** Reads the XML of a file of a bundle; undefined when it is no well-formed XML in UTF-8 or UTF-16. */
export type FindRoot = (file: BundleFile) => XmlElement | undefined;

/** Reads each file once, and remembers what it was for as long as it is remembered itself. */
export function rootsOnce(): FindRoot {
  const roots = new Map<BundleFile, XmlElement | undefined>();
  return (file) => {
    if (!roots.has(file)) roots.set(file, findXmlRoot(file.bytes));
    return roots.get(file);
  };
}

/** Every element called `name` at or below the element, in document order. */
export function* descendants(element: XmlElement, name: string): Generator<XmlElement> {
  if (element.name === name) yield element;
  for (const child of element.children) yield* descendants(child, name);
}

function decodeText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const utf16 =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  try {
    return new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function simplify(element: ParsedElement): XmlElement {
  const text = element.children
    .map((node) => (node.type === 'text' || node.type === 'cdata' ? node.text : ''))
    .join('');
  return {
    name: element.name,
    attributes: element.attributes,
    children: element.children.flatMap((node) => (node.type === 'element' ? [simplify(node)] : [])),
    text: text.trim(),
  };
}
