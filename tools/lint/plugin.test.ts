import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test, type TestContext } from 'node:test';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the real linter with the real configuration on a tree of files; answers its findings as `file: rule: message`. */
function lint(t: TestContext, files: { readonly [path: string]: string }): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-lint-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['node_modules', 'tools', '.oxlintrc.json', 'tsconfig.json', 'package.json']) {
    symlinkSync(join(root, name), join(folder, name));
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const run = spawnSync(
    process.execPath,
    [join(root, 'node_modules/oxlint/bin/oxlint'), '-c', '.oxlintrc.json', '--format=json', ...Object.keys(files)],
    { cwd: folder, encoding: 'utf8' },
  );
  const { diagnostics }: { diagnostics: { filename: string; code: string; message: string }[] } = JSON.parse(
    run.stdout,
  );
  return diagnostics.map(({ filename, code, message }) => `${filename}: ${code}: ${message}`);
}

test('every way to import is held against the walls, with the reason', (t) => {
  const findings = lint(t, {
    'src/vault/a.ts': 'export const a = 1;\n',
    'src/core/import.ts': "import { a } from '../vault/a.ts';\nexport const b = a;\n",
    'src/core/type.ts': "import type { a } from '../vault/a.ts';\nexport type B = typeof a;\n",
    'src/core/inline.ts': "export type C = typeof import('../vault/a.ts');\n",
    'src/core/named.ts': "export { a } from '../vault/a.ts';\n",
    'src/core/star.ts': "export * from '../vault/a.ts';\n",
    'src/core/dynamic.ts': "export const d = async (): Promise<unknown> => await import('../vault/a.ts');\n",
    'src/core/node.ts': "import { sep } from 'node:path';\nexport const e = sep;\n",
  }).filter((line) => line.includes('holdfast(walls)'));
  const files = findings.map((line) => line.slice(0, line.indexOf(':'))).toSorted();
  assert.deepEqual(
    files,
    ['dynamic', 'import', 'inline', 'named', 'node', 'star', 'type'].map((name) => `src/core/${name}.ts`),
  );
  for (const line of findings) assert.match(line, /core holds decisions on plain data/);
});

test('a type-only import of the platform is allowed to a use case, a value import is not', (t) => {
  const findings = lint(t, {
    'src/platform/clock.ts': 'export interface Clock { now(): string }\nexport const systemClock = 1;\n',
    'src/app/good.ts': "import type { Clock } from '../platform/clock.ts';\nexport type G = Clock;\n",
    'src/app/bad.ts': "import { systemClock } from '../platform/clock.ts';\nexport const b = systemClock;\n",
  }).filter((line) => line.includes('holdfast(walls)'));
  assert.equal(findings.length, 1);
  assert.match(findings[0] ?? '', /^src\/app\/bad\.ts: .*but for its types/);
});

test('the rules of the house are errors', (t) => {
  const cases: { readonly [path: string]: readonly [text: string, rule: string] } = {
    'src/core/any.ts': ['export const a: any = 1;\n', 'no-explicit-any'],
    'src/core/bang.ts': ["export const b = ['x'].find(Boolean)!;\n", 'no-non-null-assertion'],
    'src/core/default.ts': ['export default 1;\n', 'no-default-export'],
    'src/core/floating.ts': [
      'async function f(): Promise<void> {}\nexport function g(): void {\n  f();\n}\n',
      'no-floating-promises',
    ],
    'src/core/switch.ts': [
      "export function s(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break;\n  }\n}\n",
      'switch-exhaustiveness-check',
    ],
    'src/core/now.ts': ['export const n = (): number => Date.now();\n', 'holdfast(ambient)'],
    'src/core/new-date.ts': ['export const n = (): Date => new Date();\n', 'holdfast(ambient)'],
    'src/core/random.ts': ['export const r = (): number => Math.random();\n', 'holdfast(ambient)'],
    'src/core/env.ts': ['export const e = process.env;\n', 'holdfast(ambient)'],
    'src/core/console.ts': ["console.log('x');\n", 'holdfast(ambient)'],
    'src/vault/timer.ts': ['export const t = (f: () => void): void => void setTimeout(f, 1);\n', 'holdfast(ambient)'],
    'src/core/params.ts': [
      'export const p = (a: 1, b: 1, c: 1, d: 1, e: 1, f: 1): 1[] => [a, b, c, d, e, f];\n',
      'max-params',
    ],
    'src/core/long.ts': ['// a line\nexport {};\n'.repeat(301), 'max-lines'],
    'src/core/silent.ts': [
      '// oxlint-disable-next-line typescript/no-explicit-any\nexport const a: any = 1;\n',
      'holdfast(explained-disable)',
    ],
    'src/core/unused-disable.ts': [
      '// oxlint-disable-next-line typescript/no-explicit-any -- it was needed once\nexport const a = 1;\n',
      'Unused',
    ],
    'src/core/cycle-a.ts': ["import { b } from './cycle-b.ts';\nexport const a = (): unknown => b;\n", 'no-cycle'],
    'src/core/cycle-b.ts': ["import { a } from './cycle-a.ts';\nexport const b = (): unknown => a;\n", 'no-cycle'],
  };
  const findings = lint(t, Object.fromEntries(Object.entries(cases).map(([path, [text]]) => [path, text])));
  for (const [path, [, rule]] of Object.entries(cases)) {
    assert.ok(
      findings.some((line) => line.startsWith(`${path}:`) && line.includes(rule)),
      `${path} should be refused by ${rule}:\n${findings.filter((line) => line.startsWith(path)).join('\n')}`,
    );
  }
});

test('a Date of a given instant is no ambient time', (t) => {
  const findings = lint(t, { 'src/core/given.ts': 'export const d = (ms: number): Date => new Date(ms);\n' });
  assert.deepEqual(findings, []);
});
