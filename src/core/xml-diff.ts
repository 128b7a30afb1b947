import type { Aligned } from './align.ts';
import type { XmlDocument, XmlElement, XmlNode } from './xml-node.ts';
import { alignLists } from './align.ts';
import { credentialMask, isCredentialName, maskCredentials } from './credential-patterns.ts';
import { compareIds } from './resource.ts';
import { canonicalXml, keepsSpace, significantNodes } from './xml-canonical.ts';
import { isElement } from './xml-node.ts';

/**
 * What differs between two XML documents, one line for each place: `/VerifyAPIKey/APIKey/@ref: "a" → "b"`. Formatting is no
 * difference; a change of nothing but order says so, and what moved between changes is told once. Siblings of one name are told apart by their `name` attribute or else counted, as they stand on the newer
 * side. Credentials are masked.
 */
export function diffXml(before: XmlDocument, after: XmlDocument): readonly string[] {
  const lines: string[] = [];
  const [left, right] = [significantNodes(before.nodes), significantNodes(after.nodes)];
  compareNodeLists(left, right, { path: '', name: '' }, lines);
  return lines;
}

/** Where we are, and the name of the element we are in. */
interface Place {
  readonly path: string;
  readonly name: string;
}

function compareNodeLists(before: readonly XmlNode[], after: readonly XmlNode[], place: Place, lines: string[]): void {
  if (isOnlyOrder(before, after)) {
    lines.push(`${place.path === '' ? '/' : place.path}: only the order changed: ${listed(before)} → ${listed(after)}`);
    return;
  }
  const pairs = pairNodes(alignLists(before, after, canonicalXml));
  const moves = findMoves(pairs);
  for (const pair of pairs) {
    if (pair.after === undefined && pair.before !== undefined && moves.gone.has(pair.before)) continue;
    const siblings = pair.after === undefined ? before : after;
    const node = pair.after ?? pair.before;
    if (node === undefined) continue;
    const at = { path: `${place.path}/${stepOf(node, siblings)}`, name: isElement(node) ? nameOf(node) : place.name };
    const from = moves.come.get(node);
    if (from !== undefined) lines.push(`${at.path}: moved from ${stepOf(from, before)}`);
    else if (pair.before === undefined) lines.push(`${at.path}: added ${summary(node)}`);
    else if (pair.after === undefined) lines.push(`${at.path}: removed ${summary(node)}`);
    else comparePair(pair.before, pair.after, at, lines);
  }
}

/** True for two lists of the same nodes in another order. */
function isOnlyOrder(before: readonly XmlNode[], after: readonly XmlNode[]): boolean {
  if (before.length !== after.length || before.length < 2) return false;
  const [left, right] = [before.map(canonicalXml), after.map(canonicalXml)];
  if (left.every((text, index) => text === right[index])) return false;
  const sorted = right.toSorted();
  return left.toSorted().every((text, index) => text === sorted[index]);
}

/** Nodes by what a person calls them, on one line. */
function listed(nodes: readonly XmlNode[]): string {
  const text = maskCredentials(nodes.map(shortName).join(', '));
  return text.length <= maxShown ? text : `${text.slice(0, maxShown)}… (${nodes.length} in all)`;
}

/** A step is called as the policy it names. */
function shortName(node: XmlNode): string {
  if (!isElement(node)) return node.type;
  const named = node.children.filter(isElement).find(({ name }) => name === 'Name');
  const text = node.attributes['name'] ?? named?.children.map(nodeText).join('').trim();
  return text === undefined || text === '' ? node.name : JSON.stringify(text);
}

interface Moves {
  readonly gone: ReadonlySet<XmlNode>;
  /** From the node as it stands now to the equal one before. */
  readonly come: ReadonlyMap<XmlNode, XmlNode>;
}

/** What went at one place and came at another, unchanged. */
function findMoves(pairs: readonly Aligned<XmlNode>[]): Moves {
  const left = Map.groupBy(
    pairs.flatMap(({ before, after }) => (before !== undefined && after === undefined ? [before] : [])),
    canonicalXml,
  );
  const [gone, come] = [new Set<XmlNode>(), new Map<XmlNode, XmlNode>()];
  for (const { before, after } of pairs) {
    const from = before === undefined && after !== undefined ? left.get(canonicalXml(after))?.shift() : undefined;
    if (after === undefined || from === undefined) continue;
    gone.add(from);
    come.set(after, from);
  }
  return { gone, come };
}

/** `<Header name="x">` is about x. */
function nameOf(element: XmlElement): string {
  return element.attributes['name'] ?? element.name;
}

/** Between equal nodes, what went and what came is paired where it is the same thing: by type, name and `name` attribute. */
function pairNodes(aligned: readonly Aligned<XmlNode>[]): Aligned<XmlNode>[] {
  const pairs: Aligned<XmlNode>[] = [];
  let gone: XmlNode[] = [];
  let come: XmlNode[] = [];
  const flush = (): void => {
    for (const after of come) {
      const index = gone.findIndex((before) => identityOf(before) === identityOf(after));
      const [before] = index < 0 ? [] : gone.splice(index, 1);
      pairs.push(before === undefined ? { after } : { before, after });
    }
    pairs.push(...gone.map((before) => ({ before })));
    [gone, come] = [[], []];
  };
  for (const { before, after } of aligned) {
    if (before !== undefined && after !== undefined) flush();
    else if (before !== undefined) gone.push(before);
    else if (after !== undefined) come.push(after);
  }
  flush();
  return pairs;
}

