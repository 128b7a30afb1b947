import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('./run-tests.ts', import.meta.url));

function runTests(
  t: TestContext,
  files: { readonly [path: string]: string },
  args: readonly string[] = [],
): { status: number | null; stdout: string; stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-runner-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(
      join(folder, path),
      `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n${text}`,
    );
  }
  // Inside a test run Node would report to the outer runner instead of printing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, [runner, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, HOLDFAST_ORG: 'the-real-one', HOLDFAST_TEST_RUNS: '7', AZURE_CLIENT_ID: 'x' },
  });
}

const good = "test('good', () => {});\n";

test('tests of all places run, and the summary is the last thing said', (t) => {
  const { status, stdout } = runTests(t, { 'src/a.test.ts': good, 'test/b/c.test.ts': good, 'tools/d.test.ts': good });
  assert.equal(status, 0);
  assert.match(stdout, /ℹ tests 3\n(ℹ .*\n)*ℹ pass 3\n(ℹ .*\n)*$/);
});

test('a failing test, a file that does not load, a skipped test and no test at all are failures', (t) => {
  assert.equal(runTests(t, { 'src/a.test.ts': `${good}test('bad', () => assert.equal(1, 2));\n` }).status, 1);
  assert.equal(runTests(t, { 'src/a.test.ts': good, 'src/b.test.ts': "import './absent.ts';\n" }).status, 1);
  assert.equal(runTests(t, { 'src/a.test.ts': `${good}test.skip('later', () => {});\n` }).status, 1);
  assert.equal(runTests(t, {}).status, 1);
  assert.equal(runTests(t, { 'src/a.test.ts': good }, ['src/elsewhere']).status, 1);
});

test('an error that no test waits for fails the file it came from', (t) => {
  const late = (statement: string): string =>
    `test('left behind', () => { ${statement} });\ntest('meanwhile', () => new Promise((done) => setTimeout(done, 50)));\n`;
  for (const statement of [
    "setTimeout(() => { throw new Error('later'); }, 1);",
    "void Promise.resolve().then(() => { throw new Error('later'); });",
    "setTimeout(() => { throw new Error('later'); }, 200);",
  ]) {
    const { status, stdout } = runTests(t, { 'src/a.test.ts': late(statement), 'src/b.test.ts': good });
    assert.equal(status, 1, statement);
    assert.match(stdout, /✖ src\/a\.test\.ts/);
    assert.match(stdout, /later/);
  }
});

test('paths choose', (t) => {
  const { status, stdout } = runTests(t, { 'src/a/a.test.ts': good, 'src/ab/b.test.ts': good }, ['src/a']);
  assert.equal(status, 0);
  assert.match(stdout, /ℹ tests 1\n/);
});

test('the ten files that took longest are named beside the summary, the longest first', (t) => {
  const busy = "test('busy', () => { const end = performance.now() + 3000; while (performance.now() < end); });\n";
  const files = Array.from({ length: 11 }, (_, index) => [`src/${String.fromCharCode(97 + index)}.test.ts`, good]);
  const { stderr } = runTests(t, { ...Object.fromEntries(files), 'src/k.test.ts': busy });
  assert.match(stderr, /^Slowest: src\/k\.test\.ts [3-9] s(?:, src\/[a-j]\.test\.ts \d+ s){9}$/m);
});

test('the variables of a developer do not reach the tests', (t) => {
  const text =
    "test('clean', () => assert.deepEqual([process.env.HOLDFAST_ORG, process.env.AZURE_CLIENT_ID], [undefined, undefined]));\n";
  assert.equal(runTests(t, { 'src/a.test.ts': text }).status, 0);
});

test('how often properties are tried does reach them', (t) => {
  const text = "test('asked', () => assert.equal(process.env.HOLDFAST_TEST_RUNS, '7'));\n";
  assert.equal(runTests(t, { 'src/a.test.ts': text }).status, 0);
});
