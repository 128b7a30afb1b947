import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

interface WrittenHook {
  /** Source text that Node runs. */
  readonly code?: string;
  readonly command?: readonly string[];
  readonly timeout?: string;
  readonly onFailure?: 'abort' | 'warn';
}

interface WrittenHooks {
  readonly beforeBackup?: readonly WrittenHook[];
  readonly afterBackup?: readonly WrittenHook[];
}

/** JSON is YAML. */
async function createHookedWorkplace(t: TestContext, hooks: WrittenHooks) {
  const workplace = await createBackedWorkplace(t);
  const written = (list: readonly WrittenHook[] = []): object[] =>
    list.map(({ code, ...hook }) => ({
      ...(code === undefined ? {} : { command: [process.execPath, '-e', code] }),
      ...hook,
    }));
  const { beforeBackup, afterBackup } = hooks;
  const text = JSON.stringify({ hooks: { beforeBackup: written(beforeBackup), afterBackup: written(afterBackup) } });
  await writeFile(join(workplace.folder, 'holdfast.yaml'), text);
  const points = async (): Promise<number> => (await workplace.json('points', ['points'])).document.points.length;
  return { ...workplace, points, file: (name: string) => readFile(join(workplace.folder, name), 'utf8') };
}

const environmentTo = (file: string): string => `require('fs').writeFileSync('${file}', JSON.stringify(process.env))`;