function identityOf(node: XmlNode): string {
  if (isElement(node)) return `<${node.name} ${node.attributes['name'] ?? ''}`;
  // Text may become CDATA in its place.
  return node.type === 'comment' ? 'comment' : 'text';
}

function comparePair(before: XmlNode, after: XmlNode, place: Place, lines: string[]): void {
  if (!isElement(before) || !isElement(after)) {
    compareTexts(before, after, place, lines);
    return;
  }
  compareAttributes(before, after, place.path, lines);
  const [left, right] = [contentOf(before), contentOf(after)];
  const [from, to] = [onlyText(left), onlyText(right)];
  if (from === undefined || to === undefined) compareNodeLists(left, right, place, lines);
  else compareTexts(from, to, place, lines);
}

function compareTexts(before: XmlNode, after: XmlNode, { path, name }: Place, lines: string[]): void {
  const [from, to] = [nodeText(before), nodeText(after)];
  if (from !== to) lines.push(`${path}: ${shown(from, name)} → ${shown(to, name)}${asCdata(before, after)}`);
  // Empty CDATA is no text, but an element with it is not written as one without.
  else if (before.type !== after.type) lines.push(`${path}: ${shown(to, name)}${asCdata(before, after)}`);
}

/** Said where the form changed, because the text alone would look the same. */
function asCdata(before: XmlNode, after: XmlNode): string {
  return before.type === after.type ? '' : ` (${before.type} → ${after.type})`;
}

function compareAttributes(before: XmlElement, after: XmlElement, path: string, lines: string[]): void {
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  for (const name of [...names].sort(compareIds)) {
    const [from, to] = [ownAttribute(before, name), ownAttribute(after, name)];
    if (from === to) continue;
    const at = `${path}/@${name}`;
    if (from === undefined) lines.push(`${at}: added ${shown(to ?? '', name)}`);
    else if (to === undefined) lines.push(`${at}: removed ${shown(from, name)}`);
    else lines.push(`${at}: ${shown(from, name)} → ${shown(to, name)}`);
  }
}

function ownAttribute(element: XmlElement, name: string): string | undefined {
  return Object.hasOwn(element.attributes, name) ? element.attributes[name] : undefined;
}

function contentOf(element: XmlElement): readonly XmlNode[] {
  return keepsSpace(element) ? element.children : significantNodes(element.children);
}

/** The text of an element without child elements and comments; empty is text too. */
function onlyText(nodes: readonly XmlNode[]): XmlNode | undefined {
  const [node = { type: 'text', text: '' } as const, ...others] = nodes;
  return others.length === 0 && (node.type === 'text' || node.type === 'cdata') ? node : undefined;
}

function nodeText(node: XmlNode): string {
  return isElement(node) ? '' : node.text;
}

function stepOf(node: XmlNode, siblings: readonly XmlNode[]): string {
  if (!isElement(node)) return node.type === 'comment' ? 'comment()' : 'text()';
  const alike = siblings.filter(isElement).filter(({ name }) => name === node.name);
  if (alike.length < 2) return node.name;
  const { name } = node.attributes;
  const named = name !== undefined && alike.filter(({ attributes }) => attributes['name'] === name).length === 1;
  return named ? `${node.name}[@name=${JSON.stringify(name)}]` : `${node.name}[${alike.indexOf(node) + 1}]`;
}

const maxShown = 160;

/** A text in quotes, masked, on one line; what is cut is said. */
function shown(text: string, name: string): string {
  // A variable in braces only points to a credential.
  const masked = isCredentialName(name) && !/^\s*(?:\{.*\})?\s*$/.test(text) ? credentialMask : maskCredentials(text);
  return cut(JSON.stringify(masked), masked.length);
}

function cut(quoted: string, length: number): string {
  return quoted.length <= maxShown ? quoted : `${quoted.slice(0, maxShown - 1)}…" (${length} characters)`;
}

/** A whole node on one line, masked and cut. */
function summary(node: XmlNode): string {
  const text = maskCredentials(xmlText(node));
  return text.length <= maxShown ? text : `${text.slice(0, maxShown)}… (${text.length} characters)`;
}

function xmlText(node: XmlNode): string {
  if (isElement(node)) return elementText(node);
  if (node.type === 'comment') return `<!--${node.text}-->`;
  if (node.type === 'cdata') return `<![CDATA[${node.text}]]>`;
  return node.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function elementText(element: XmlElement): string {
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  const content = contentOf(element).map(xmlText).join('');
  const start = `<${element.name}${attributes.join('')}`;
  return content === '' ? `${start}/>` : `${start}>${content}</${element.name}>`;
}
