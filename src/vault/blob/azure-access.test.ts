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

test('what is wrong with a signed URL is said in full, with the form to give', () => {
  const next = 'Give URLs like https://ACCOUNT.blob.core.windows.net/CONTAINER?SIGNATURE, separated by blanks.';
  const cases = [
    ['acme', 'it is no URL'],
    ['https://acme.blob.core.windows.net/vault?sv=1', 'a URL in it has no signature (sig=…)'],
    ['https://acme.blob.core.windows.net/vault?sv=1&asig=x', 'a URL in it has no signature (sig=…)'],
    [`https://acme.blob.core.windows.net/50%?${SIGNATURE}`, 'a part of its path is not encoded as in a URL'],
    [`http://localhost:10000?${SIGNATURE}`, 'a URL in it names no account'],
    [`http://[::1]:10000/?${SIGNATURE}`, 'a URL in it names no account'],
    [
      `http://127.0.0.1/acme/vault/blob?${SIGNATURE}`,
      'a URL in it names a blob; a signature of its container is needed',
    ],
  ] as const;
  for (const [text, why] of cases) {
    const message = `HOLDFAST_AZURE_SAS_URL cannot be used: ${why}.`;
    assert.throws(() => parseSignedUrls(text), { code: 'CONFIG_INVALID', message, next }, text);
  }
  assert.deepEqual(parseSignedUrls('  \n '), []);
});

test('an account is in the path of an address in numbers or of this machine, and else in the host', () => {
  const whole = (url: string) => parseSignedUrls(`${url}?${SIGNATURE}`)[0];
  const signature = SIGNATURE;
  for (const host of ['127.0.0.1:10000', '10.0.0.7', 'localhost:10000', '[::1]:10000']) {
    const endpoint = `http://${host}/acme`;
    const expected = { endpoint, account: 'acme', container: 'vault', signature };
    assert.deepEqual(whole(`${endpoint}/vault`), expected);
    assert.deepEqual(whole(`${endpoint}//vault/`), expected);
    assert.deepEqual(whole(`${endpoint}/`), { ...expected, container: undefined });
  }
  for (const host of ['acme.blob.core.windows.net', 'acme.privatelink.7.net', 'acme.10.0.0.blob']) {
    const endpoint = `https://${host}`;
    assert.deepEqual(whole(`${endpoint}/%24web`), { endpoint, account: 'acme', container: '$web', signature });
  }
});

test('a signature that is missing is told with all that there are', () => {
  const urls = parseSignedUrls(`https://acme.blob.core.windows.net/one?${SIGNATURE}`);
  assert.throws(() => findSignedUrl(urls, { container: 'two' }), {
    code: 'NO_CREDENTIALS',
    message: 'HOLDFAST_AZURE_SAS_URL has no signature for the container ?/two; it has acme/one.',
    next: 'Add a URL with a signature for it. Give URLs like https://ACCOUNT.blob.core.windows.net/CONTAINER?SIGNATURE, separated by blanks.',
  });
  assert.equal(findSignedUrl(urls, { container: 'one' }), urls[0]);
});

test('the end of a signature in a connection string is that of its own part', () => {
  const address = { container: 'vault' };
  const endOf = (connectionString: string) => findSignatureEnd({ connectionString }, address);
  const end = '2027-01-31T00:00:00.000Z';
  assert.equal(endOf(`SharedAccessSignature=${SIGNATURE}`), end);
  assert.equal(endOf(`BlobEndpoint=https://x;SharedAccessSignature=${SIGNATURE};AccountName=se=2030`), end);
  assert.equal(endOf(`NoSharedAccessSignature=${SIGNATURE}`), undefined);
  assert.equal(endOf('SharedAccessSignature=sv=1&se=soon&sig=x'), undefined);
});

test('an endpoint is of the name of the account alone, and has no slash at its end', () => {
  assert.equal(endpointOf('acme.blob.core.windows.net', 'https://x/{account}'), 'https://x/acme');
  assert.equal(endpointOf('acme', 'https://x/a/b/'), 'https://x/a/b');
});