/** Ignores being asked to end, has a child that does too, and says its and the child's process ids. */
const STUBBORN = `
  process.on('SIGTERM', () => {});
  const child = require('child_process').spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'ignore' });
  require('fs').writeFileSync('pids', process.pid + ' ' + child.pid);
  console.log('I stay');
  setInterval(() => {}, 1000);
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('hooks run around a backup and learn its result, but no key and no token', async (t) => {
  const workplace = await createHookedWorkplace(t, {
    beforeBackup: [{ code: `${environmentTo('before.json')}; console.log('ready')` }],
    afterBackup: [{ code: environmentTo('after.json') }],
  });
  const writer = await workplace.file('keys/writer.key');
  const secrets = {
    HOLDFAST_WRITER_KEY: writer,
    HOLDFAST_AZURE_CONNECTION_STRING: 'AccountKey=hunter2hunter2',
    MY_OWN: 'kept',
  };
  const { exit, document, stderr } = await workplace.json('backup', ['backup'], { environment: secrets });
  assert.equal(exit, 0);
  assert.match(stderr, / {2}\| ready\n/);
  const before = await workplace.file('before.json');
  const after = await workplace.file('after.json');
  for (const text of [before, after]) {
    assert.ok(!text.includes('journey-token') && !text.includes('hunter2') && !text.includes('AGE-SECRET'));
    assert.match(text, /"MY_OWN":"kept"/);
  }
  assert.match(before, /"HOLDFAST_HOOK_MOMENT":"beforeBackup"/);
  const told = JSON.parse(after);
  assert.deepEqual(
    [told.HOLDFAST_HOOK_STATUS, told.HOLDFAST_HOOK_POINT, told.HOLDFAST_HOOK_GRADE, told.HOLDFAST_HOOK_EXIT],
    ['complete', document.point, 'complete', '0'],
  );
  assert.equal(told.HOLDFAST_HOOK_ORGANIZATION, 'acme-prod');
});

test('a hook before that fails stops the backup, or only warns; those after it are told', async (t) => {
  const failing = { code: 'console.error("the disk is not mounted"); process.exit(7)' };
  const workplace = await createHookedWorkplace(t, {
    beforeBackup: [failing],
    afterBackup: [{ code: environmentTo('after.json') }],
  });
  const { exit, stderr } = await workplace.run(['backup', '-o', 'json']);
  assert.equal(exit, 1);
  assert.match(stderr, /the disk is not mounted/);
  const last = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
  assert.equal(last.error.code, 'HOOK_FAILED');
  assert.match(last.error.message, /beforeBackup\[0\].*exited with 7/);
  assert.equal(await workplace.points(), 0);
  assert.match(
    await workplace.file('after.json'),
    /"HOLDFAST_HOOK_STATUS":"failed".*"HOLDFAST_HOOK_ERROR":"HOOK_FAILED"/,
  );
  const lenient = await createHookedWorkplace(t, { beforeBackup: [{ ...failing, onFailure: 'warn' }] });
  const warned = await lenient.run(['backup']);
  assert.equal(warned.exit, 0);
  assert.match(warned.stderr, /Warning: The hook beforeBackup\[0\].*exited with 7/);
});

test('a hook after runs when the backup failed or is partial, and is told which', async (t) => {
  const workplace = await createHookedWorkplace(t, { afterBackup: [{ code: environmentTo('after.json') }] });
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*keystores*' }]);
  assert.equal((await workplace.run(['backup'])).exit, 3);
  assert.match(await workplace.file('after.json'), /"HOLDFAST_HOOK_STATUS":"partial".*"HOLDFAST_HOOK_EXIT":"3"/);
  const failed = await workplace.run(['backup', '--org', 'acme-typo']);
  assert.equal(failed.exit, 1);
  assert.match(await workplace.file('after.json'), /"HOLDFAST_HOOK_ERROR":"ORGANIZATION_NOT_FOUND"/);
});

test('a hook after that fails loses nothing: the document is printed, the point stays', async (t) => {
  const failing = { code: 'process.exit(1)' };
  const warning = await createHookedWorkplace(t, { afterBackup: [failing] });
  const warned = await warning.json('backup', ['backup']);
  assert.equal(warned.exit, 0);
  assert.match(warned.stderr, /Warning: The hook afterBackup\[0\]/);
  const strict = await createHookedWorkplace(t, {
    afterBackup: [{ ...failing, onFailure: 'abort' }, { code: environmentTo('second.json') }],
  });
  const outcome = await strict.json('backup', ['backup']);
  assert.equal(outcome.exit, 3);
  assert.match(outcome.stderr, /HOOK_FAILED_AFTERWARDS/);
  assert.equal(outcome.document.grade, 'complete');
  assert.equal(await strict.points(), 1);
  assert.match(await strict.file('second.json'), /complete/);
});

test('a hook that hangs and ignores being ended is killed with all its children', async (t) => {
  const workplace = await createHookedWorkplace(t, { beforeBackup: [{ code: STUBBORN, timeout: '1500ms' }] });
  const { exit, stderr } = await workplace.run(['backup']);
  assert.equal(exit, 1);
  assert.match(stderr.replaceAll(/\s+/g, ' '), /did not end within 1\.5 s and was killed/);
  assert.match(stderr, /I stay/);
  const pids = (await workplace.file('pids')).split(' ').map(Number);
  assert.equal(pids.length, 2);
  // The kernel has buried the killed child when its new parent has asked for it.
  const zombies = await Promise.all(pids.map(async (pid) => isAlive(pid) && !(await isZombie(pid))));
  assert.deepEqual(zombies, [false, false]);
  assert.equal(await workplace.points(), 0);
});

async function isZombie(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return status.includes(') Z');
}

test('a hook that is not there, or may not be run, says so', async (t) => {
  const workplace = await createHookedWorkplace(t, { beforeBackup: [{ command: ['./absent-program'] }] });
  const { exit, stderr } = await workplace.run(['backup']);
  assert.equal(exit, 1);
  assert.match(stderr, /absent-program\) was not found/);
  const other = await createHookedWorkplace(t, { beforeBackup: [{ command: ['./holdfast.yaml'] }] });
  assert.match((await other.run(['backup'])).stderr, /could not be started \(EACCES\)/);
});

test('megabytes of output are read, shown in part, and hold nothing up; secrets in it are hidden', async (t) => {
  const code = `console.log('token journey-token'); for (let i = 0; i < 100000; i += 1) console.log('x'.repeat(99))`;
  const workplace = await createHookedWorkplace(t, { beforeBackup: [{ code }] });
  const { exit, stderr, stdout } = await workplace.run(['backup']);
  assert.equal(exit, 0);
  assert.ok(stderr.length < 64 * 1024);
  assert.match(stderr, /wrote 9\.5 MiB; the rest is left out/);
  assert.ok(!stderr.includes('journey-token'));
  assert.match(stderr, /token \[redacted\]/);
  assert.ok(!stdout.includes('xxx'));
});

test('a hook that leaves a child behind which holds its output does not hold up the backup', async (t) => {
  const code = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: 'inherit', detached: true }).unref(); console.log('left')`;
  const workplace = await createHookedWorkplace(t, { beforeBackup: [{ code }] });
  const { exit, stderr } = await workplace.run(['backup']);
  assert.equal(exit, 0);
  assert.match(stderr, /left/);
});

