import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
const grammars = {
  terraform: () => require.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'),
  bicep: () => require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'),
};

const parsers = new Map<string, Promise<Parser>>();

async function openParser(language: keyof typeof grammars): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammars[language]()));
  return parser;
}

/** Where a text is no such language: lines with what stands there. Empty when its syntax is whole. */
export async function syntaxErrors(language: keyof typeof grammars, text: string): Promise<readonly string[]> {
  const known = parsers.get(language) ?? openParser(language);
  parsers.set(language, known);
  const root = (await known).parse(text)?.rootNode;
  if (root === undefined) return ['nothing was parsed'];
  if (!root.hasError) return [];
  return root
    .descendantsOfType(['ERROR'])
    .map((node) => `${(node?.startPosition.row ?? 0) + 1}: ${node?.text.slice(0, 80) ?? ''}`)
    .concat('the syntax is broken');
}

/** What bash says of a script that it only reads; empty when it understands it. */
export function shellErrors(script: string): string {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
  return status === 0 ? '' : stderr || `bash ended with ${String(status)}`;
}
