import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlacedRecord } from './audit-action.ts';
import type { AuditRecord } from './audit-record.ts';
import { toCef } from './cef.ts';
import { toOcsf } from './ocsf.ts';
import { type ActionContext, type SiemEvent, toSiemEvent } from './siem-event.ts';

const hash = 'ab'.repeat(32);
const at = '2026-05-10T00:00:00.123Z';

function placed(record: Partial<AuditRecord> & Pick<AuditRecord, 'event'>): PlacedRecord {
  return {
    // What each case is about stands in it; the rest is the same.
    record: { at, previous: null, act: 1, ...record } as AuditRecord,
    hash,
    batch: 'audit/20260510T000000000Z-0123456789abcdef/000001',
    stream: '20260510T000000000Z-0123456789abcdef',
    signer: { role: 'restorer', fingerprint: 'cd'.repeat(16) },
    opened: {
      event: 'opened',
      principal: { type: 'workload', name: 'github:acme/gateway' },
      host: 'ci-7',
      process: 42,
      tool: 'holdfast 1.2.3',
    },
  };
}

const context: ActionContext = { action: 'restore', effect: 'changes', organization: 'acme-prod', reason: 'ticket 7' };

function event(record: Partial<AuditRecord> & Pick<AuditRecord, 'event'>, over: ActionContext = context): SiemEvent {
  return toSiemEvent(placed(record), Date.parse(at), over);
}

const ended = {
  event: 'ended',
  result: 'failed',
  exit: 5,
  code: 'PLAN_STALE',
  facts: { planHash: 'f00', run: 3 },
} as const;

const signedIn = {
  identity: 'restore@acme.iam.gserviceaccount.com, by managed identity',
  issuer: 'https://sts.windows.net/t/',
  azureIdentity: 'managed identity of this machine',
} as const;

const events: readonly SiemEvent[] = [
  event({ event: 'ended', result: 'done', exit: 0, facts: signedIn }),
  toSiemEvent(placed({ event: 'opened' }), Date.parse(at), undefined),
  event({ event: 'began', action: 'restore', effect: 'changes', given: { yes: true, only: ['a/**', 'b'] } }),
  event({ event: 'declared', facts: { planHash: 'f00', calls: 12 } }),
  event(ended),
  event(
    { event: 'ended', result: 'done', exit: 0, facts: {} },
    { action: 'key rotate', effect: 'changes', breakGlass: 'x' },
  ),
  event({ event: 'ended', result: 'done', exit: 0, facts: { ids: ['a', 'b'] } }, { action: 'cat', effect: 'reveals' }),
];

type Json = Readonly<Record<string, unknown>>;

function part(value: unknown, name: string): Json {
  assert.ok(typeof value === 'object' && value !== null, name);
  return value as Json;
}

// The rules of version 1.3.0 for the class API Activity (6003): attributes that it, the base event, and the objects in it require.
test('OCSF events have every attribute that API Activity requires, with its type and its numbers', () => {
  for (const one of events) {
    const ocsf = part(toOcsf(one), 'event');
    assert.equal(ocsf['category_uid'], 6);
    assert.equal(ocsf['class_uid'], 6003);
    assert.ok([0, 1, 2, 3, 4, 99].includes(Number(ocsf['activity_id'])));
    assert.equal(ocsf['type_uid'], 600_300 + Number(ocsf['activity_id']));
    if (ocsf['activity_id'] === 99) assert.equal(ocsf['activity_name'], one.action, 'what is other has its own name');
    assert.ok([0, 1, 2, 3, 4, 5, 6, 99].includes(Number(ocsf['severity_id'])));
    assert.ok([0, 1, 2, 99].includes(Number(ocsf['status_id'])));
    assert.equal(ocsf['time'], 1_778_371_200_123, 'milliseconds since the epoch');
    const metadata = part(ocsf['metadata'], 'metadata');
    assert.equal(metadata['version'], '1.3.0');
    assert.equal(typeof part(metadata['product'], 'product')['vendor_name'], 'string');
    assert.equal(metadata['uid'], hash);
    const user = part(part(ocsf['actor'], 'actor')['user'], 'user');
    assert.equal(typeof user['name'], 'string');
    assert.ok([0, 1, 2, 3, 99].includes(Number(user['type_id'])));
    assert.equal(typeof part(ocsf['api'], 'api')['operation'], 'string');
    assert.equal(typeof part(ocsf['src_endpoint'], 'src_endpoint')['hostname'], 'string');
  }
  const failed = part(toOcsf(event(ended)), 'event');
  assert.deepEqual(
    [failed['status'], failed['status_code'], failed['activity_name']],
    ['Failure', 'PLAN_STALE', 'Update'],
  );
});

