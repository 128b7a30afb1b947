import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { writeAnyZip } from '../../src/apigee/any-zip.fixture.ts';
import { deriveBundleFacts } from '../../src/apigee/bundle-facts.ts';
import { readBundleZip, writeBundleZip } from '../../src/apigee/bundle-zip.ts';
import { sliceElements } from '../../src/apigee/json-slices.ts';
import { parsePlan } from '../../src/app/plan.ts';
import { HoldfastError } from '../../src/core/errors.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import { createFileTokenSource } from '../../src/identity/file-token-source.ts';
import { parseConfig } from '../../src/platform/config.ts';
import { ConfigError } from '../../src/platform/config-error.ts';
import { parseXml } from '../../src/platform/xml.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import { decodeTable } from '../../src/vault/collections-table.ts';
import { parseKeyFile } from '../../src/vault/key-file.ts';
import { parsePackHeader } from '../../src/vault/pack.ts';
import { parseDocument } from '../../src/vault/signed-document.ts';
import { findLeaseRecord } from '../../src/vault/state/lease-record.ts';
import { parseVaultFile } from '../../src/vault/vault-file.ts';
import { testHasher } from '../apigee/live-organization.ts';
import { judgePoint, type Ledger } from '../faults/judge-point.ts';
import { closeShared, Scene } from '../faults/scene.ts';
import { runsOf } from '../restore/stage.ts';
import { mutatedBytes, mutatedJson } from './mutations.ts';

after(closeShared);

const museum = fileURLToPath(new URL('../museum/v1/', import.meta.url));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Far above what any of these takes, on a busy machine too. */
const LONGEST_MS = 5_000;
const MOST_GROWTH_BYTES = 600 * 1024 * 1024;

/** Whatever comes, it is read or refused by an error of ours, in time and in memory. */
async function assertTame(read: () => unknown): Promise<void> {
  const startedMs = performance.now();
  try {
    await read();
  } catch (error) {
    const isOurs = (error instanceof HoldfastError && error.code !== 'INTERNAL') || error instanceof ConfigError;
    assert.ok(isOurs, `not an error of ours: ${error instanceof Error ? error.stack : String(error)}`);
  }
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs < LONGEST_MS, `it took ${Math.round(tookMs)} ms`);
}

async function assertTameOver<Input>(inputs: fc.Arbitrary<Input>, read: (input: Input) => unknown): Promise<void> {
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(inputs, (input) => assertTame(() => read(input))),
    { seed: 20_260_920, numRuns: runsOf(150) },
  );
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < MOST_GROWTH_BYTES, `memory grew by ${grown} bytes`);
}

const policy = `<?xml version="1.0" encoding="UTF-8"?>
<!-- limits --><AssignMessage name="Set-1" continueOnError="false"><DisplayName>Set &amp; go</DisplayName>
<Set><Headers><Header name="x">{a.b}</Header></Headers><Payload><![CDATA[{"a": "<b>"}]]></Payload></Set></AssignMessage>`;
const bundle = [
  { path: 'apiproxy/p.xml', bytes: bytesOf('<APIProxy name="p"><Basepaths>/p</Basepaths></APIProxy>') },
  { path: 'apiproxy/policies/Set-1.xml', bytes: bytesOf(policy) },
  {
    path: 'apiproxy/proxies/default.xml',
    bytes: bytesOf(
      '<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>/p</BasePath></HTTPProxyConnection></ProxyEndpoint>',
    ),
  },
  { path: 'apiproxy/resources/jsc/a b.js', bytes: bytesOf('var x = 1;\n'.repeat(300)) },
];

test('zips: damaged anywhere they are read or refused', async () => {
  const zips = [
    await writeBundleZip(bundle, 'p'),
    writeAnyZip(bundle),
    writeAnyZip([{ path: 'a', bytes: bytesOf('') }]),
  ];
  await assertTameOver(mutatedBytes(zips), async (zip) => deriveBundleFacts(await readBundleZip(zip, 'apis/p@1')));
});

