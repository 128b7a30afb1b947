import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCredentials } from './credential-patterns.ts';

/** What is found in a text, and which part of it. Samples are put together, so that no scanner takes this file for a leak. */
function found(text: string): readonly (readonly [what: string, secret: string])[] {
  return findCredentials(text).map(({ what, start, end }) => [what, text.slice(start, end)]);
}

interface Shape {
  readonly what: string;
  /** Before the part that is counted, which belongs to the credential. */
  readonly prefixes: readonly string[];
  /** Every sort of character that the counted part may have, as many as it needs at least. */
  readonly shortest: string;
  /** Of that part a character that ends it. */
  readonly stop: string;
}

const shapes: readonly Shape[] = [
  { what: 'Google API key', prefixes: ['AIza'], shortest: `aZ0_-${'b'.repeat(30)}`, stop: '.' },
  { what: 'Google access token', prefixes: ['ya29.'], shortest: `aZ0_-.${'b'.repeat(14)}`, stop: '/' },
  { what: 'Google client secret', prefixes: ['GOCSPX-'], shortest: `aZ0_-${'b'.repeat(15)}`, stop: '.' },
  {
    what: 'GitHub token',
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    shortest: `aZ0${'b'.repeat(27)}`,
    stop: '-',
  },
  { what: 'GitHub token', prefixes: ['github_pat_'], shortest: `aZ0_${'b'.repeat(26)}`, stop: '-' },
  {
    what: 'Slack token',
    prefixes: ['xoxa-', 'xoxb-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-'],
    shortest: 'aZ0_-bbbbb',
    stop: '.',
  },
  {
    what: 'Stripe key',
    prefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'],
    shortest: `aZ0${'b'.repeat(13)}`,
    stop: '_',
  },
];

test('a token is found from its shortest length on, and to its end', () => {
  for (const { what, prefixes, shortest, stop } of shapes) {
    for (const prefix of prefixes) {
      const token = prefix + shortest;
      assert.deepEqual(found(`x ${token}${stop}y`), [[what, token]], token);
      assert.deepEqual(found(`x ${token.slice(0, -1)}${stop}y`), [], `one shorter: ${token}`);
      assert.deepEqual(found(`x${token}`), [], `in a word: ${token}`);
    }
  }
});

test('what only begins like a token is none', () => {
  const tail = 'b'.repeat(40);
  for (const text of [`ghx_${tail}`, `xoxz-${tail}`, `pk_live_${tail}`, `sk_prod_${tail}`, `AKIX${'A'.repeat(16)}`])
    assert.deepEqual(found(text), [], text);
});

test('an AWS access key has sixteen characters behind AKIA or ASIA, no fewer and no more', () => {
  for (const prefix of ['AKIA', 'ASIA']) {
    const key = `${prefix}${'ABCDEFGH12345678'}`;
    assert.deepEqual(found(`id ${key}.`), [['AWS access key', key]]);
    for (const other of [key.slice(0, -1), `${key}A`, key.toLowerCase(), `x${key}`])
      assert.deepEqual(found(`id ${other}.`), [], other);
  }
});

test('a storage key of Azure is what stands behind AccountKey, with its padding', () => {
  const key = `aZ0+/${'b'.repeat(35)}`;
  for (const padding of ['', '=', '==']) {
    const text = `AccountName=x;AccountKey=${key}${padding};EndpointSuffix=y`;
    assert.deepEqual(found(text), [['Azure storage key', key + padding]], text);
  }
  assert.deepEqual(found(`AccountKey=${key.slice(0, -1)};`), []);
});

test('a header of authorization is found with any blanks, from eight characters on, with its padding', () => {
  for (const scheme of ['Basic ', 'Bearer \t ', 'bearer ']) {
    for (const value of ['aZ0+/_.~', 'aZ0+/_.~-=', 'aZ0+/_.~-=='])
      assert.deepEqual(found(`${scheme}${value}`), [['authorization header', value]], scheme + value);
    assert.deepEqual(found(`${scheme}aZ0+/_.`), [], scheme);
  }
  assert.deepEqual(found('xBasic aZ0+/_.~-'), []);
});

test('a JSON web token has three parts, of which the last may be empty', () => {
  const [head, body] = ['eyJaZ0_-bbb', 'aZ0_-bbb'];
  assert.deepEqual(found(`x ${head}.${body}.sig_-1,`), [['JSON web token', `${head}.${body}.sig_-1`]]);
  assert.deepEqual(found(`x ${head}.${body}.,`), [['JSON web token', `${head}.${body}.`]]);
  for (const other of [`${head.slice(0, -1)}.${body}.x`, `${head}.${body.slice(0, -1)}.x`, `${head}.${body}`])
    assert.deepEqual(found(`x ${other},`), [], other);
});

test('a password in a URL is found with a user and without, in any scheme', () => {
  assert.deepEqual(found('amqp+ssl://:hunter2@h/x'), [['credentials in a URL', 'hunter2']]);
  assert.deepEqual(found('HTTPS://bob:hun:ter2@h'), [['credentials in a URL', 'hun:ter2']]);
  for (const text of ['https://h:8080/a@b', 'https://bob@h/x', 'https://bob:@h', '//bob:hunter2@h'])
    assert.deepEqual(found(text), [], text);
});

test('an expression that points to a credential is none, and one that only contains such words is', () => {
  const words = [
    'true',
    'false',
    'null',
    'undefined',
    'None',
    'private.a-b.c_d',
    'request.header.x',
    'context.flow-1',
    'ref://x/y z',
  ];
  for (const word of words) assert.deepEqual(found(`<Password>${word}</Password>`), [], word);
  for (const value of [
    'trueish',
    'untrue',
    'private.',
    'request.',
    'context.',
    'request./x',
    'context./x',
    'private./x',
    'my private.x',
    'private.x/y',
    'aref://x',
    'ref:/x',
  ])
    assert.deepEqual(found(`<Password>${value}</Password>`), [['value named as a credential', value]], value);
});

test('of places that overlap the first and longest is taken, and neighbours are all found', () => {
  const jwt = 'eyJaZ0_-bbb.aZ0_-bbb.x';
  assert.deepEqual(found(`Authorization: Bearer ${jwt}`), [['JSON web token', jwt]]);
  assert.deepEqual(found('password=aaa;token=bbb'), [
    ['value named as a credential', 'aaa'],
    ['value named as a credential', 'bbb'],
  ]);
});
