import { findAmbientBreach } from './ambient.ts';
import { findBreach } from './walls.ts';

/** The few parts of the syntax tree (ESTree) that the rules look at. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly computed?: boolean;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly source?: Node | null;
  readonly object?: Node;
  readonly property?: Node;
  readonly callee?: Node;
  readonly argument?: Node;
  readonly arguments?: readonly Node[];
}

interface Context {
  readonly filename: string;
  readonly cwd: string;
  readonly sourceCode: { getAllComments(): readonly (Node & { readonly value: string })[] };
  report(finding: { readonly node: Node; readonly message: string }): void;
}

interface Rule {
  create(context: Context): { readonly [selector: string]: (node: Node) => void };
}

const wallsRule: Rule = {
  create(context) {
    const from = relativePath(context);
    const check = (node: Node, source: Node | null | undefined, typeOnly: boolean): void => {
      if (typeof source?.value !== 'string') return;
      const message = findBreach({ from, specifier: source.value, typeOnly });
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument, true),
    };
  },
};

const ambientRule: Rule = {
  create(context) {
    const file = relativePath(context);
    const check = (node: Node, use: string): void => {
      const message = findAmbientBreach(file, use);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      MemberExpression(node) {
        if (node.object?.type !== 'Identifier' || node.property === undefined || node.computed === true) return;
        check(node, node.object.name === 'console' ? 'console' : `${node.object.name}.${node.property.name}`);
      },
      NewExpression(node) {
        if (node.callee?.name === 'Date' && node.arguments?.length === 0) check(node, 'new Date()');
      },
      CallExpression(node) {
        if (node.callee?.name === 'Date') check(node, 'Date()');
        else if (node.callee?.name !== undefined) check(node, node.callee.name);
      },
      ImportDeclaration: (node) => check(node, `import ${String(node.source?.value)}`),
    };
  },
};

const explainedDisableRule: Rule = {
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (!/^\s*(oxlint|eslint)-disable/.test(comment.value) || / -- \S/.test(comment.value)) continue;
          context.report({
            node: comment,
            message: 'Say why the rule is switched off here: "oxlint-disable… rule -- reason".',
          });
        }
      },
    };
  },
};

function relativePath(context: Context): string {
  const filename = context.filename.replaceAll('\\', '/');
  const root = `${context.cwd.replaceAll('\\', '/')}/`;
  return filename.startsWith(root) ? filename.slice(root.length) : filename;
}

// oxlint-disable-next-line import/no-default-export -- the linter loads a plugin by its default export
export default {
  meta: { name: 'holdfast' },
  rules: { walls: wallsRule, ambient: ambientRule, 'explained-disable': explainedDisableRule },
};
