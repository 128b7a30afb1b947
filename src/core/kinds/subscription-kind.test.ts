import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { appGroupSubscription } from './app-group-subscription.ts';
import { developerSubscription } from './developer-subscription.ts';
import { stateOf, writeContext } from './write-context.fixture.ts';

// The plan is made a thousand seconds after 1970 began.
const context = writeContext();
const NOW = '1970-01-01T00:16:40.000Z';
const bought = (kind: typeof developerSubscription, times: JsonObject) =>
  stateOf(kind, 'developers/ada/subscriptions/gold', { name: 'n1', apiproduct: 'gold', ...times });

const said = (cannot: readonly { readonly code: string; readonly why: string; readonly next: string }[] = []) =>
  cannot.map(({ code, why, next }) => [code, why, next]);

test('what has ended by the time of the plan is over, and a moment later it is not', () => {
  const over = developerSubscription.create(bought(developerSubscription, { endTime: '1000000' }), context);
  assert.deepEqual(over.calls, []);
  assert.deepEqual(said(over.cannot), [
    [
      'EXPIRED',
      `It ended at ${NOW}: what is over cannot be bought again as it was.`,
      'Nothing: the point keeps what it was.',
    ],
  ]);
  const still = developerSubscription.create(bought(developerSubscription, { endTime: '1000001' }), context);
  assert.deepEqual([still.calls.length, still.cannot], [1, undefined]);
  assert.equal(still.calls[0]?.reason, 'the subscription is missing');
  assert.equal(
    still.calls[0]?.risk,
    'It is a purchase: set-up and recurring fees of the rate plan may be charged again.',
  );
  for (const endTime of ['0', '-1', 'never', undefined]) {
    const times = endTime === undefined ? {} : { endTime };
    assert.equal(appGroupSubscription.create(bought(appGroupSubscription, times), context).cannot, undefined);
  }
});

test('an end that cannot be set is to be set by hand, however far away it is', () => {
  const made = (endTime: string) =>
    said(appGroupSubscription.create(bought(appGroupSubscription, { endTime }), context).cannot);
  const cannot = (at: string) => [
    [
      'NOT_SETTABLE',
      `It was to end at ${at}, and the end of such a subscription cannot be set.`,
      `Expire it by hand at ${at}.`,
    ],
  ];
  assert.deepEqual(made('2000000'), cannot('1970-01-01T00:33:20.000Z'));
  assert.deepEqual(made('8640000000000000'), cannot('+275760-09-13T00:00:00.000Z'));
  assert.deepEqual(made('8640000000000001'), cannot('8640000000000001'));
});

test('the end of a subscription that is there is not changed, and what to do is said', () => {
  const update = (wanted: JsonObject, found: JsonObject) => {
    const [desired, live] = [bought(developerSubscription, wanted), bought(developerSubscription, found)];
    const { calls, cannot } = developerSubscription.update(desired, live, context);
    assert.deepEqual(calls, []);
    return said(cannot)[0];
  };
  const why = (wanted: string, found: string) =>
    `The point has it ${wanted}, live it is ${found}: no call sets the end of a subscription that is there.`;
  const [early, late] = [{ endTime: '2000000' }, { endTime: '3000000' }];
  const [withEarly, withLate] = ['1970-01-01T00:33:20.000Z', '1970-01-01T00:50:00.000Z'].map(
    (at) => `with its end at ${at}`,
  );
  const again = 'Subscribe again by hand, if that is wanted: it is a new purchase, and begins later.';
  const expire = 'Expire it by hand, if that is wanted.';
  assert.deepEqual(update({}, early), ['NOT_SETTABLE', why('without an end', withEarly ?? ''), again]);
  assert.deepEqual(update(late, early), ['NOT_SETTABLE', why(withLate ?? '', withEarly ?? ''), again]);
  assert.deepEqual(update(early, late), ['NOT_SETTABLE', why(withEarly ?? '', withLate ?? ''), expire]);
  assert.deepEqual(update(early, {}), ['NOT_SETTABLE', why(withEarly ?? '', 'without an end'), expire]);
  assert.equal(update(early, early)?.[2], expire);
});

test('one that the point does not have is expired, where it has not ended', () => {
  const remove = (times: JsonObject, given = context) =>
    developerSubscription.remove(bought(developerSubscription, times), given);
  const nothing = 'Nothing: what has ended allows nothing.';
  const over = remove({ endTime: '1000000' });
  assert.deepEqual(over.calls, []);
  assert.deepEqual(said(over.cannot), [
    ['NO_WRITE', `It ended at ${NOW}, and no call deletes a subscription.`, nothing],
  ]);
  const open = remove({ endTime: '1000001', lastModifiedAt: '7' });
  assert.deepEqual(said(open.cannot), [
    ['NO_WRITE', 'It is ended, not deleted: no call deletes a subscription.', nothing],
  ]);
  const [call] = open.calls;
  const path = 'developers/ada/subscriptions/n1';
  assert.deepEqual(
    [call?.step, call?.action, call?.method, call?.path, call?.tolerates],
    ['expire', 'delete', 'POST', [`${path}:expire`], [404]],
  );
  assert.deepEqual(call?.lookup, { type: 'moved', method: 'GET', path: [path], field: 'lastModifiedAt', was: '7' });
  assert.equal(call?.risk, 'Ends the subscription at once: calls of the product are refused from then on.');
  assert.deepEqual(remove({}).calls[0]?.lookup, { type: 'repeat' });
  const gone = writeContext({ isRemoved: (id) => id === 'developers/ada' });
  assert.deepEqual(remove({}, gone), { calls: [] });
});

test('a subscription needs its product, and how it is billed where that is there', () => {
  assert.deepEqual(developerSubscription.needs(bought(developerSubscription, { apiproduct: 'a/b' })), [
    { id: 'apiproducts/a%2Fb', why: 'it subscribes to this product' },
    { id: 'developers/ada/monetizationConfig', why: 'how it is billed', ifMissing: 'idle' },
  ]);
});
