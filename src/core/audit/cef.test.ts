import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCef } from './cef.ts';
import type { SiemEvent } from './siem-event.ts';

const full: SiemEvent = {
  uid: `${'0123456789'.repeat(4)}beyond`,
  atMs: 1_778_371_200_123,
  at: '2026-05-10T00:00:00.123Z',
  event: 'ended',
  action: 'key rotate all',
  effect: 'changes',
  outcome: 'success',
  result: 'done',
  code: undefined,
  user: 'ann',
  userType: 'user',
  host: 'desk',
  process: 42,
  version: '1.2.3',
  organization: 'acme-prod',
  reason: 'ticket 7',
  breakGlass: 'fire',
  facts: { point: 'p1', planHash: 'f00' },
  identities: [
    { service: 'apigee', identity: 'sa@x', issuer: 'https://one' },
    { service: 'azure', identity: 'app', issuer: 'https://two' },
  ],
  signer: 'restorer cd34',
  batch: 'audit/s/000001',
};

const bare: SiemEvent = {
  ...full,
  effect: undefined,
  process: undefined,
  organization: undefined,
  reason: undefined,
  breakGlass: undefined,
  facts: {},
  identities: [],
};

const headerOf = (event: SiemEvent): readonly string[] => toCef(event).split('|').slice(0, 7);

/** The value of a key that is followed by another. */
function valueOf(event: SiemEvent, key: string): string | undefined {
  return new RegExp(`[| ]${key}=(.*?)(?= \\w+=|$)`).exec(toCef(event))?.[1];
}

test('a record is one line with all that is known of it', () => {
  assert.equal(
    toCef(full),
    [
      'CEF:0|Holdfast|Holdfast|1.2.3|key-rotate-all:ended|key rotate all ended|8|rt=1778371200123',
      'externalId=0123456789012345678901234567890123456789 cat=changes act=key rotate all outcome=success',
      'reason=ticket 7 suser=ann shost=desk spid=42',
      'msg=key rotate all ended: done; organization acme-prod; point p1; planHash f00',
      'cs1Label=organization cs1=acme-prod cs2Label=point cs2=p1 cs3Label=planHash cs3=f00',
      'cs4Label=signer cs4=restorer cd34 cs5Label=breakGlass cs5=fire cs6Label=batch cs6=audit/s/000001',
      'flexString1Label=identity flexString1=sa@x; app flexString2Label=issuer flexString2=https://one; https://two',
    ].join(' '),
  );
});

test('a field whose value is not known is left out with its label, and the others keep their numbers', () => {
  assert.equal(
    toCef(bare),
    [
      'CEF:0|Holdfast|Holdfast|1.2.3|key-rotate-all:ended|key rotate all ended|2|rt=1778371200123',
      'externalId=0123456789012345678901234567890123456789 act=key rotate all outcome=success',
      'suser=ann shost=desk msg=key rotate all ended: done',
      'cs4Label=signer cs4=restorer cd34 cs6Label=batch cs6=audit/s/000001',
    ].join(' '),
  );
});

test('severity is high under break-glass, medium for a failure and a reveal, low for the rest', () => {
  const severity = (over: Partial<SiemEvent>): string | undefined => headerOf({ ...bare, ...over })[6];
  assert.equal(severity({ breakGlass: 'fire', outcome: 'failure' }), '8');
  assert.equal(severity({ outcome: 'failure', effect: 'reveals' }), '5');
  assert.equal(severity({ effect: 'reveals' }), '4');
  assert.equal(severity({ outcome: 'unknown' }), '2');
});

test('a value that fits its field is whole, and a longer one is cut to it with a mark', () => {
  const fields: readonly (readonly [key: string, most: number, of: (text: string) => Partial<SiemEvent>])[] = [
    ['act', 63, (action) => ({ action })],
    ['cat', 1023, (effect) => ({ effect })],
    ['reason', 1023, (reason) => ({ reason })],
    ['suser', 1023, (user) => ({ user })],
    ['shost', 1023, (host) => ({ host })],
    ['cs4', 4000, (signer) => ({ signer })],
    ['flexString1', 1023, (identity) => ({ identities: [{ service: 'apigee', identity }] })],
    ['flexString2', 1023, (issuer) => ({ identities: [{ service: 'apigee', identity: 'x', issuer }] })],
  ];
  for (const [key, most, of] of fields) {
    assert.equal(valueOf({ ...bare, ...of('v'.repeat(most)) }, key), 'v'.repeat(most), key);
    assert.equal(valueOf({ ...bare, ...of('v'.repeat(most + 1)) }, key), `${'v'.repeat(most - 1)}…`, key);
  }
  const begin = 'key rotate all ended: done; x ';
  const [fits, longer] = ['v'.repeat(1023 - begin.length), 'v'.repeat(1024 - begin.length)];
  assert.equal(valueOf({ ...bare, facts: { x: fits } }, 'msg'), `${begin}${fits}`);
  assert.equal(valueOf({ ...bare, facts: { x: longer } }, 'msg'), `${begin}${longer.slice(2)}…`);
});

test('the name of an event is cut to 512 characters', () => {
  assert.equal(headerOf({ ...bare, action: 'a'.repeat(506) })[5], `${'a'.repeat(506)} ended`);
  assert.equal(headerOf({ ...bare, action: 'a'.repeat(507) })[5], `${'a'.repeat(507)} end…`);
});

test('what would end a line or a field is escaped in the header and in values, each in its way', () => {
  assert.equal(headerOf({ ...bare, version: '1\r\n\n2=3' })[3], '1 2=3');
  assert.ok(toCef({ ...bare, version: '1|2\\3' }).startsWith('CEF:0|Holdfast|Holdfast|1\\|2\\\\3|'));
  assert.equal(valueOf({ ...bare, reason: 'a\rb\nc\r\nd' }, 'reason'), 'a\\rb\\nc\\nd');
  assert.ok(toCef({ ...bare, reason: 'a=b|c\\d' }).includes(' reason=a\\=b|c\\\\d '));
});
