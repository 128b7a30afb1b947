import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../core/errors.ts';
import { globalOptions, verbOptions } from './options.ts';
import { parseCommandLine } from './program.ts';
import { registry } from './registry.ts';

const surroundings = { columns: 80, colours: false };

test('global options stand before or after the verb', async () => {
  for (const argv of [
    ['--org', 'acme', 'ls', 'latest', 'apis/**'],
    ['ls', 'latest', 'apis/**', '--org', 'acme'],
    ['ls', '--org=acme', 'latest', 'apis/**'],
  ]) {
    const parsed = await parseCommandLine(argv, surroundings);
    assert.ok(parsed.type === 'run');
    assert.equal(parsed.verb, 'ls');
    assert.equal(parsed.given.get('org'), 'acme');
    assert.deepEqual(
      [...parsed.arguments],
      [
        ['POINT', 'latest'],
        ['GLOB', 'apis/**'],
      ],
    );
  }
});

test('what was not given is not there', async () => {
  const parsed = await parseCommandLine(['plan', '--only', 'a', '--only', 'b', '--no-color'], surroundings);
  assert.ok(parsed.type === 'run');
  assert.deepEqual(
    [...parsed.given],
    [
      ['no-color', true],
      ['only', ['a', 'b']],
    ],
  );
  const bare = await parseCommandLine(['restore'], surroundings);
  assert.ok(bare.type === 'run');
  assert.deepEqual([...bare.given], []);
});

test('the help of all verbs names each, and that of a verb its examples and the exit codes', async () => {
  for (const argv of [[], ['--help'], ['-h']]) {
    const help = await parseCommandLine(argv, surroundings);
    assert.ok(help.type === 'help');
    for (const { name, summary } of registry) {
      assert.ok(help.text.includes(`  ${name} `), name);
      assert.ok(help.text.replaceAll(/\s+/g, ' ').includes(summary), summary);
    }
  }
  for (const { name, load } of registry) {
    const help = await parseCommandLine([name, '--help'], surroundings);
    assert.ok(help.type === 'help');
    const { examples, options } = await load();
    assert.ok(examples.length > 0);
    for (const text of [...examples, 'Exit codes', '130', ...options.map((option) => `--${option.name}`)]) {
      assert.ok(help.text.includes(text), `${name}: ${text}`);
    }
    for (const line of help.text.split('\n')) assert.ok(line.length <= 120, line);
  }
});

test('every option of a verb is in the table of options, under one name each', async () => {
  const known = new Set(Object.values(verbOptions).map(({ name }) => name as string));
  const globals = new Set(globalOptions.map(({ name }) => name));
  for (const { name, load } of registry) {
    for (const option of (await load()).options) {
      assert.ok(known.has(option.name), `${name} --${option.name}`);
      assert.ok(!globals.has(option.name), `${name} --${option.name}`);
    }
  }
});

test('what is not understood is a usage error with a suggestion', async () => {
  const cases: readonly (readonly [argv: readonly string[], next: RegExp])[] = [
    [['bakcup'], /Did you mean backup\?/],
    [['diff', 'latest', 'live', '--kind', 'proxy'], /Did you mean --kinds\?/],
    [['ls'], /holdfast ls --help/],
    [['ls', 'a', 'b', 'c'], /holdfast ls --help/],
    [['--org'], /holdfast --help/],
    [['undo'], /holdfast --help/],
  ];
  for (const [argv, next] of cases) {
    await assert.rejects(
      parseCommandLine(argv, surroundings),
      (error) => error instanceof UserError && error.code === 'USAGE' && next.test(error.next ?? ''),
      argv.join(' '),
    );
  }
});
