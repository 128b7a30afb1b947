import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element of an XML document: attributes and text as written (entities decoded), children in document order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, pieces joined, trimmed. */
  readonly text: string;
}

// Values stay text (00123 is not 123), order is kept, and a document cannot define entities that expand.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  processEntities: { enabled: true, maxTotalExpansions: 10_000, maxExpandedLength: 1_000_000 },
});

/** Reads an XML document; undefined when the bytes are no well-formed XML in UTF-8 or UTF-16. */
export function findXmlRoot(bytes: Uint8Array): XmlElement | undefined {
  const source = decodeText(bytes);
  if (source === undefined) return undefined;
  try {
    if (XMLValidator.validate(source) !== true) return undefined;
    const parsed: unknown = parser.parse(source);
    return elementsOf(parsed)[0];
  } catch {
    // The validator lets some documents through that the parser refuses; both mean that this is no XML we can use.
    return undefined;
  }
}

/** Every element called `name` at or below the element, in document order. */
export function* descendants(element: XmlElement, name: string): Generator<XmlElement> {
  if (element.name === name) yield element;
  for (const child of element.children) yield* descendants(child, name);
}

function decodeText(bytes: Uint8Array): string | undefined {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  try {
    return new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const TEXT = '#text';
const ATTRIBUTES = ':@';

/** The parser's ordered form: a list of objects with one tag each, attributes beside it under ':@'. */
function elementsOf(nodes: unknown): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  const elements: XmlElement[] = [];
  for (const node of nodes) {
    if (!isRecord(node)) continue;
    const name = Object.keys(node).find((key) => key !== ATTRIBUTES && key !== TEXT);
    if (name === undefined) continue;
    const inner = node[name];
    elements.push({ name, attributes: stringsOf(node[ATTRIBUTES]), children: elementsOf(inner), text: textOf(inner) });
  }
  return elements;
}

function textOf(nodes: unknown): string {
  if (!Array.isArray(nodes)) return '';
  return nodes
    .map((node: unknown) => (isRecord(node) && typeof node[TEXT] === 'string' ? node[TEXT] : ''))
    .join('')
    .trim();
}

function stringsOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
