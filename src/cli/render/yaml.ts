import { Document, isScalar, Scalar, visit } from 'yaml';
import { isPrintable, safeJson } from './printable.ts';

/**
 * The value as YAML 1.2, in blocks, without anchors or folded lines. Strings that a YAML 1.1 reader would take for something
 * else (`no`, `2026-01-01`) are quoted; characters that act on a terminal are escaped.
 */
export function renderYaml(value: object): string {
  // JSON first: fields that are undefined are no fields, and nothing is shared.
  const plain: unknown = JSON.parse(JSON.stringify(value));
  const document = new Document(plain, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && !isPrintable(node.value.replaceAll('\n', ''))) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
    Pair: (_key, { key }) => {
      if (isScalar(key) && typeof key.value === 'string' && !isPrintable(key.value)) key.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // Whatever is left of them stands inside double quotes, where YAML knows the escapes of JSON.
  return safeJson(document.toString({ lineWidth: 0 }));
}
