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