test('zips: bombs, escaping names, names twice and entries that overlap are refused', async () => {
  const huge = new Uint8Array(64 * 1024 * 1024);
  const refused = (files: Parameters<typeof writeAnyZip>[0]) =>
    assert.rejects(readBundleZip(writeAnyZip(files), 'p'), { code: 'BUNDLE_INVALID' });
  await refused([{ path: 'apiproxy/bomb', bytes: huge }]);
  for (const path of ['../x', '/etc/passwd', 'a/../../x', 'C:/x', 'a\\..\\x', './x', 'a/./b', 'a\0b', '']) {
    await refused([{ path, bytes: bytesOf('x') }]);
  }
  await refused([bundle[0], bundle[0]].flatMap((file) => file ?? []));
  // A directory of many entries that all lead to the same bytes: small as a zip, endless when unpacked.
  const data = deflateRawSync(new Uint8Array(900_000));
  const many = Array.from({ length: 9_000 }, (_, index) => ({ path: `f${index}`, bytes: new Uint8Array(900_000) }));
  assert.ok(data.length < 2_000);
  await assert.rejects(readBundleZip(overlapping(many[0]?.bytes ?? data, many.length), 'p'), HoldfastError);
});

/** One entry's bytes with a directory that names them so many times. */
function overlapping(bytes: Uint8Array, count: number): Uint8Array {
  const one = Buffer.from(writeAnyZip([{ path: 'f0000', bytes }]));
  const endAt = one.length - 22;
  const directoryAt = one.readUInt32LE(endAt + 16);
  const entry = one.subarray(directoryAt, endAt);
  const entries = Array.from({ length: count }, (_, index) => {
    const copy = Buffer.from(entry);
    copy.write(`f${String(index).padStart(4, '0')}`, 46);
    return copy;
  });
  const end = Buffer.from(one.subarray(endAt));
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(entry.length * count, 12);
  return Buffer.concat([one.subarray(0, directoryAt), ...entries, end]);
}

test('XML: damaged anywhere it is read, or is no XML', async () => {
  await assertTameOver(mutatedBytes([bytesOf(policy), ...bundle.map(({ bytes }) => bytes)]), (bytes) =>
    parseXml(textOf(bytes)),
  );
});

const bombs: { readonly [what: string]: string } = {
  'entities that multiply': `<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">${Array.from({ length: 9 }, (_, i) => `<!ENTITY x${i} "${`&x${i === 0 ? '' : i - 1};`.repeat(10)}">`).join('')}]><a>&x8;</a>`,
  'an external entity': '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
  'elements in elements': `${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`,
  'comments that do not end': `<a>${'<!--'.repeat(50_000)}</a>`,
  'CDATA that does not end': `<a>${'<![CDATA['.repeat(50_000)}</a>`,
  'tags that do not end': '<a '.repeat(50_000),
  'attributes without end': `<a ${Array.from({ length: 20_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`,
  'references without end': `<a>${'&amp'.repeat(100_000)}</a>`,
  'blanks without end': `<a${' '.repeat(500_000)}`,
  'instructions without end': `<?xml ${'?'.repeat(200_000)}`,
};

for (const [what, text] of Object.entries(bombs)) {
  test(`XML: ${what} are read or refused at once`, async () => {
    await assertTame(() => parseXml(text));
    const files = [...bundle, { path: 'apiproxy/policies/Bomb.xml', bytes: bytesOf(text) }];
    await assertTame(() => deriveBundleFacts(files));
  });
}

test('JSON: elements are cut out of any text that is JSON, and are the elements', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), fc.string(), (other, items, name) => {
      for (const spaces of [undefined, 1]) {
        const text = JSON.stringify({ [name]: other, items, after: other }, undefined, spaces);
        assert.deepEqual(
          sliceElements(text, 'items').map((one) => JSON.parse(one)),
          JSON.parse(JSON.stringify(items)),
        );
        parseJson(text);
      }
    }),
    { seed: 20_260_920, numRuns: runsOf(150) },
  );
});

