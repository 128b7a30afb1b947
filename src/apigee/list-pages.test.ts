import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createManualClock } from '../platform/manual-clock.ts';
import { createSeededRandom } from '../platform/random.ts';
import { listNames, listWhole, type ListItem, nextStartKeyPages, startKeyPages, tokenPages } from './list-pages.ts';
import { createPacer } from './pacer.ts';
import { createScriptedHttp, type ScriptedHttp } from './scripted-http.ts';
import { createTransport, type Transport } from './transport.ts';

function open(http: ScriptedHttp): Transport {
  const clock = createManualClock();
  return createTransport({
    organization: 'o',
    endpoint: 'https://apigee.example',
    tokens: { describe: () => 'test', get: async () => ({ token: 't' }) },
    http,
    pacer: createPacer({ quotaPerMinute: 'unlimited', share: 1 }, clock),
    clock,
    random: createSeededRandom(1),
    writable: false,
    policy: { attempts: 1, firstPauseMs: 1, longestPauseMs: 1, longestAskedPauseMs: 1 },
  });
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function collectPages<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  return (await collect(pages)).flat();
}

const named = (name: string) => ({ name, note: `about ${name}` });
const nameOf = ({ body }: ListItem): unknown => body['name'];
const startKeyList = { path: 'things', query: { expand: 'true' }, items: 'thing', key: 'name' };

/** A server that pages `names` by inclusive start key. `meddle` may change a page: its call number counts from 0. */
function startKeyServer(
  names: readonly string[],
  pageSize: number,
  meddle: (page: readonly string[], call: number) => readonly string[] = (page) => page,
): ScriptedHttp {
  let call = -1;
  return createScriptedHttp((request) => {
    call += 1;
    const startKey = new URL(request.url).searchParams.get('startKey');
    const from = startKey === null ? 0 : names.findIndex((name) => name >= startKey);
    const page = from === -1 ? [] : names.slice(from, from + pageSize);
    const shown = meddle(page, call);
    return { json: shown.length === 0 ? {} : { thing: shown.map(named) } };
  });
}

const sortedNames = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 25 }).map((names) => names.sort());

test('a start-key list gives each item once, in any page size', async () => {
  await fc.assert(
    fc.asyncProperty(sortedNames, fc.integer({ min: 2, max: 9 }), async (names, pageSize) => {
      const items = await collectPages(startKeyPages(open(startKeyServer(names, pageSize)), startKeyList));
      assert.deepEqual(items.map(nameOf), names);
    }),
  );
});

test('a page that is repeated or skipped once is asked for again', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const repeated = startKeyServer(names, 3, (page, call) => (call === 2 ? ['a', 'b', 'c'] : page));
  assert.deepEqual((await collectPages(startKeyPages(open(repeated), startKeyList))).map(nameOf), names);
  const skipped = startKeyServer(names, 3, (page, call) => (call === 1 ? ['e', 'f', 'g'] : page));
  assert.deepEqual((await collectPages(startKeyPages(open(skipped), startKeyList))).map(nameOf), names);
});

test('an item that is deleted between two pages does not end the list', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const http = startKeyServer(names, 3, (page, call) => (call === 0 ? page : page.filter((name) => name !== 'c')));
  assert.deepEqual((await collectPages(startKeyPages(open(http), startKeyList))).map(nameOf), names);
});

test('a server that ignores start keys cannot make a list look complete', async () => {
  const http = createScriptedHttp(() => ({ json: { thing: ['a', 'b'].map(named) } }));
  await assert.rejects(collectPages(startKeyPages(open(http), startKeyList)), /do not begin with the key/);
});

test('where expansion and paging exclude each other, names are listed', async () => {
  const http = createScriptedHttp((_request, path) =>
    path.includes('expand')
      ? { status: 400, json: { error: { message: 'no' } } }
      : { json: { thing: [{ name: 'a' }] } },
  );
  assert.deepEqual(
    (await collectPages(startKeyPages(open(http), startKeyList))).map(({ body }) => body),
    [{ name: 'a' }],
  );
});

const tokenList = { path: 'things', query: { expand: 'true' }, items: 'thing', pageSize: 3 };

/** Pages by token; the token is the index of the next item. */
function tokenServer(
  count: number,
  options: { readonly last?: '' | undefined; readonly loopAt?: number } = {},
): ScriptedHttp {
  return createScriptedHttp((request) => {
    const from = Number(new URL(request.url).searchParams.get('pageToken') ?? 0);
    const thing = Array.from({ length: Math.min(3, count - from) }, (_, index) => named(`n${from + index}`));
    const next = from + 3 >= count ? options.last : String(from === options.loopAt ? from : from + 3);
    return {
      json: {
        ...(thing.length === 0 ? {} : { thing }),
        ...(next === undefined ? {} : { nextPageToken: next }),
        totalSize: count,
      },
    };
  });
}

