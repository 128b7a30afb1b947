/** A node of an XML document, in document order. Texts and attribute values are strings, references already resolved. */
export type XmlNode = XmlElement | XmlText;

export interface XmlElement {
  readonly type: 'element';
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly XmlNode[];
}

export interface XmlText {
  readonly type: 'text' | 'cdata' | 'comment';
  readonly text: string;
}

/** A document: its root, and all nodes at its top level (comments beside the root; the XML declaration is left out). */
export interface XmlDocument {
  readonly root: XmlElement;
  readonly nodes: readonly XmlNode[];
}

/**
 * Parses XML without loss: order, comments, CDATA and white space are kept, values stay strings, only the five entities of
 * XML itself and character references are resolved. Undefined when the text is not well-formed, or has a document type or
 * processing instructions (which bundles do not have): such a file is text.
 */
export type XmlParser = (text: string) => XmlDocument | undefined;

export function isElement(node: XmlNode): node is XmlElement {
  return node.type === 'element';
}

/** The direct child elements of that name. */
export function childElements(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter(isElement).filter((child) => child.name === name);
}

/** All elements of that name at or below `element`, in document order. */
export function* descendants(element: XmlElement, name: string): Generator<XmlElement> {
  if (element.name === name) yield element;
  for (const child of element.children) {
    if (isElement(child)) yield* descendants(child, name);
  }
}

/** Text and CDATA directly inside the element, without the white space around it. */
export function textOf(element: XmlElement): string {
  return element.children
    .map((child) => (child.type === 'text' || child.type === 'cdata' ? child.text : ''))
    .join('')
    .trim();
}