// CEF version 0: seven header fields, in which | and \ are escaped; then key=value, in which = and \ are, and no line break.
test('CEF lines have seven header fields, and keys of its dictionary with values of their length', () => {
  const longest: Readonly<Record<string, number>> = {
    act: 63,
    externalId: 40,
    outcome: 63,
    reason: 1023,
    msg: 1023,
    suser: 1023,
    shost: 1023,
    cat: 1023,
    flexString1: 1023,
    flexString2: 1023,
  };
  const known = /^(rt|externalId|cat|act|outcome|reason|suser|shost|spid|msg|cs[1-6](Label)?|flexString[12](Label)?)$/;
  const long = event({
    event: 'ended',
    result: 'done',
    exit: 0,
    facts: { ids: Array.from({ length: 400 }, (_, n) => `developers/d${n}`) },
  });
  for (const one of [...events, long]) {
    const line = toCef(one);
    assert.ok(!/[\r\n]/.test(line));
    const fields = line.split(/(?<!\\)\|/);
    assert.deepEqual([fields[0], fields[1], fields[2], fields[3]], ['CEF:0', 'Holdfast', 'Holdfast', '1.2.3']);
    const severity = Number(fields[6]);
    assert.ok(Number.isInteger(severity) && severity >= 0 && severity <= 10);
    const extension = fields.slice(7).join('|');
    const keys = [...extension.matchAll(/(?:^| )(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)/g)];
    assert.ok(keys.length >= 8);
    for (const [, key = '', value = ''] of keys) {
      assert.match(key, known);
      assert.ok(value.replaceAll(/\\(.)/g, '$1').length <= (longest[key] ?? 4000), key);
    }
    for (const [, label = ''] of extension.matchAll(/ (cs[1-6])Label=/g)) assert.ok(extension.includes(` ${label}=`));
  }
  assert.ok(toCef(long).includes('…'), 'what is cut is marked');
});

test('what would end a field or a line of CEF is escaped', () => {
  const hostile = { ...context, reason: 'a=b|c\\d\r\ne\nf', organization: 'x' };
  const line = toCef({ ...event(ended, hostile), version: '1|2\\3' });
  assert.ok(line.startsWith('CEF:0|Holdfast|Holdfast|1\\|2\\\\3|restore:ended|'));
  assert.ok(line.includes(' reason=a\\=b|c\\\\d\\ne\\nf '));
});

test('both formats say as whom services were called and who issued that identity; records of before say what they have', () => {
  const told = event({ event: 'ended', result: 'done', exit: 0, facts: signedIn });
  const ocsf = part(toOcsf(told), 'event');
  assert.deepEqual(part(ocsf['actor'], 'actor')['session'], { issuer: signedIn.issuer });
  assert.deepEqual(part(ocsf['unmapped'], 'unmapped')['identities'], [
    { service: 'apigee', identity: signedIn.identity, issuer: signedIn.issuer },
    { service: 'azure', identity: signedIn.azureIdentity },
  ]);
  assert.ok(
    toCef(told).includes(
      `flexString1Label=identity flexString1=${signedIn.identity}; ${signedIn.azureIdentity} flexString2Label=issuer flexString2=${signedIn.issuer}`,
    ),
  );
  const old = event({ event: 'ended', result: 'done', exit: 0, facts: { identity: 'static token' } });
  assert.equal(part(part(toOcsf(old), 'event')['actor'], 'actor')['session'], undefined);
  assert.doesNotMatch(toCef(old), /flexString2/);
  const given = event({ event: 'began', action: 'x', effect: 'changes', given: { identity: 'an option' } });
  assert.deepEqual(given.identities, [], 'an option of that name is no identity');
});
