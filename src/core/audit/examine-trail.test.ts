import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlienBatch, NamedHead, SignedBatch } from './audit-objects.ts';
import { examineTrail, isTampering, type TrailFacts } from './examine-trail.ts';

const name = (stream: string, number: number): string => `audit/${stream}/00000${number}`;

function batch(stream: string, number: number, over: Partial<SignedBatch> = {}): SignedBatch {
  const at = '2026-05-10T00:00:00.000Z';
  const previous = number === 0 ? null : { name: name(stream, number - 1), hash: `${stream}${number - 1}` };
  return {
    state: 'genuine',
    name: name(stream, number),
    hash: `${stream}${number}`,
    stream,
    number,
    at,
    time: at,
    count: 2,
    previous,
    heads: [],
    last: false,
    spooled: false,
    signer: { role: 'writer', fingerprint: 'f' },
    records: [],
    ...over,
  };
}

const alien = (stream: string, number: number, kind: AlienBatch['kind']): AlienBatch => ({
  state: 'alien',
  name: name(stream, number),
  hash: 'alien',
  createdAt: '',
  kind,
  reason: 'it is odd',
});
const head = (stream: string, number: number, by = 'the monitor', hash = `${stream}${number}`): NamedHead => ({
  name: name(stream, number),
  hash,
  by,
});

function examine(facts: Partial<TrailFacts>) {
  return examineTrail({ objects: [], named: [], waiting: [], ...facts });
}

const found = (facts: Partial<TrailFacts>) =>
  examine(facts).findings.map(({ kind, object, reason }) => [kind, object, reason]);

test('an empty trail and a good one have nothing to find, and are counted', () => {
  assert.deepEqual(examine({}), { findings: [], streams: 0, batches: 0, records: 0, notOpened: 0 });
  const { records: _, ...unopened } = batch('b', 0, { last: true, heads: [head('a', 1)] });
  const objects = [batch('a', 0), batch('a', 1, { last: true }), unopened];
  assert.deepEqual(examine({ objects }), { findings: [], streams: 2, batches: 3, records: 6, notOpened: 1 });
});

test('what waits and what is open is to be known, and shows no tampering', () => {
  const { findings } = examine({ objects: [batch('a', 0)], waiting: [name('0', 0)] });
  assert.deepEqual(
    findings.map((finding) => [finding.kind, finding.object, isTampering(finding)]),
    [
      ['waiting', name('0', 0), false],
      ['open', 'audit/a', false],
    ],
  );
  assert.equal(
    findings[0]?.reason,
    'it waits in the spool of this machine and is not in the vault: `holdfast audit upload`',
  );
});

test('an open stream says what was going on in it', () => {
  const said = (records: SignedBatch['records']) =>
    found({ objects: [batch('a', 0, { records: records ?? [] })] })[0]?.[2];
  const end = 'or still runs. Its last batch, of 2026-05-10T00:00:00.000Z, is whole, and nothing names more of it';
  const began = (act: number, action?: string) =>
    ({ event: 'began', act, ...(action === undefined ? {} : { action }) }) as const;
  assert.equal(said([]), `it has no end: its process was killed, ${end}`);
  assert.equal(said([began(1, 'apply')]), `it has no end: its process was killed during apply, ${end}`);
  assert.equal(said([began(1, 'apply'), { event: 'ended', act: 1 }]), `it has no end: its process was killed, ${end}`);
  assert.equal(
    said([began(1), { event: 'ended', act: 2 }, began(3, 'prune')]),
    `it has no end: its process was killed during an action, prune, ${end}`,
  );
});

test('a stream that is continued or closed is not open', () => {
  const continues = head('a', 0);
  assert.deepEqual(found({ objects: [batch('a', 0), batch('b', 0, { continues, last: true })] }), []);
});

test('numbers that are missing below another, and tails that something names, are found', () => {
  const [zero, two] = [batch('a', 0), batch('a', 2, { last: true })];
  assert.deepEqual(found({ objects: [zero, two] }), [
    ['gap', name('a', 1), `it is missing, and ${name('a', 2)} is there`],
  ]);
  const objects = [batch('a', 0, { last: true })];
  const cut = (...named: readonly NamedHead[]) => found({ objects, named });
  assert.deepEqual(cut(head('a', 0)), []);
  assert.deepEqual(cut(head('a', 2, 'x'), head('a', 3, 'y'), head('a', 1, 'z')), [
    ['truncated', 'audit/a', `it ends with ${name('a', 0)}, and y names ${name('a', 3)}`],
  ]);
  assert.deepEqual(cut(head('b', 0)), [
    ['truncated', 'audit/b', `nothing of it is left, and the monitor names ${name('b', 0)}`],
  ]);
  assert.deepEqual(cut({ name: 'nonsense', hash: '', by: 'x' }), []);
});

test('two batches where there can be one are a fork, told once', () => {
  const objects = [batch('a', 0, { last: true })];
  const reason = `it is signed, and so was another batch of this number that x names`;
  assert.deepEqual(found({ objects, named: [head('a', 0, 'x', 'other'), head('a', 0, 'y', 'another')] }), [
    ['fork', name('a', 0), reason],
  ]);
});

test('two streams that go on behind one batch, or one beside its own next, are a fork', () => {
  const continues = head('a', 0);
  const [b, c] = [batch('b', 0, { continues, last: true }), batch('c', 0, { continues, last: true })];
  const fork = (one: string, other: string) => [
    ['fork', name('a', 0), `both ${one} and ${other} go on behind it: two processes wrote as one`],
  ];
  assert.deepEqual(found({ objects: [batch('a', 0), b, c] }), fork(name('b', 0), name('c', 0)));
  const own = [batch('a', 0), batch('a', 1, { last: true }), b];
  assert.deepEqual(found({ objects: own }), fork(name('a', 1), name('b', 0)));
});

test('what is no batch of its place is told with its kind, and as rewritten where another was named there', () => {
  for (const kind of ['squatted', 'replayed', 'rewritten', 'unknown-signer', 'revoked-signer'] as const) {
    const objects = [alien('a', 0, kind)];
    assert.deepEqual(found({ objects }), [[kind, name('a', 0), 'it is odd']]);
    assert.deepEqual(found({ objects, named: [head('a', 0, 'x', 'alien')] }), [[kind, name('a', 0), 'it is odd']]);
    const became = kind === 'squatted' || kind === 'unknown-signer' ? 'rewritten' : kind;
    assert.deepEqual(found({ objects, named: [head('a', 0)] }), [
      [became, name('a', 0), 'it is odd; the monitor names another batch there'],
    ]);
  }
});

test('what shows tampering stands before what is only to be known, by name', () => {
  const objects = [batch('a', 0), batch('c', 0, { malformed: 'it is cut', last: true }), alien('b', 0, 'squatted')];
  assert.deepEqual(
    examine({ objects }).findings.map(({ kind, object }) => [kind, object]),
    [
      ['squatted', name('b', 0)],
      ['malformed', name('c', 0)],
      ['open', 'audit/a'],
    ],
  );
});
