import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { kindNames } from '../../src/core/kinds/kind-name.ts';
import { registry } from '../../src/cli/registry.ts';
import { createWorkplace } from '../harness/run-holdfast.ts';

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** bash, completing: the words it offers at the end of a line, as it cuts the line itself. */
async function createBash(t: TestContext) {
  const workplace = await createWorkplace(t);
  const { exit, stdout, stderr } = await workplace.run(['completion', 'bash']);
  assert.equal(exit, 0, stderr);
  const script = join(workplace.folder, 'completion.bash');
  await writeFile(script, stdout);
  const complete = (...words: string[]): string[] => {
    const lines = [
      `source '${script}'`,
      'complete -p holdfast >/dev/null || exit 9',
      'shift',
      'COMP_WORDS=("$@") COMP_CWORD=$(( $# - 1 )) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}',
      '_holdfast',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ];
    const output = execFileSync('bash', ['--norc', '-uc', lines.join('\n'), 'bash', 'x', 'holdfast', ...words], {
      cwd: workplace.folder,
      encoding: 'utf8',
    });
    return output.split('\n').filter((word) => word !== '');
  };
  return { ...workplace, complete };
}

test('bash completes verbs, options and values', {
  skip: isInstalled('bash') ? false : 'NOT TESTED: no bash',
}, async (t) => {
  const { complete, folder } = await createBash(t);
  assert.deepEqual(complete('').toSorted(), registry.map(({ name }) => name).toSorted());
  assert.deepEqual(complete('bac'), ['backup']);
  assert.deepEqual(complete('--org', 'acme', 'bac'), ['backup']);
  assert.deepEqual(complete('--org', '=', 'acme', 'bac'), ['backup']);
  const options = complete('backup', '--');
  for (const option of ['--kinds', '--preset', '--org', '--help']) assert.ok(options.includes(option), option);
  assert.ok(!options.includes('--yes'));
  assert.deepEqual(complete('restore', '--ye'), ['--yes']);
  assert.deepEqual(complete('backup', '--preset', ''), ['gateway', 'consumers']);
  assert.deepEqual(complete('backup', '--preset', '=', 'co'), ['consumers']);
  assert.deepEqual(complete('backup', '--preset', '='), ['gateway', 'consumers']);
  assert.deepEqual(complete('backup', '--kinds', ''), [...kindNames]);
  assert.deepEqual(complete('backup', '--kinds', 'proxy,target'), ['proxy,target-server']);
  assert.deepEqual(complete('--log-level', 'de'), ['debug']);
  assert.ok(complete('drift', '-o', '').includes('sarif'));
  assert.ok(!complete('init', '-o', '').includes('sarif'));
  assert.deepEqual(complete('config', ''), ['print']);
  assert.deepEqual(complete('completion', ''), ['bash', 'zsh', 'fish']);
  assert.deepEqual(complete('show', ''), []);
  await writeFile(join(folder, 'a plan.json'), '{}');
  await mkdir(join(folder, 'a folder'));
  assert.deepEqual(complete('apply', 'a ').toSorted(), ['a folder', 'a plan.json']);
  assert.deepEqual(complete('--keys', 'a '), ['a folder']);
});

for (const shell of ['zsh', 'fish']) {
  test(`the script of ${shell} has every verb and option, and its syntax is right`, async (t) => {
    const workplace = await createWorkplace(t);
    const { exit, stdout } = await workplace.run(['completion', shell]);
    assert.equal(exit, 0);
    for (const { name, load } of registry) {
      assert.match(stdout, new RegExp(`\\b${name}\\b`));
      for (const option of (await load()).options) assert.match(stdout, new RegExp(`(--|-l )${option.name}\\b`));
    }
    const file = join(workplace.folder, 'script');
    await writeFile(file, stdout);
    if (isInstalled(shell)) execFileSync(shell, ['-n', file], { stdio: 'pipe' });
    else t.diagnostic(`NOT TESTED: ${shell} is not on this machine, so nobody has read the script as ${shell} would.`);
  });
}

test('a shell that is not known is 64', async (t) => {
  const workplace = await createWorkplace(t);
  for (const shell of ['powershell', 'constructor']) {
    const { exit, stderr } = await workplace.run(['completion', shell]);
    assert.equal(exit, 64);
    assert.match(stderr, /bash, zsh, fish/);
  }
});
