import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Structurally the core's `XmlDocument`; platform knows nothing of the core. */
export interface ParsedXml {
  readonly root: ParsedElement;
  readonly nodes: readonly ParsedNode[];
}

export type ParsedNode = ParsedElement | { readonly type: 'text' | 'cdata' | 'comment'; readonly text: string };

export interface ParsedElement {
  readonly type: 'element';
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly ParsedNode[];
}

// The library's defaults turn 00123 into 123, drop comments and accept broken XML: all of it is switched off.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  cdataPropName: '#cdata',
  commentPropName: '#comment',
  // Renaming `toString` would lose it; names that reach a prototype are refused by the library all the same.
  onDangerousProperty: (name) => name,
});

/**
 * Parses a well-formed XML document, keeping order, comments, CDATA and white space; values stay strings. Only XML's own
 * five entities and character references are resolved. Undefined when the text is not well-formed, or has a document type
 * or a processing instruction.
 */
export function parseXml(text: string): ParsedXml | undefined {
  const source = text.replace(/^\uFEFF/, '').trim();
  if (!isOneElement(source)) return undefined;
  try {
    if (XMLValidator.validate(source) !== true) return undefined;
    const parsed: unknown = parser.parse(source);
    const nodes = nodesOf(parsed).filter((node) => node.type !== 'text' || node.text.trim() !== '');
    const [root, ...others] = nodes.filter((node) => node.type === 'element');
    return root === undefined || others.length > 0 ? undefined : { root, nodes };
  } catch {
    // The library throws on names and nesting that it refuses; for us that is not XML we can compare.
    return undefined;
  }
}

/** No text, document type or instruction outside comments and CDATA, where they are only text. */
function isOneElement(source: string): boolean {
  const markup = withoutOpaque(source)
    ?.replace(/^<\?xml\s[^>]*?\?>/, '')
    .trim();
  return markup !== undefined && markup.startsWith('<') && markup.endsWith('>') && !/<!DOCTYPE|<\?/i.test(markup);
}

const opaque = [
  { start: '<!--', end: '-->' },
  { start: '<![CDATA[', end: ']]>' },
] as const;

/** The source without comments and CDATA; undefined where one does not end. In time proportional to the length, whatever it holds. */
function withoutOpaque(source: string): string | undefined {
  const kept: string[] = [];
  for (let at = 0; ; ) {
    const next = source.indexOf('<!', at);
    if (next < 0) return [...kept, source.slice(at)].join('');
    const section = opaque.find(({ start }) => source.startsWith(start, next));
    const from = next + (section?.start ?? '<!').length;
    kept.push(source.slice(at, section === undefined ? from : next));
    at = from;
    if (section === undefined) continue;
    const end = source.indexOf(section.end, from);
    if (end < 0) return undefined;
    at = end + section.end.length;
  }
}

function nodesOf(parsed: unknown): ParsedNode[] {
  return Array.isArray(parsed) ? parsed.flatMap(nodeOf) : [];
}

/** One item of the library's ordered form: `{ Name: [children], ':@': { attribute: value } }`. */
function nodeOf(item: unknown): ParsedNode[] {
  if (typeof item !== 'object' || item === null) return [];
  const entries: [string, unknown][] = Object.entries(item);
  const entry = entries.find(([name]) => name !== ':@');
  if (entry === undefined) return [];
  const [name, content] = entry;
  if (name === '#text') return [{ type: 'text', text: resolveReferences(String(content)) }];
  if (name === '#cdata') return [{ type: 'cdata', text: rawText(content) }];
  if (name === '#comment') return [{ type: 'comment', text: rawText(content) }];
  return [{ type: 'element', name, attributes: attributesOf(item), children: nodesOf(content) }];
}

function rawText(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (isTextPart(part) ? String(part['#text']) : '')).join('');
}

function isTextPart(part: unknown): part is { readonly '#text': unknown } {
  return typeof part === 'object' && part !== null && '#text' in part;
}

function attributesOf(item: object): { [name: string]: string } {
  const attributes: unknown = ':@' in item ? item[':@'] : undefined;
  if (typeof attributes !== 'object' || attributes === null) return {};
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]: [string, unknown]) => [
      name,
      resolveReferences(String(value).replace(/[\t\r\n]/g, ' ')),
    ]),
  );
}

const entities: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolveReferences(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
