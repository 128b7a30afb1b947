import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from './errors.ts';
import { holeMarker } from './hole-marker.ts';
import type { JsonValue } from './json.ts';
import { candidatesOf, lineCandidates, parseSearchTerm, searchableBody } from './search-term.ts';

const body: JsonValue = {
  host: 'backend',
  port: '443',
  sSLInfo: { enabled: true, ciphers: ['A', 'B'] },
  attributes: [
    { name: 'tier', value: 'gold' },
    { name: 'apiKey', value: 'x' },
  ],
  labels: { 'a.b': 'dotted', constructor: 'c' },
};

function found(term: string, value: JsonValue = body): readonly string[] {
  return candidatesOf(value, parseSearchTerm(term).steps).map(({ at, text }) => `${at}=${text}`);
}

test('a path reaches scalars, through arrays by itself', () => {
  assert.deepEqual(found('host=x'), ['host=backend']);
  assert.deepEqual(found('sSLInfo.enabled=true'), ['sSLInfo.enabled=true']);
  assert.deepEqual(found('sSLInfo.ciphers~A'), ['sSLInfo.ciphers[0]=A', 'sSLInfo.ciphers[1]=B']);
  assert.deepEqual(found('attributes.value~g'), ['attributes[0].value=gold', 'attributes[1].value=x']);
  assert.deepEqual(found('attributes[].value~g'), found('attributes.value~g'));
  assert.deepEqual(found('attributes[tier].value=gold'), ['attributes[0].value=gold']);
  assert.deepEqual(found('attributes[1].value=x'), ['attributes[1].value=x']);
  assert.deepEqual(found('labels["a.b"]=d'), ['labels["a.b"]=dotted']);
  assert.deepEqual(found('labels[*]=d'), ['labels["a.b"]=dotted', 'labels.constructor=c']);
  assert.deepEqual(found('sSLInfo=x'), []);
  assert.deepEqual(found('toString=x'), []);
  assert.deepEqual(found('[0].a=1', [{ a: '1' }]), ['[0].a=1']);
});

test('the first = or ~ that is no part of the path divides a term', () => {
  assert.deepEqual(parseSearchTerm('a.b~x=1~2').operand, 'x=1~2');
  assert.deepEqual(parseSearchTerm('a=').operand, '');
  assert.equal(parseSearchTerm('labels["a=b"]=c').operand, 'c');
  assert.deepEqual(parseSearchTerm('bundle.file~x').of, 'file');
  assert.deepEqual(parseSearchTerm('bundle.name~x').of, 'body');
  for (const bad of ['', 'host', '=x', '~x', 'a~', 'a..b=1', 'a[=1', 'a["b=1', '.a=1', 'a]=1']) {
    assert.throws(() => parseSearchTerm(bad), UserError, bad);
  }
});

test('an attribute is called by its name, everything else by its field', () => {
  const [tier, key] = candidatesOf(body, parseSearchTerm('attributes.value=1').steps);
  assert.deepEqual([tier?.name, key?.name], ['tier', 'apiKey']);
});

test('numbers are as they are written; a secret is there only when it is given', () => {
  const text = `{"n":12345678901234567890,"e":1e3,"secret":${JSON.stringify(holeMarker(0))},"list":[1.50]}`;
  const holes = [{ path: 'secret', tag: 't' }];
  const closed = searchableBody({ text, holes }, () => undefined);
  assert.deepEqual(closed, { n: '12345678901234567890', e: '1e3', list: ['1.50'] });
  const open = searchableBody({ text, holes }, (path) => (path === 'secret' ? 's3' : undefined));
  assert.deepEqual(found('secret=s3', open), ['secret=s3']);
});

test('lines are counted from 1, whatever ends them', () => {
  assert.deepEqual(
    lineCandidates('a.js', 'x\r\ny\n').map(({ at, text }) => [at, text]),
    [
      ['a.js:1', 'x'],
      ['a.js:2', 'y'],
      ['a.js:3', ''],
    ],
  );
});

test('a term that cannot be read is told with what is wrong and what one looks like', () => {
  const next =
    "Write FIELD=VALUE or FIELD~REGEX: 'host=backend.example', 'attributes[tier].value~^gold', 'bundle.file~SetHeader'.";
  const misread = (text: string, why: string): void => {
    assert.throws(() => parseSearchTerm(text), { code: 'USAGE', message: `"${text}" is no search term: ${why}`, next });
  };
  misread('host', 'it has no FIELD before = or ~.');
  misread('=x', 'it has no FIELD before = or ~.');
  misread('a~', 'the regular expression is empty.');
  misread('.a=1', '".a" is no field path.');
});

test('a term has its test, its operand and its steps', () => {
  assert.deepEqual(parseSearchTerm('a["b\\"c"][].d[e][*]=x'), {
    text: 'a["b\\"c"][].d[e][*]=x',
    of: 'body',
    steps: [
      { type: 'field', name: 'a' },
      { type: 'field', name: 'b"c' },
      { type: 'any' },
      { type: 'field', name: 'd' },
      { type: 'element', key: 'e' },
      { type: 'any' },
    ],
    test: 'equals',
    operand: 'x',
  });
  assert.deepEqual(parseSearchTerm('bundle.file~x'), {
    text: 'bundle.file~x',
    of: 'file',
    steps: [],
    test: 'matches',
    operand: 'x',
  });
});

test('texts that are no secrets are found as they are, and a scalar alone has no name', () => {
  const open = searchableBody({ text: '{"a":"plain","b":null}', holes: [] }, () => 'never');
  assert.deepEqual(open, { a: 'plain', b: null });
  assert.deepEqual(candidatesOf('alone', []), [{ at: '', name: '', text: 'alone' }]);
});

test('an element is found by its name before its number', () => {
  const list = { items: [{ name: 'x', v: 'a' }, { name: '0', v: 'b' }, 'c'] };
  assert.deepEqual(found('items[0].v=1', list), ['items[1].v=b']);
  assert.deepEqual(found('items[1].v=1', list), ['items[1].v=b']);
  assert.deepEqual(found('items[2]=c', list), ['items[2]=c']);
  assert.deepEqual(found('items[3]=c', list), []);
  assert.deepEqual(found('items[x1].v=1', list), []);
  assert.deepEqual(found('items[].name=x', list), ['items[0].name=x', 'items[1].name=0']);
});
