import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteError } from '../core/errors.ts';
import { kinds } from '../core/kinds/index.ts';
import { findDoubtfulNames } from './doubtful-names.ts';
import type { ApiCall, Transport } from './transport.ts';

type Decode = (segment: string) => string;

const once: Decode = (segment) => decodeURIComponent(segment);
/** As the service decodes e-mails: a plus sign that came encoded once is a blank. */
const asForm: Decode = (segment) => decodeURIComponent(decodeURIComponent(segment).replaceAll('+', ' '));

/** A service that has apps of these names, and what it was asked. */
function service(decode: Decode, names: string[]): { readonly transport: Transport; readonly sent: string[] } {
  const sent: string[] = [];
  const answer = (call: ApiCall) => {
    sent.push(`${call.method} ${call.path}`);
    const [, owner = '', , segment = '', ...rest] = call.path.split('/');
    let name: string;
    try {
      name = decode(segment);
    } catch (error) {
      throw error instanceof RemoteError ? error : refused(400);
    }
    if (owner !== 'd' || !names.includes(name)) throw refused(404);
    const json = { name: rest.length === 0 ? name : `key of ${name}` };
    return { status: 200, text: JSON.stringify(json), json };
  };
  const transport: Transport = {
    call: async (call) => answer(call),
    download: async () => new Uint8Array(),
    readBytes: async () => new Uint8Array(),
    countFloor: () => undefined,
    usage: () => {
      throw new Error('not asked for');
    },
  };
  return { transport: findDoubtfulNames(transport, Object.values(kinds)), sent };
}

function refused(status: number): RemoteError {
  return new RemoteError({ code: 'REMOTE_NOT_FOUND', message: 'no', operation: 'x', status });
}

const pathOf = (name: string, rest = ''): string => `developers/d/apps/${encodeURIComponent(name)}${rest}`;
const get = (path: string): ApiCall => ({ method: 'GET', path, access: 'read' });
const remove = (path: string): ApiCall => ({ method: 'DELETE', path, access: 'write' });

for (const [how, decode] of Object.entries({ once, 'as form values': asForm })) {
  test(`apps with a plus or a percent sign are found where names are decoded ${how}`, async () => {
    const names = ['a+b', '100% real', 'c%41', 'plain', 'x+%2B', '+'];
    const { transport } = service(decode, names);
    for (const name of names) {
      assert.deepEqual((await transport.call(get(pathOf(name)))).json, { name });
      assert.deepEqual((await transport.call(remove(pathOf(name, '/keys/k')))).json, { name: `key of ${name}` });
    }
  });

  test(`an app of a name that another is taken for is never meant where names are decoded ${how}`, async () => {
    const { transport, sent } = service(decode, ['a b', 'cA']);
    for (const name of ['a+b', 'c%41']) {
      await assert.rejects(transport.call(get(pathOf(name))), { status: 404 });
      await assert.rejects(transport.call(remove(pathOf(name))), { code: 'REMOTE_NOT_FOUND', status: 404 });
    }
    assert.deepEqual(
      sent.filter((line) => !line.startsWith('GET ')),
      [],
    );
  });
}

test('names without such signs cost no call more, and one with them teaches for those like it', async () => {
  const { transport, sent } = service(asForm, ['plain', 'a+b', 'c+d']);
  await transport.call(get(pathOf('plain')));
  await transport.call(get(pathOf('plain', '/keys/a%2Bb')));
  assert.equal(sent.length, 2);
  await transport.call(get(pathOf('a+b')));
  assert.equal(sent.length, 4, 'in one way, then in the other, which is the answer');
  await transport.call(remove(pathOf('c+d')));
  assert.deepEqual(sent.slice(4), [`DELETE ${pathOf('c%2Bd')}`]);
});

test('what is under way is asked once', async () => {
  const { transport, sent } = service(once, ['a+b']);
  await Promise.all([transport.call(get(pathOf('a+b'))), transport.call(get(pathOf('a+b')))]);
  assert.deepEqual(sent, [`GET ${pathOf('a+b')}`]);
});

test('a failure that says nothing of the name is told as it is', async () => {
  const { transport } = service(() => {
    throw refused(403);
  }, []);
  await assert.rejects(transport.call(get(pathOf('a+b'))), { status: 403 });
});
