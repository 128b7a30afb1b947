import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin', import.meta.url));

/** Tells how it was started, then ends as its first argument says. */
const program = `
const [what, code] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(text + '\\n');
say(JSON.stringify({ args: process.argv.slice(2), execArgv: process.execArgv, main: process.argv[1] === import.meta.filename }));
if (what === 'exit') process.exit(Number(code));
if (what === 'stdin') for await (const chunk of process.stdin) say('got ' + String(chunk));
if (what === 'warn') process.emitWarning('young', 'ExperimentalWarning'), process.emitWarning('heed', 'Warning');
if (what === 'die') process.kill(process.pid, 'SIGKILL');
if (what === 'wait') {
  let interrupts = 0;
  const beat = setInterval(() => {}, 1000);
  process.on('SIGINT', () => say('SIGINT ' + ++interrupts));
  process.on('SIGTERM', () => (clearInterval(beat), process.exitCode = 143, say('SIGTERM after ' + interrupts)));
  say('ready');
}
if (what === 'default') {
  setInterval(() => {}, 1000);
  say('ready');
}
`;

interface Layout {
  readonly checkout?: boolean;
  readonly built?: boolean;
  readonly pinned?: boolean;
}

/** A package folder of the wanted layout with the real launcher; returns the launcher's path. */
function install(t: TestContext, layout: Layout): string {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-launcher-'));
  t.after(() => rmSync(root, { recursive: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  cpSync(bin, join(root, 'bin'), { recursive: true });
  put('package.json', '{ "type": "module" }');
  put('fake-old-node.cjs', "Object.defineProperty(process.versions, 'node', { value: '20.20.2' });\n");
  if (layout.checkout === true) put('src/cli/main.ts', program);
  if (layout.built === true) put('dist/cli/main.js', program.replaceAll(/: (string|void)\b/g, ''));
  if (layout.pinned === true) {
    put('node_modules/node/package.json', '{ "name": "node", "version": "0.0.0" }');
    mkdirSync(join(root, 'node_modules/node/bin'));
    symlinkSync(process.execPath, join(root, 'node_modules/node/bin/node'));
  }
  return join(root, 'bin/holdfast');
}

const onOldNode = (launcher: string): string[] => [
  '--require',
  join(dirname(launcher), '../fake-old-node.cjs'),
  launcher,
];

function run(args: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, { input, encoding: 'utf8' });
}

test('a checkout runs its sources, as the main module, with the arguments as they are', (t) => {
  const launcher = install(t, { checkout: true, built: true });
  const { status, stdout, stderr } = run([launcher, 'exit', '3', 'a b', '--x=']);
  assert.equal(status, 3);
  assert.deepEqual(JSON.parse(stdout), { args: ['exit', '3', 'a b', '--x='], execArgv: [], main: true });
  assert.equal(stderr, '');
});

test('a published package runs what was built', (t) => {
  const launcher = install(t, { built: true });
  const { status, stdout } = run([launcher, 'exit', '0']);
  assert.equal(status, 0);
  assert.match(stdout, /"main":true/);
});

test('it works through the link that npm makes, in another folder', (t) => {
  const launcher = install(t, { checkout: true });
  chmodSync(launcher, 0o755);
  const link = join(dirname(launcher), '../linked');
  symlinkSync(launcher, link);
  assert.equal(spawnSync(process.execPath, [link, 'exit', '7'], { cwd: tmpdir() }).status, 7);
});

test('an old Node hands over to the pinned one: arguments, input, output, exit status', (t) => {
  const launcher = install(t, { checkout: true, pinned: true });
  const exit = run([...onOldNode(launcher), 'exit', '13', 'a b']);
  assert.equal(exit.status, 13);
  assert.deepEqual(JSON.parse(exit.stdout), {
    args: ['exit', '13', 'a b'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    main: true,
  });
  assert.match(run([...onOldNode(launcher), 'stdin'], 'hello').stdout, /got hello/);
});

test('an old Node runs the built program of a package that pins one', (t) => {
  const launcher = install(t, { built: true, pinned: true });
  assert.equal(run([...onOldNode(launcher), 'exit', '2']).status, 2);
});

test('an old Node without another one is a usage error that says what to install', (t) => {
  const launcher = install(t, { checkout: true });
  const { status, stdout, stderr } = run([...onOldNode(launcher), 'exit', '0']);
  assert.equal(status, 64);
  assert.equal(stdout, '');
  assert.match(stderr, /^holdfast: Node 20\.20\.2 is too old: .*22\.18.*npm ci/);
});

test('an empty package says so', (t) => {
  const { status, stderr } = run([install(t, {}), '--version']);
  assert.equal(status, 64);
  assert.match(stderr, /Nothing to run/);
});

for (const [name, before] of [
  ['this Node', (launcher: string) => [launcher]],
  ['the pinned Node', onOldNode],
] as const) {
  test(`warnings about experiments are not shown, others are (${name})`, (t) => {
    const launcher = install(t, { checkout: true, pinned: true });
    const { stderr } = run([...before(launcher), 'warn']);
    assert.match(stderr, /heed/);
    assert.doesNotMatch(stderr, /young|Experimental/);
  });

  test(`signals reach the program once each, and its exit status comes back (${name})`, async (t) => {
    const launcher = install(t, { checkout: true, pinned: true });
    const child = spawn(process.execPath, [...before(launcher), 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    await said(child, 'ready');
    child.kill('SIGINT');
    await said(child, 'SIGINT 1');
    child.kill('SIGTERM');
    await said(child, 'SIGTERM after 1');
    assert.deepEqual(await ended(child), [143, null]);
  });

  test(`a program that does not handle a signal ends by it (${name})`, async (t) => {
    const launcher = install(t, { checkout: true, pinned: true });
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const child = spawn(process.execPath, [...before(launcher), 'default'], { stdio: ['ignore', 'pipe', 'inherit'] });
      t.after(() => child.kill('SIGKILL'));
      await said(child, 'ready');
      child.kill(signal);
      const [exit, by] = await ended(child);
      assert.ok(exit === code || by === signal, `${signal}: ${exit} ${by}`);
    }
  });
}

test('a program killed under the pinned Node is not a success', (t) => {
  const launcher = install(t, { checkout: true, pinned: true });
  assert.equal(run([...onOldNode(launcher), 'die']).status, 137);
});

const seen = new WeakMap<ChildProcess, { text: string }>();

/** Resolves when the child has written the line; fails when its output ends without it. */
async function said(child: ChildProcess, line: string): Promise<void> {
  const { stdout } = child;
  assert.ok(stdout);
  let buffer = seen.get(child);
  if (buffer === undefined) {
    const fresh = { text: '' };
    stdout.setEncoding('utf8').on('data', (chunk: string) => (fresh.text += chunk));
    seen.set(child, fresh);
    buffer = fresh;
  }
  while (!buffer.text.split('\n').includes(line)) {
    const ended = await Promise.race([once(stdout, 'data').then(() => false), once(child, 'close').then(() => true)]);
    assert.ok(!ended || buffer.text.includes(line), `ended without "${line}": ${buffer.text}`);
  }
}

async function ended(child: ChildProcess): Promise<[code: number | null, signal: string | null]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
}
