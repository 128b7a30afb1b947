import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, IntegrityError } from '../core/errors.ts';
import { systemRandom } from '../platform/random.ts';
import { sha256Hex } from './digest.ts';
import { createSigningKey } from './ed25519.ts';
import { flipped } from './sample-vault.fixture.ts';
import { createFreshKey, deriveKey, generateClassKeys, type SealPlace } from './sealing.ts';
import {
  assertSigned,
  bodyEnc,
  dissectDocument,
  type DocumentDraft,
  encodeDocument,
  openBody,
  parseDocument,
} from './signed-document.ts';

const signingKey = createSigningKey(new Uint8Array(32).fill(7));
const header = { type: 'point', vault: 'v', name: 'orgs/a/p', previous: null, more: [1] } as const;
const expected = { type: 'point', vault: 'v', name: 'orgs/a/p' } as const;
const place: SealPlace = { purpose: 'document', vault: 'v', secretClass: 'meta', generation: 1, place: 'orgs/a/p' };

function encode(draft: Partial<DocumentDraft> = {}): Uint8Array {
  return encodeDocument({ header, signingKey, ...draft });
}

async function encodeSealed(content: unknown) {
  const { publicKey, privateKey } = await generateClassKeys();
  const bytes = encode({ sealed: { key: await createFreshKey(publicKey, place), content } });
  const document = parseDocument(bytes, expected);
  return { bytes, document, key: await deriveKey(privateKey, bodyEnc(document), place) };
}

const fails =
  (message: string, code: ErrorCode = 'VAULT_DAMAGED') =>
  (error: unknown): boolean => {
    assert.ok(error instanceof IntegrityError);
    assert.deepEqual([error.code, error.message, error.damaged], [code, message, 'orgs/a/p']);
    return true;
  };

test('a document is a mark, its header with the signer, its body and the signature, each as long as it says', () => {
  const bytes = Buffer.from(encode());
  const json = JSON.stringify({ ...header, signer: signingKey.fingerprint });
  const size = Buffer.byteLength(json);
  assert.equal(bytes.subarray(0, 4).toString(), 'HFS1');
  assert.equal(bytes.readUInt32BE(4), size);
  assert.equal(bytes.subarray(8, 8 + size).toString(), json);
  assert.equal(bytes.readUInt32BE(8 + size), 0);
  const signed = bytes.subarray(0, 12 + size);
  assert.deepEqual(
    new Uint8Array(bytes.subarray(12 + size)),
    signingKey.sign(Buffer.from('holdfast/1 signed\n'), signed),
  );
});

test('a document comes apart as it was put together, from the middle of a larger buffer too', () => {
  const bytes = encode();
  const around = new Uint8Array(bytes.length + 9);
  around.set(bytes, 5);
  for (const given of [bytes, around.subarray(5, 5 + bytes.length)]) {
    const document = parseDocument(given, expected);
    assert.deepEqual(document.header, { ...header, signer: signingKey.fingerprint });
    assert.deepEqual([document.name, document.hash], ['orgs/a/p', sha256Hex(bytes)]);
    assert.deepEqual([document.body.length, document.signature.length], [0, 64]);
    assert.equal(document.signed.length, bytes.length - 64);
    assertSigned(document, signingKey.publicKey);
  }
});

test('a sealed body opens with its key alone', async () => {
  const content = { text: 'x'.repeat(500), list: [1, null] };
  const { bytes, document, key } = await encodeSealed(content);
  assert.deepEqual(openBody(document, key), content);
  assert.equal(Buffer.from(bytes).includes('xxxx'), false);
  const unopened = fails('orgs/a/p is damaged: its body cannot be opened.');
  assert.throws(() => openBody(document, systemRandom.bytes(32)), unopened);
  assert.throws(() => openBody({ ...document, body: flipped(document.body) }, key), unopened);
  assert.throws(() => openBody({ ...document, headerBytes: flipped(document.headerBytes) }, key), unopened);
});

test('a body too short for its key is none', async () => {
  const { document } = await encodeSealed('x');
  const { body } = document;
  assert.deepEqual(bodyEnc({ ...document, body: body.subarray(0, 32) }), body.subarray(0, 32));
  assert.throws(
    () => bodyEnc({ ...document, body: body.subarray(0, 31) }),
    fails('orgs/a/p is damaged: it has no body.'),
  );
});

test('a document that is of another type, vault or name is refused with both', () => {
  for (const [field, was] of [
    ['type', 'hold'],
    ['vault', 'w'],
    ['name', 'orgs/b/p'],
  ] as const) {
    const bytes = encode({ header: { ...header, [field]: was } });
    assert.throws(
      () => parseDocument(bytes, expected),
      fails(`orgs/a/p is damaged: its ${field} is "${was}", not "${header[field]}".`),
    );
    assert.equal(dissectDocument(bytes, 'orgs/a/p').header[field], was);
  }
});

test('what has not the form of a document is refused', async () => {
  const { bytes } = await encodeSealed('x');
  const dissect = (given: Uint8Array) => () => dissectDocument(given, 'orgs/a/p');
  const none = fails('orgs/a/p is damaged: it is not a signed document.');
  assert.throws(dissect(new Uint8Array()), none);
  assert.throws(dissect(bytes.subarray(0, 11)), none);
  assert.throws(dissect(Buffer.concat([Buffer.from('HFP1'), bytes.subarray(4)])), none);
  const cut = fails('orgs/a/p is damaged: it is cut off.');
  assert.throws(dissect(bytes.subarray(0, 12)), cut);
  const bare = encode();
  assert.throws(dissect(bare.subarray(0, -1)), cut);
  const wrong = fails('orgs/a/p is damaged: its length is not what it says.');
  assert.throws(dissect(bytes.subarray(0, -1)), wrong);
  assert.throws(dissect(Buffer.concat([bytes, Buffer.from('x')])), wrong);
  assert.throws(dissect(Buffer.concat([bare, Buffer.from('x')])), wrong);
});

test('a header that lacks what every document says is refused', () => {
  const unread = fails('orgs/a/p is damaged: its header cannot be read.');
  for (const change of [
    { previous: undefined },
    { previous: { name: 'x' } },
    { type: 1 },
    { keyring: '1' },
    { seal: { class: 'other', generation: 1 } },
  ]) {
    // As somebody with the key could write it.
    const bytes = encode({ header: { ...header, ...change } as DocumentDraft['header'] });
    assert.throws(() => parseDocument(bytes, expected), unread, JSON.stringify(change));
  }
  const broken = Buffer.from(encode());
  broken[8] = 0x20;
  assert.throws(() => parseDocument(broken, expected), unread);
});

test('a signature holds for the very bytes and the very key', () => {
  const document = parseDocument(encode(), expected);
  const untrusted = fails(
    'orgs/a/p is not to be trusted: its signature does not match its bytes.',
    'SIGNATURE_INVALID',
  );
  const { signed, signature } = document;
  assert.throws(() => assertSigned({ ...document, signed: flipped(signed) }, signingKey.publicKey), untrusted);
  assert.throws(() => assertSigned({ ...document, signature: flipped(signature) }, signingKey.publicKey), untrusted);
  const other = createSigningKey(new Uint8Array(32).fill(8));
  assert.throws(() => assertSigned(document, other.publicKey), untrusted);
  assert.throws(() => assertSigned(document, signingKey.publicKey.subarray(1)), untrusted);
});
