import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry } from '../../core/audit/audit-record.ts';
import { IntegrityError } from '../../core/errors.ts';
import { sha256Hex } from '../digest.ts';
import { createSampleVault } from '../sample-vault.fixture.ts';
import { dissectDocument, type SignedDocument } from '../signed-document.ts';
import {
  type BatchDraft,
  encodeBatch,
  formatLine,
  hashLine,
  parseBatchHeader,
  parseBatchLines,
  parseLine,
} from './audit-batch.ts';
import { batchName } from './audit-name.ts';

const STREAM = '20260510T000000000Z-aaaaaaaaaaaaaaaa';
const NAME = batchName(STREAM, 2);
const AT = '2026-05-10T00:00:05.000Z';
const head = { name: 'audit/x/000001', hash: 'h' };

const damage = (reason: string) => (error: unknown) => {
  assert.ok(error instanceof IntegrityError);
  assert.deepEqual([error.damaged, error.message], [NAME, `${NAME} is damaged: ${reason}.`]);
  assert.ok(error.cause instanceof Error);
  return true;
};

/** The batch of a draft, taken apart again, and the context that opens it. */
async function batchOf(more: Partial<BatchDraft>) {
  const context = await (await createSampleVault()).context(['writer']);
  const key = context.getAuditKey(['writer']);
  const draft = { stream: STREAM, number: 2, at: AT, lines: ['a', 'b'], previous: head, last: false, spooled: false };
  const document = dissectDocument(await encodeBatch(context, key, { ...draft, ...more }), NAME);
  return { context, key, document };
}

test('a batch says its place, its lines and the batch before it, and seals the lines', async () => {
  const { context, key, document } = await batchOf({});
  assert.deepEqual(document.header, {
    type: 'audit',
    vault: context.id,
    name: NAME,
    keyring: 1,
    stream: STREAM,
    at: AT,
    count: 2,
    previous: head,
    seal: { class: 'meta', generation: 1 },
    signer: key.fingerprint,
  });
  assert.deepEqual(parseBatchHeader(document), document.header);
  assert.deepEqual(parseBatchLines(NAME, await context.openBody(document)), ['a', 'b']);
});

test('heads, what is continued, that it is the last and that it waited are said where they are so', async () => {
  const { document } = await batchOf({ previous: undefined, heads: [], continues: head, last: true, spooled: true });
  const { previous, heads, continues, last, spooled } = parseBatchHeader(document);
  assert.deepEqual([previous, heads, continues, last, spooled], [null, [], head, true, true]);
});

test('a header that lacks what a batch says, or says it otherwise, is damage', async () => {
  const { document } = await batchOf({});
  for (const change of [
    { stream: undefined },
    { at: 1 },
    { count: '2' },
    { heads: [{ name: 'x' }] },
    { continues: null },
    { last: false },
    { spooled: false },
  ]) {
    // What stands in a header is for its writer to choose.
    const altered = { ...document, header: { ...document.header, ...change } } as SignedDocument;
    assert.throws(
      () => parseBatchHeader(altered),
      damage('its header is not that of a batch of the audit trail'),
      JSON.stringify(change),
    );
  }
});

test('a body without lines is damage, and so is a line that is no record', () => {
  for (const body of [undefined, {}, { lines: 'x' }, { lines: [1] }])
    assert.throws(() => parseBatchLines(NAME, body), damage('its body is not that of a batch of the audit trail'));
  for (const line of ['', '{}', 'null', '{"at":"x"}', '{"event":"x"}', '{"at":1,"event":"x"}'])
    assert.throws(() => parseLine(NAME, line), damage('a line of it is no record'), line);
});

test('a line is a record with its time and the hash of the line before it', () => {
  const entry: AuditEntry = { event: 'ended', act: 1, result: 'done', exit: 0, facts: {} };
  const line = formatLine(entry, AT, 'h');
  assert.equal(line, `{"previous":"h","at":"${AT}","event":"ended","act":1,"result":"done","exit":0,"facts":{}}`);
  assert.deepEqual(parseLine(NAME, line), { previous: 'h', at: AT, ...entry });
  assert.equal(parseLine(NAME, formatLine(entry, AT, null)).previous, null);
  assert.equal(hashLine(line), sha256Hex(line));
});
