import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fileNameOf, nameOfFile } from './file-name.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);
const naming = { digest, reserved: '.json' };

const devices = ['con', 'CON', 'Nul.txt', 'com1', 'LPT9.json', 'aux.', 'conin$', 'clock$.x'];
const nasty = [
  '..',
  '.',
  '',
  'a/b',
  'a\\b',
  '../../etc/passwd',
  'a.',
  'a. ',
  ' a',
  'a:b',
  'a\u0000b',
  'x.JSON',
  '%',
  '%41',
  '%~a',
];
const hostileName = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...devices, ...nasty),
  fc.string({ unit: 'binary', minLength: 60, maxLength: 600 }),
);

test('ordinary names stay as they are', () => {
  for (const name of ['orders', 'Payments-v1', 'a_b.c', 'dev@example.com', '~33a5e1405b6f2dbf']) {
    assert.equal(fileNameOf(name, naming), name);
  }
});

test('what a file system would understand is encoded', () => {
  const cases: Readonly<Record<string, string>> = {
    '..': '%2E%2E',
    '.': '%2E',
    '.git': '%2Egit',
    CON: '%43ON',
    'nul.txt': '%6Eul.txt',
    console: 'console',
    'a/b': 'a%2Fb',
    'a.': 'a%2E',
    'a b': 'a%20b',
    'x.json': 'x%2Ejson',
    'a\u001bb': 'a%1Bb',
    ü: '%C3%BC',
    '%': '%25',
    '': '%',
  };
  for (const [name, expected] of Object.entries(cases)) assert.equal(fileNameOf(name, naming), expected);
});

test('every name has a file name that every file system takes, and comes back from it', () => {
  fc.assert(
    fc.property(hostileName, fc.boolean(), fc.boolean(), (name, noCapitals, apart) => {
      const fileName = fileNameOf(name, { ...naming, noCapitals, apart });
      assert.match(fileName, /^[A-Za-z0-9_@~!$'(),;=+%-][A-Za-z0-9._@~!$'(),;=+%-]*$/);
      assert.ok(fileName.length + '.json'.length <= 255);
      assert.ok(!/[. ]$/.test(fileName));
      assert.ok(!/^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$)(?:\.|$)/i.test(fileName), fileName);
      assert.ok(!fileName.toLowerCase().endsWith('.json'));
      const back = nameOfFile(fileName);
      const end = `%~${digest(new TextEncoder().encode(name))}${apart ? '%' : ''}`;
      if (back === undefined) assert.ok(fileName.endsWith(end));
      else assert.equal(back, name);
    }),
    { numRuns: 2_000 },
  );
});

test('two names never share a file name, not even where case means nothing, once capitals are encoded', () => {
  fc.assert(
    fc.property(hostileName, hostileName, (one, other) => {
      if (one === other) return;
      assert.notEqual(fileNameOf(one, naming), fileNameOf(other, naming));
      const lower = (name: string): string => fileNameOf(name, { ...naming, noCapitals: true }).toLowerCase();
      assert.notEqual(lower(one), lower(other));
      // A name in capitals beside one that has none: one encoded, the other as it is.
      const small = one.toLowerCase();
      if (small !== one && small === small.toLowerCase())
        assert.notEqual(lower(one), fileNameOf(small, naming).toLowerCase());
    }),
    { numRuns: 2_000 },
  );
});

test('a file called as the folder beside it shares no file name with that folder, nor with anything else there', () => {
  fc.assert(
    fc.property(hostileName, hostileName, fc.boolean(), fc.boolean(), (file, other, noCapitals, reserves) => {
      const options = { digest, ...(reserves ? { reserved: '.json' } : {}), noCapitals };
      const apart = fileNameOf(file, { ...options, apart: true }).toLowerCase();
      assert.notEqual(apart, fileNameOf(file, options).toLowerCase());
      assert.notEqual(apart, fileNameOf(other, options).toLowerCase());
      const otherApart = fileNameOf(other, { ...options, apart: true });
      if (file !== other) assert.notEqual(fileNameOf(file, { ...options, apart: true }), otherApart);
    }),
    {
      numRuns: 2_000,
      examples: [
        ['ß', 'ß', true, true],
        ['', '', false, false],
        ['ß'.repeat(300), '', false, false],
      ],
    },
  );
});