test('what a vault is opened with: keys, vault.json, documents, packs, tables and leases, damaged anywhere', async () => {
  const read = (path: string): Promise<Uint8Array> => readFile(join(museum, path));
  const keys = await Promise.all(['writer', 'reader', 'restorer', 'root'].map((role) => read(`keys/${role}.key`)));
  await assertTameOver(mutatedBytes(keys), (bytes) => parseKeyFile(textOf(bytes), 'writer.key'));
  await assertTameOver(mutatedBytes([await read('vault/vault.json')]), parseVaultFile);
  const keyring = await read('vault/keyring/1');
  const expected = { type: 'keyring', vault: 'x', name: 'keyring/1' } as const;
  await assertTameOver(mutatedBytes([keyring]), (bytes) => parseDocument(bytes, expected));
  await assertTameOver(mutatedBytes([keyring, ...keys]), (bytes) => parsePackHeader('packs/x', bytes));
  const table = {
    collections: { proxy: { base: null, deltas: [], configRoot: '', secretRoot: '', count: 0 } },
    carried: {},
  };
  await assertTameOver(mutatedJson([table]), (text) => decodeTable('indexes/x', bytesOf(text)));
  const lease = { organization: 'a', holder: 'b', since: 'c', nonce: 'd', renewals: '1', renewedAt: 'e' };
  await assertTameOver(mutatedJson([lease]), (text) => findLeaseRecord(bytesOf(text)));
});

test('what people write and keep: configurations, plans and tokens', async (t) => {
  const yaml = `vault: file:./vault
organizations:
  acme-prod: &base
    acceptedGaps: [{kind: debug-mask, reason: "no mask", until: 2027-01-01}]
  acme-test: *base
`;
  const laughs = `a: &a [x, x]\n${Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [${`*${i === 0 ? 'a' : `b${i - 1}`}, `.repeat(9)}x]`).join('\n')}\n`;
  await assertTameOver(mutatedBytes([bytesOf(yaml)]), (bytes) => parseConfig(textOf(bytes), 'holdfast.yaml'));
  await assertTame(() => parseConfig(laughs, 'holdfast.yaml'));
  await assertTame(() => parseConfig('['.repeat(20_000), 'holdfast.yaml'));
  const plan = { schema: 'holdfast/plan/1', hash: 'x', calls: [], fingerprints: [], resources: [] };
  await assertTameOver(mutatedJson([plan]), (text) => parsePlan(text, testHasher));
  await assertTameOver(mutatedBytes([bytesOf(JSON.stringify(plan))]), (bytes) => parsePlan(textOf(bytes), testHasher));
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-fuzz-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'token');
  await assertTameOver(mutatedBytes([bytesOf('ya29.a0AfB_token\n')]), async (bytes) => {
    await writeFile(file, bytes);
    await createFileTokenSource(file).get();
  });
});

for (let seed = 1; seed <= runsOf(4); seed += 1) {
  test(`answers of another mind: a capture ends, and never as a fault of ours (seed ${seed})`, async (t) => {
    const seedFunction = (organizationName: string) => generateSeed({ seed, organizationName });
    const scene = await Scene.open({ seedFunction });
    t.after(() => scene.close());
    const random = new SeededRandom(seed);
    let changed = 0;
    scene.sabotage = {
      wire: async (request, handle) => {
        const answer = await handle(request);
        if (typeof answer.body !== 'string' || answer.status !== 200 || random.fraction() > 0.15) return answer;
        const [body = 'null'] = fc.sample(mutatedJson([JSON.parse(answer.body)]), {
          numRuns: 1,
          seed: random.integer(1_000_000),
        });
        changed += 1;
        return { ...answer, body };
      },
    };
    const { exit, stderr } = await scene.run(['backup', '-o', 'json']);
    t.diagnostic(`${changed} answers changed, exit ${exit}`);
    assert.ok(exit === 0 || exit === 1 || exit === 3, `exit ${exit}: ${stderr}`);
    assert.ok(!stderr.includes('INTERNAL'), stderr);
    scene.sabotage = {};
    const clean = await scene.run(['backup', '-o', 'json']);
    assert.equal(clean.exit, 0, clean.stderr);
    // Whatever the point before it kept of those answers, this one holds what there is.
    // The document is the one whose schema the command line's own tests check.
    const said = JSON.parse(clean.stdout) as Ledger & { readonly point: string };
    const dump = scene.dump();
    const point = await scene.readPoint(said.point);
    const wrongs = judgePoint({ before: dump, after: dump, point, said });
    // What a list says has not moved is kept as it was answered before.
    assert.deepEqual(
      wrongs.filter((wrong) => !wrong.includes('is not in the point as it was')),
      [],
    );
  });
}