test('a token list ends with an absent or an empty token, and says its total', async () => {
  for (const last of ['', undefined] as const) {
    for (const count of [0, 1, 3, 4, 9]) {
      const http = tokenServer(count, { last });
      const transport = open(http);
      const pages = await collect(tokenPages(transport, tokenList));
      assert.equal(pages.flatMap((page) => page.items).length, count);
      assert.equal(pages.at(-1)?.total, count);
      assert.equal(transport.usage().calls, Math.max(1, Math.ceil(count / 3)));
      assert.equal(transport.usage().floor, transport.usage().calls);
    }
  }
});

test('tokens that go in a circle are an error, not an end and not a hang', async () => {
  await assert.rejects(collect(tokenPages(open(tokenServer(12, { loopAt: 6 })), tokenList)), /circle/);
});

test('a token that expires starts the list anew, once', async () => {
  let expired = false;
  const server = tokenServer(9);
  const http = createScriptedHttp(async (request, path) => {
    if (path.includes('pageToken=6') && !expired) {
      expired = true;
      return { status: 400, json: { error: { status: 'INVALID_ARGUMENT', message: 'invalid page token' } } };
    }
    const answer = await server.send(request);
    return { json: JSON.parse(Buffer.from(answer.body).toString('utf8')) };
  });
  const items = (await collect(tokenPages(open(http), tokenList))).flatMap((page) => page.items.map(nameOf));
  assert.equal(new Set(items).size, 9);
});

test('items keep the source text the server sent', async () => {
  const http = createScriptedHttp(() => ({
    text: '{"thing" : [ {"name":"a", "n": 1.0} , {"name":"\\u0062"} ]}',
    headers: { 'content-type': 'application/json' },
  }));
  const items = await listWhole(open(http), { path: 'things', query: {}, items: 'thing' });
  assert.deepEqual(
    items.map((item) => item.text),
    ['{"name":"a", "n": 1.0}', '{"name":"\\u0062"}'],
  );
});

test('lists of another shape are errors, absent arrays are empty', async () => {
  const answering = (json: unknown) => open(createScriptedHttp(() => ({ json })));
  const list = { path: 'things', query: {}, items: 'thing' };
  assert.deepEqual(await listWhole(answering({}), list), []);
  assert.deepEqual(await listNames(answering(['b', 'a', 'b']), 'things'), ['b', 'a']);
  await assert.rejects(listWhole(answering({ thing: 'x' }), list), { code: 'REMOTE_ANSWER_INVALID' });
  await assert.rejects(listWhole(answering({ thing: ['x'] }), list), { code: 'REMOTE_ANSWER_INVALID' });
  await assert.rejects(listWhole(answering([]), list), { code: 'REMOTE_ANSWER_INVALID' });
  await assert.rejects(listNames(answering({}), 'things'), { code: 'REMOTE_ANSWER_INVALID' });
  await assert.rejects(listNames(answering([{ name: 'x' }]), 'things'), { code: 'REMOTE_ANSWER_INVALID' });
});

test('what says nothing of a list is no empty list, and a token that is no text is no end', async () => {
  const answering = (json: unknown) => open(createScriptedHttp(() => ({ json })));
  const list = { path: 'things', query: {}, items: 'thing', pageSize: 1 };
  for (const json of [
    { thing: null },
    { status: 'error', message: 'Internal error', requestId: '1' },
    { message: 'try later' },
    { status: 'success', error: 'x' },
  ])
    await assert.rejects(listWhole(answering(json), list), { code: 'REMOTE_ANSWER_INVALID' }, JSON.stringify(json));
  for (const token of [5, {}, [], true, null]) {
    const pages = tokenPages(answering({ thing: [named('a')], nextPageToken: token }), list);
    await assert.rejects(collect(pages), { code: 'REMOTE_ANSWER_INVALID', message: /"nextPageToken" that is no text/ });
    const plans = nextStartKeyPages(answering({ thing: [named('a')], nextStartKey: token }), list);
    await assert.rejects(collect(plans), { code: 'REMOTE_ANSWER_INVALID', message: /"nextStartKey" that is no text/ });
  }
});

test('a list that names the next start key gives every item, whether the next page repeats it or not', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const inclusive of [true, false]) {
    const http = createScriptedHttp((request) => {
      const asked = new URL(request.url).searchParams;
      assert.equal(asked.get('count'), '2');
      const from = asked.get('startKey') === null ? 0 : names.indexOf(asked.get('startKey') ?? '');
      const page = names.slice(from, from + 2);
      const next = inclusive ? page.at(-1) : names[from + 2];
      const isLast = from + 2 >= names.length;
      return { json: { plans: page.map(named), ...(isLast ? {} : { nextStartKey: next }) } };
    });
    const list = { path: 'plans', query: {}, items: 'plans', pageSize: 2 };
    const pages = await collect(nextStartKeyPages(open(http), list));
    assert.deepEqual([...new Set(pages.flatMap(({ items }) => items.map(nameOf)))], names);
  }
});

test('an empty list in the wrapper of a portal is empty', async () => {
  const http = createScriptedHttp(() => ({ json: { status: 'success', requestId: 'x', message: 'done' } }));
  assert.deepEqual(await listWhole(open(http), { path: 'sites/s/apicategories', query: {}, items: 'data' }), []);
});
