import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointOf, findSignatureEnd, findSignedUrl, parseSignedUrls } from './azure-access.ts';

const SIGNATURE = 'sv=2025-01-05&sp=rcl&se=2027-01-31T00%3A00%3A00Z&sig=c2VjcmV0';

test('signed URLs of a container, of an account and of this machine are told apart', () => {
  const urls = parseSignedUrls(
    `https://acme.blob.core.windows.net/vault?${SIGNATURE}  https://other.blob.core.windows.net/?${SIGNATURE}\nhttp://127.0.0.1:10000/dev/vault-state?${SIGNATURE}`,
  );
  assert.deepEqual(
    urls.map(({ endpoint, account, container }) => [endpoint, account, container]),
    [
      ['https://acme.blob.core.windows.net', 'acme', 'vault'],
      ['https://other.blob.core.windows.net', 'other', undefined],
      ['http://127.0.0.1:10000/dev', 'dev', 'vault-state'],
    ],
  );
});

test('what is no signed URL is refused without being quoted', () => {
  const bad = [
    ['c2VjcmV0', /no URL/],
    ['https://acme.blob.core.windows.net/vault?sv=c2VjcmV0', /no signature/],
    [`http://127.0.0.1:10000/?${SIGNATURE}`, /names no account/],
    [`https://acme.blob.core.windows.net/vault/blob?${SIGNATURE}`, /names a blob/],
  ] as const;
  for (const [text, why] of bad) {
    assert.throws(
      () => parseSignedUrls(text),
      (error) => error instanceof Error && why.test(error.message) && !error.message.includes('c2VjcmV0'),
    );
  }
});

test('the signature of the container counts before that of its account; none of another account does', () => {
  const urls = parseSignedUrls(
    `https://acme.blob.core.windows.net/?${SIGNATURE} https://acme.blob.core.windows.net/vault?${SIGNATURE}`,
  );
  assert.equal(findSignedUrl(urls, { account: 'acme', container: 'vault' })?.container, 'vault');
  assert.equal(
    findSignedUrl(urls, { account: 'acme.blob.core.windows.net', container: 'x-state' })?.container,
    undefined,
  );
  assert.throws(() => findSignedUrl(urls, { account: 'other', container: 'vault' }), {
    code: 'NO_CREDENTIALS',
    message: /no signature for the container other\/vault; it has acme\/\*, acme\/vault/,
  });
  assert.equal(findSignedUrl([], { account: 'other', container: 'vault' }), undefined);
});

test('when a signature ends is known, of a URL and of a connection string', () => {
  const address = { account: 'acme', container: 'vault' };
  const end = '2027-01-31T00:00:00.000Z';
  const signedUrls = parseSignedUrls(`https://acme.blob.core.windows.net/vault?${SIGNATURE}`);
  assert.equal(findSignatureEnd({ signedUrls }, address), end);
  const connectionString = `BlobEndpoint=https://acme.blob.core.windows.net;SharedAccessSignature=${SIGNATURE}`;
  assert.equal(findSignatureEnd({ connectionString, signedUrls }, address), end);
  assert.equal(findSignatureEnd({ connectionString: 'AccountName=a;AccountKey=b' }, address), undefined);
  assert.equal(findSignatureEnd({}, address), undefined);
});

test('accounts are where the public cloud has them, or where they are said to be', () => {
  assert.equal(endpointOf('acme', undefined), 'https://acme.blob.core.windows.net');
  assert.equal(endpointOf('acme.blob.core.usgovcloudapi.net', undefined), 'https://acme.blob.core.usgovcloudapi.net');
  assert.equal(endpointOf('acme', 'http://127.0.0.1:10000/{account}/'), 'http://127.0.0.1:10000/acme');
});
