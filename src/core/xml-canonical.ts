import type { XmlDocument, XmlElement, XmlNode } from './xml-node.ts';
import { isElement } from './xml-node.ts';
import { compareIds } from './resource.ts';

/**
 * The nodes without white space that means nothing: between elements, and as the only content of an element where it has a
 * line break (`<Flows>\n</Flows>` is `<Flows/>`). White space beside other text stays.
 */
export function significantNodes(nodes: readonly XmlNode[]): readonly XmlNode[] {
  const isBlank = (node: XmlNode): boolean => node.type === 'text' && node.text.trim() === '';
  if (nodes.some((node) => node.type === 'cdata' || (node.type === 'text' && !isBlank(node)))) return nodes;
  const between = nodes.some((node) => node.type !== 'text');
  return nodes.filter((node) => !isBlank(node) || (!between && node.type === 'text' && !node.text.includes('\n')));
}

/** One text of a node: attributes sorted, insignificant white space left out. Equal texts differ in formatting only. */
export function canonicalXml(node: XmlNode): string {
  if (!isElement(node)) return JSON.stringify([node.type, node.text]);
  const attributes = Object.entries(node.attributes).sort(([a], [b]) => compareIds(a, b));
  const children = keepsSpace(node) ? node.children : significantNodes(node.children);
  return `[${JSON.stringify(node.name)},${JSON.stringify(attributes)},${children.map(canonicalXml).join(',')}]`;
}

export function canonicalDocument(document: XmlDocument): string {
  return significantNodes(document.nodes).map(canonicalXml).join(',');
}

export function keepsSpace(element: XmlElement): boolean {
  return element.attributes['xml:space'] === 'preserve';
}
