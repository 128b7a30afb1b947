import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainResidue, keysByTag, type Named } from './explain-residue.ts';

const TAG = `~${'0a'.repeat(16)}`;
const keyOf = keysByTag([{ kind: 'key', key: 'jo@x.example/My app/K1', value: { consumerKey: 'K1' } }], () =>
  TAG.slice(1),
);

const pairs: readonly { readonly named: Named; readonly left: readonly string[] }[] = [
  {
    named: { code: 'UNREADABLE', id: 'environments/dev/keystores/own%20keys/aliases/pay%2Fme' },
    left: ['only left: keystore alias dev/own keys/pay/me'],
  },
  {
    named: { code: 'UNREADABLE', id: 'keyvaluemaps/pins/entries/slot%201' },
    left: ['only left: key value map entry pins/slot 1'],
  },
  {
    named: { code: 'UNREADABLE', id: 'apis/orders/keyvaluemaps/pins/entries/a' },
    left: ['only left: key value map entry apis/orders/pins/a'],
  },
  {
    named: { code: 'EXPIRED', id: 'environments/prod/securityActions/lapsed' },
    left: ['only left: security action prod/lapsed'],
  },
  {
    named: { code: 'EXPIRED', id: 'developers/jo@x.example/subscriptions/gold@1732320000000' },
    left: ['only left: subscription jo@x.example/gold@1732320000000'],
  },
  {
    named: { code: 'EXPIRED', id: 'appgroups/guild/subscriptions/gold' },
    left: ['only left: subscription guild/gold~2'],
  },
  {
    named: { code: 'EXPIRED_KEY', id: `developers/jo@x.example/apps/My%20app/keys/${TAG}` },
    left: ['only left: key jo@x.example/My app/K1'],
  },
  {
    named: { code: 'NOT_SETTABLE', id: 'developers/jo@x.example/balance' },
    left: ['only left: wallet jo@x.example/EUR', 'only left: wallet jo@x.example/USD'],
  },
];

for (const { named, left } of pairs) {
  test(`${named.id} explains its own line, and needs it`, () => {
    assert.deepEqual(explainResidue(left, [named], keyOf), { unnamed: [], unfounded: [] });
    assert.deepEqual(explainResidue([], [named], keyOf).unfounded, [`${named.code} ${named.id}`]);
    assert.deepEqual(explainResidue(left, [], keyOf).unnamed, left);
    const otherCode = explainResidue(left, [{ ...named, code: 'NO_WRITE' }], keyOf);
    assert.deepEqual([otherCode.unnamed.length, otherCode.unfounded.length], [left.length, 1]);
    const differs = left.map((line) => line.replace('only left', 'differs'));
    assert.deepEqual(explainResidue(differs, [named], keyOf).unnamed, differs);
  });
}

test('as many lines as are named are not enough: each has to be its own', () => {
  const left = ['only left: key value map entry pins/b', 'only left: wallet guild/EUR'];
  const named = [
    { code: 'UNREADABLE', id: 'keyvaluemaps/pins/entries/a' },
    { code: 'NOT_SETTABLE', id: 'developers/guild-2/balance' },
  ];
  assert.deepEqual(explainResidue(left, named, keyOf), {
    unnamed: left,
    unfounded: named.map(({ code, id }) => `${code} ${id}`),
  });
});

test('one that is named explains one line: a second purchase of the same plan needs to be named too', () => {
  const left = ['only left: subscription guild/gold', 'only left: subscription guild/gold~2'];
  const named = (number: string): Named => ({ code: 'EXPIRED', id: `appgroups/guild/subscriptions/gold${number}` });
  assert.deepEqual(explainResidue(left, [named('')], keyOf).unnamed, [left[1]]);
  assert.deepEqual(explainResidue(left, [named(''), named('~2')], keyOf), { unnamed: [], unfounded: [] });
});

test('a key that the dump never had explains nothing', () => {
  const named = { code: 'EXPIRED_KEY', id: `developers/jo@x.example/apps/My%20app/keys/~${'00'.repeat(16)}` };
  assert.deepEqual(explainResidue([], [named], keyOf).unfounded, [`EXPIRED_KEY ${named.id}`]);
});

test('keys of the same app are told apart by their tags', () => {
  const named = { code: 'EXPIRED_KEY', id: `developers/jo@x.example/apps/My%20app/keys/${TAG}` };
  assert.deepEqual(explainResidue(['only left: key jo@x.example/My app/K2'], [named], keyOf).unnamed.length, 1);
});