test('an interruption ends the hook, and the one after is told', async (t) => {
  const workplace = await createHookedWorkplace(t, {
    beforeBackup: [{ code: STUBBORN, timeout: '5m' }],
    afterBackup: [{ code: environmentTo('after.json') }],
  });
  const run = workplace.spawn(['backup']);
  const until = async (): Promise<void> => {
    while ((await workplace.file('pids').catch(() => '')) === '') await new Promise((next) => setImmediate(next));
  };
  await until();
  run.kill('SIGINT');
  const { exit } = await run.ended();
  assert.equal(exit, 130);
  const pids = (await workplace.file('pids')).split(' ').map(Number);
  for (const pid of pids) assert.ok(!isAlive(pid) || (await isZombie(pid)));
  assert.match(await workplace.file('after.json'), /"HOLDFAST_HOOK_ERROR":"INTERRUPTED"/);
});

test('a hook with a wrong time, no program or an unknown key is 64 with the line', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const lines = ['hooks:', '  beforeBackup:', '    - command: [""]', '      timeout: soon', '      onFailur: warn', ''];
  await writeFile(join(workplace.folder, 'holdfast.yaml'), lines.join('\n'));
  const { exit, stderr } = await workplace.run(['backup']);
  assert.equal(exit, 64);
  const words = stderr.replaceAll(/\s+/g, ' ');
  for (const said of [/names no program/, /500ms, 90s/, /did you mean onFailure/]) assert.match(words, said);
});

/** A monitor that notes what it hears. */
async function startMonitor(t: TestContext, answer: (path: string) => number = () => 200) {
  const heard: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      heard.push({ path: request.url ?? '', body });
      response.writeHead(answer(request.url ?? '')).end();
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { heard, url: `http://127.0.0.1:${port}/ping/uuid?rid=1` };
}

test('the monitor hears of the start and of success, failure and a partial point', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { heard, url } = await startMonitor(t);
  const environment = { HOLDFAST_PING_URL: url };
  assert.equal((await workplace.run(['backup'], { environment })).exit, 0);
  assert.deepEqual(
    heard.map(({ path }) => path),
    ['/ping/uuid/start?rid=1', '/ping/uuid?rid=1'],
  );
  assert.match(heard[1]?.body ?? '', /acme-prod: p.*complete/);
  heard.length = 0;
  assert.equal((await workplace.run(['backup', '--org', 'acme-typo'], { environment })).exit, 1);
  assert.deepEqual(
    heard.map(({ path }) => path),
    ['/ping/uuid/start?rid=1', '/ping/uuid/fail?rid=1'],
  );
  assert.match(heard[1]?.body ?? '', /ORGANIZATION_NOT_FOUND/);
  heard.length = 0;
  workplace.simulator.setFaults([{ fault: { kind: 'status', status: 403 }, route: '*keystores*' }]);
  assert.equal((await workplace.run(['backup'], { environment })).exit, 3);
  assert.equal(heard[1]?.path, '/ping/uuid/fail?rid=1');
});

test('a monitor that refuses, is not there or is no address never fails the backup', async (t) => {
  const workplace = await createBackedWorkplace(t);
  const { url } = await startMonitor(t, () => 500);
  for (const address of [url, 'http://127.0.0.1:1/ping', 'no address', 'http://monitor.example.test/x']) {
    const outcome = await workplace.run(['backup'], { environment: { HOLDFAST_PING_URL: address } });
    assert.equal(outcome.exit, 0, address);
    assert.match(outcome.stderr, /Warning: The monitor of HOLDFAST_PING_URL/);
  }
});
