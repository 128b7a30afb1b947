import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { test, type TestContext } from 'node:test';
import { describeAzureContainer, lazyAzureContainer } from './azure-container.ts';

const key = Buffer.alloc(32).toString('base64');
const credential = { getToken: async () => ({ token: 'T0KEN', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };

const urlOf = async (address: Parameters<typeof lazyAzureContainer>[0]): Promise<string> =>
  (await lazyAzureContainer(address)()).url;

test('a container is described by its account where that is known', () => {
  assert.equal(describeAzureContainer({ container: 'vault' }), 'Azure container vault');
  assert.equal(describeAzureContainer({ account: 'acme', container: 'vault' }), 'Azure container acme/vault');
});

test('a client is made once, at the first use', async () => {
  const open = lazyAzureContainer({ account: 'acme', container: 'vault', credential });
  const one = open();
  assert.equal(await one, await open());
  assert.equal((await one).url, 'https://acme.blob.core.windows.net/vault');
  const retryable = lazyAzureContainer({ container: 'vault' });
  await assert.rejects(retryable(), { code: 'NO_CREDENTIALS' });
});

test('a connection string counts before a signed URL, and this before the identity', async () => {
  const connectionString = `DefaultEndpointsProtocol=https;AccountName=one;AccountKey=${key};EndpointSuffix=core.windows.net`;
  const signedUrls = [
    { endpoint: 'https://two.blob.core.windows.net', account: 'two', container: undefined, signature: 'sv=1&sig=x' },
  ];
  assert.equal(
    await urlOf({ container: 'vault', connectionString, signedUrls, credential }),
    'https://one.blob.core.windows.net/vault',
  );
  assert.equal(
    await urlOf({ container: 'vault', signedUrls, credential }),
    'https://two.blob.core.windows.net/vault?sv=1&sig=x',
  );
  assert.equal(
    await urlOf({ account: 'three', container: 'vault', credential, signedUrls: [] }),
    'https://three.blob.core.windows.net/vault',
  );
  assert.equal(
    await urlOf({ account: 'four', container: 'vault', credential, endpoint: 'https://blobs.example/{account}' }),
    'https://blobs.example/four/vault',
  );
});

test('without an account and a connection string there is nowhere to go', async () => {
  await assert.rejects(urlOf({ container: 'vault', credential }), {
    code: 'NO_CREDENTIALS',
    message: 'The vault address names a container but no storage account, and there is no connection string.',
    next: 'Set HOLDFAST_AZURE_CONNECTION_STRING, or name the account: az://ACCOUNT/CONTAINER.',
  });
});

test('what is no connection string is refused, and neither quoted nor kept', async () => {
  const failure = await urlOf({ container: 'vault', connectionString: `AccountKey=${key};nonsense` }).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof Error && 'code' in failure && 'next' in failure);
  assert.equal(failure.code, 'NO_CREDENTIALS');
  assert.equal(failure.message, 'HOLDFAST_AZURE_CONNECTION_STRING is not a connection string of a storage account.');
  assert.equal(failure.next, 'Copy it again from the access keys or the shared access signature of the account.');
  assert.equal(failure.cause, undefined);
});

test('plain http reaches this machine only', async () => {
  const over = (endpoint: string) => urlOf({ account: 'acme', container: 'vault', credential, endpoint });
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]'])
    assert.equal(await over(`http://${host}:1/{account}`), `http://${host}:1/acme/vault`);
  for (const host of ['blobs.example', '128.0.0.1', '127.0.0.example', 'x127.0.0.1.example', '10.127.0.0', '[::2]']) {
    await assert.rejects(over(`http://${host}:1/{account}`), {
      code: 'ENDPOINT_REFUSED',
      message: `The storage account at ${host} is addressed without encryption.`,
      next: 'Use https in the connection string; plain http is for this machine only.',
    });
  }
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=one;AccountKey=${key};EndpointSuffix=core.windows.net`;
  await assert.rejects(urlOf({ container: 'vault', connectionString }), { code: 'ENDPOINT_REFUSED' });
  const signedUrls = [{ endpoint: 'http://two.example', account: 'two', container: undefined, signature: 'sig=x' }];
  await assert.rejects(urlOf({ container: 'vault', signedUrls }), { code: 'ENDPOINT_REFUSED' });
});

/** A service that keeps what it was asked, and has nothing. */
async function listen(t: TestContext): Promise<{ readonly endpoint: string; readonly asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(503, { 'x-ms-error-code': 'ServerBusy' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { endpoint: `http://127.0.0.1:${address.port}/{account}`, asked };
}

test('a call is tried once, says who asks, and bears the token to a service on this machine too', async (t) => {
  const { endpoint, asked } = await listen(t);
  const client = await lazyAzureContainer({ account: 'acme', container: 'vault', credential, endpoint })();
  await assert.rejects(client.getProperties(), { statusCode: 503 });
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.headers.authorization, 'Bearer T0KEN');
  assert.match(asked[0]?.headers['user-agent'] ?? '', /^holdfast /);

  const scopes: unknown[] = [];
  const silent = {
    getToken: async (scope: string | readonly string[]) => {
      scopes.push(scope);
      return null;
    },
  };
  const anonymous = await lazyAzureContainer({ account: 'acme', container: 'vault', credential: silent, endpoint })();
  await assert.rejects(anonymous.getProperties(), { statusCode: 503 });
  assert.equal(asked[1]?.headers.authorization, undefined);
  assert.deepEqual(scopes, ['https://storage.azure.com/.default']);
});
