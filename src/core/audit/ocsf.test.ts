import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf, toOcsf } from './ocsf.ts';
import type { SiemEvent } from './siem-event.ts';

const ended: SiemEvent = {
  uid: 'ab12',
  atMs: 1_778_371_200_123,
  at: '2026-05-10T00:00:00.123Z',
  event: 'ended',
  action: 'restore',
  effect: 'changes',
  outcome: 'failure',
  result: 'failed',
  code: 'PLAN_STALE',
  user: 'ann',
  userType: 'user',
  host: 'desk',
  process: 42,
  version: '1.2.3',
  organization: 'acme-prod',
  reason: 'ticket 7',
  breakGlass: undefined,
  facts: { planHash: 'f00', ids: ['a', 'b'] },
  identities: [
    { service: 'apigee', identity: 'sa@x' },
    { service: 'azure', identity: 'app', issuer: 'https://sts.windows.net/t/' },
  ],
  signer: 'restorer cd34',
  batch: 'audit/s/000001',
};

/** What a process says when it opens its stream, where nothing more is known of it. */
const bare: SiemEvent = {
  ...ended,
  event: 'opened',
  action: 'stream',
  effect: undefined,
  outcome: 'unknown',
  result: undefined,
  code: undefined,
  user: 'unknown',
  userType: undefined,
  host: 'unknown',
  process: undefined,
  version: 'unknown',
  organization: undefined,
  reason: undefined,
  facts: {},
  identities: [],
};

function attributes(over: Partial<SiemEvent>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(toOcsf({ ...ended, ...over })));
}

test('a record is an event of API Activity with all that is known of it', () => {
  assert.deepEqual(toOcsf(ended), {
    activity_id: 3,
    activity_name: 'Update',
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: 6003,
    class_name: 'API Activity',
    type_uid: 600_303,
    time: 1_778_371_200_123,
    severity_id: 3,
    severity: 'Medium',
    status_id: 2,
    status: 'Failure',
    status_detail: 'failed',
    status_code: 'PLAN_STALE',
    message: 'restore ended: failed; organization acme-prod; planHash f00; ids a, b',
    metadata: {
      version: '1.3.0',
      product: { name: 'Holdfast', vendor_name: 'Holdfast', version: '1.2.3' },
      uid: 'ab12',
      original_time: '2026-05-10T00:00:00.123Z',
      log_name: 'audit',
      event_code: 'restore ended',
    },
    actor: {
      user: { name: 'ann', type_id: 1 },
      process: { pid: 42 },
      session: { issuer: 'https://sts.windows.net/t/' },
      app_name: 'holdfast',
    },
    src_endpoint: { hostname: 'desk' },
    api: { operation: 'restore', service: { name: 'holdfast' } },
    resources: [{ type: 'apigee-organization', name: 'acme-prod' }],
    unmapped: {
      event: 'ended',
      effect: 'changes',
      reason: 'ticket 7',
      break_glass: null,
      signer: 'restorer cd34',
      batch: 'audit/s/000001',
      identities: ended.identities,
      facts: { planHash: 'f00', ids: ['a', 'b'] },
    },
  });
});

test('what is not known of a record is not in its event', () => {
  assert.deepEqual(toOcsf(bare), {
    activity_id: 99,
    activity_name: 'stream',
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: 6003,
    class_name: 'API Activity',
    type_uid: 600_399,
    time: 1_778_371_200_123,
    severity_id: 1,
    severity: 'Informational',
    status_id: 0,
    status: 'Unknown',
    message: 'stream opened',
    metadata: {
      version: '1.3.0',
      product: { name: 'Holdfast', vendor_name: 'Holdfast', version: 'unknown' },
      uid: 'ab12',
      original_time: '2026-05-10T00:00:00.123Z',
      log_name: 'audit',
      event_code: 'stream opened',
    },
    actor: { user: { name: 'unknown', type_id: 0 }, app_name: 'holdfast' },
    src_endpoint: { hostname: 'unknown' },
    api: { operation: 'stream', service: { name: 'holdfast' } },
    unmapped: {
      event: 'opened',
      effect: null,
      reason: null,
      break_glass: null,
      signer: 'restorer cd34',
      batch: 'audit/s/000001',
      identities: [],
      facts: {},
    },
  });
});

// Numbers and captions of `activity_id` in the class API Activity of OCSF 1.3.0.
test('the activity is that of the first word of the action, and its own name where the class has none', () => {
  const expected: Readonly<Record<string, readonly [id: number, name: string]>> = {
    init: [1, 'Create'],
    backup: [1, 'Create'],
    cat: [2, 'Read'],
    find: [2, 'Read'],
    export: [2, 'Read'],
    'export apigeecli': [2, 'Read'],
    apply: [3, 'Update'],
    restore: [3, 'Update'],
    undo: [3, 'Update'],
    prune: [4, 'Delete'],
    'key add': [99, 'key add'],
    verify: [99, 'verify'],
    '': [99, ''],
  };
  for (const [action, [id, name]] of Object.entries(expected)) {
    const said = attributes({ action });
    assert.deepEqual(
      [said['activity_id'], said['activity_name'], said['type_uid']],
      [id, name, 600_300 + id],
      `action "${action}"`,
    );
  }
});

test('break-glass weighs more than a failure, a failure more than a reveal', () => {
  const severity = (over: Partial<SiemEvent>): readonly unknown[] => {
    const said = attributes(over);
    return [said['severity_id'], said['severity']];
  };
  assert.deepEqual(severity({ breakGlass: 'fire' }), [4, 'High']);
  assert.deepEqual(severity({ effect: 'reveals' }), [3, 'Medium']);
  assert.deepEqual(severity({ effect: 'reveals', outcome: 'success' }), [2, 'Low']);
  assert.deepEqual(severity({ outcome: 'success' }), [1, 'Informational']);
  assert.deepEqual(severity({ outcome: 'unknown' }), [1, 'Informational']);
});

test('an outcome has its number and caption', () => {
  const { status_id: id, status } = attributes({ outcome: 'success' });
  assert.deepEqual([id, status], [1, 'Success']);
});

test('a workload is a system account, and an issuer is that of the first identity that has one', () => {
  const { actor } = attributes({ userType: 'workload', identities: [{ service: 'azure', identity: 'app' }] });
  assert.deepEqual(actor, { user: { name: 'ann', type_id: 3 }, process: { pid: 42 }, app_name: 'holdfast' });
});

test('why the glass was broken is told', () => {
  const { unmapped } = attributes({ breakGlass: 'fire' });
  assert.deepEqual(Object.entries(unmapped ?? {}).find(([name]) => name === 'break_glass')?.[1], 'fire');
});

test('the message names the organization once, and only what is known', () => {
  const facts = { organization: 'beta', calls: 12, yes: true };
  assert.equal(messageOf({ ...ended, facts }), 'restore ended: failed; organization beta; calls 12; yes true');
  assert.equal(messageOf({ ...ended, result: undefined, facts: {} }), 'restore ended: organization acme-prod');
  assert.equal(messageOf({ ...bare, facts: { only: ['a', 'b'] } }), 'stream opened: only a, b');
  assert.equal(messageOf({ ...bare, result: 'done' }), 'stream opened: done');
});
