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
