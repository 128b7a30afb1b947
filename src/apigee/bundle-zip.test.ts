import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RemoteError } from '../core/errors.ts';
import { writeAnyZip } from './any-zip.fixture.ts';
import { LARGEST_ZIP_BYTES, readBundleZip, writeBundleZip } from './bundle-zip.ts';

const file = (path: string, text = path) => ({ path, bytes: Buffer.from(text, 'utf8') });

const refusedAs = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof RemoteError && error.code === code && words.test(error.message) && error.resource === 'apis/x@1';

async function refuse(zip: Uint8Array, code: string, words: RegExp): Promise<void> {
  await assert.rejects(readBundleZip(zip, 'apis/x@1'), refusedAs(code, words));
}

/** The central directory's record of the only entry. */
function centralRecord(zip: Uint8Array): { readonly zip: Buffer; readonly at: number } {
  const copy = Buffer.from(zip);
  return { zip: copy, at: copy.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) };
}

test('what is written is read back, sorted, whatever the order and the names', async () => {
  const path = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'B', '0', ' ', 'ä', '.x', '日', '-'), minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => `apiproxy/${parts.map((part) => `n${part}`).join('/')}`);
  const files = fc.uniqueArray(fc.record({ path, bytes: fc.uint8Array({ maxLength: 200 }) }), {
    selector: (entry) => entry.path,
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(files, async (entries) => {
      const zip = await writeBundleZip(entries, 'apis/x@1');
      assert.deepEqual(await writeBundleZip([...entries].reverse(), 'apis/x@1'), zip);
      const read = await readBundleZip(zip, 'apis/x@1');
      const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
      assert.deepEqual(
        read.map((entry) => [entry.path, Buffer.from(entry.bytes).toString('hex')]),
        sorted.map((entry) => [entry.path, Buffer.from(entry.bytes).toString('hex')]),
      );
    }),
    { numRuns: 60 },
  );
});

test('folders of the zip are no files', async () => {
  const zip = writeAnyZip([{ path: 'apiproxy/', bytes: new Uint8Array() }, file('apiproxy/x.xml')]);
  assert.deepEqual(
    (await readBundleZip(zip, 'apis/x@1')).map((entry) => entry.path),
    ['apiproxy/x.xml'],
  );
});

test('paths that leave the bundle, links and repeated names are refused', async () => {
  for (const path of ['../evil', 'apiproxy/../../evil', '/etc/passwd', 'C:/evil', 'a\\..\\b', './a', 'a/./b']) {
    await refuse(writeAnyZip([file(path)]), 'BUNDLE_INVALID', /refused/);
  }
  await refuse(writeAnyZip([file('a'), file('a', 'other')]), 'BUNDLE_INVALID', /"a" twice/);
  const { zip, at } = centralRecord(writeAnyZip([file('link', '/etc/passwd')]));
  zip.writeUInt32LE((0o120777 << 16) >>> 0, at + 38);
  await refuse(zip, 'BUNDLE_INVALID', /symbolic link/);
});

test('what is no zip, is empty, cut or changed is refused', async () => {
  await refuse(Buffer.from('<html>no zip</html>'), 'BUNDLE_INVALID', /refused/);
  await refuse(new Uint8Array(), 'BUNDLE_INVALID', /refused/);
  await refuse(writeAnyZip([]), 'BUNDLE_INVALID', /no file/);
  const zip = Buffer.from(writeAnyZip([file('apiproxy/x.xml', 'a'.repeat(500))]));
  await refuse(zip.subarray(0, zip.length - 30), 'BUNDLE_INVALID', /refused/);
});

test('bombs are refused by ratio, by size and by number of entries', async () => {
  await refuse(
    writeAnyZip([{ path: 'zeros', bytes: new Uint8Array(8 * 1024 * 1024) }]),
    'BUNDLE_INVALID',
    /expands \d+ times/,
  );
  const honest = centralRecord(writeAnyZip([file('small', 'x'.repeat(100))]));
  honest.zip.writeUInt32LE(10, honest.at + 24);
  await refuse(honest.zip, 'BUNDLE_INVALID', /refused/);
  const many = Array.from({ length: 10_001 }, (_, index) => ({ path: `f${index}`, bytes: new Uint8Array() }));
  await refuse(writeAnyZip(many), 'BUNDLE_INVALID', /entries/);
  const lying = centralRecord(writeAnyZip([file('large', 'x'.repeat(100))]));
  lying.zip.writeUInt32LE(300 * 1024 * 1024, lying.at + 24);
  lying.zip.writeUInt32LE(15 * 1024 * 1024, lying.at + 20);
  await refuse(lying.zip, 'BUNDLE_TOO_LARGE', /expands to more than/);
});

test('a zip above the limit of the service is too large, read or written', async () => {
  await refuse(new Uint8Array(LARGEST_ZIP_BYTES + 1), 'BUNDLE_TOO_LARGE', /15728641 bytes/);
  const noise = new Uint8Array(LARGEST_ZIP_BYTES);
  for (let at = 0, state = 1; at < noise.length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    noise[at] = state >>> 24;
  }
  await assert.rejects(
    writeBundleZip([{ path: 'noise', bytes: noise }], 'apis/x@1'),
    refusedAs('BUNDLE_TOO_LARGE', /./),
  );
});
