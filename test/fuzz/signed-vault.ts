import assert from 'node:assert/strict';
import type { Plan, RunReport } from '../../src/core/plan.ts';
import { signerRoles } from '../../src/core/key-role.ts';
import { createSigningKey } from '../../src/vault/ed25519.ts';
import { parseKeyFile } from '../../src/vault/key-file.ts';
import { PackBuilder } from '../../src/vault/pack.ts';
import { type OpenedPack, openItems, PackCache } from '../../src/vault/pack-cache.ts';
import { AT, mark } from '../../src/vault/prune-scene.fixture.ts';
import {
  capture,
  commitDetails,
  contentFor,
  createSampleVault,
  entryFor,
  ORGANIZATION,
  sampleKind,
  type SampleResource,
  type SampleVault,
} from '../../src/vault/sample-vault.fixture.ts';
import { joinItems } from '../../src/vault/segment.ts';
import { dissectDocument, type DocumentType, encodeDocument } from '../../src/vault/signed-document.ts';
import type { NewDocument, VaultContext } from '../../src/vault/vault-context.ts';

const EPOCH = `orgs/${ORGANIZATION}/epochs/000001/`;

/** One JSON value behind a signature or a seal, and the vault's blobs as whoever has all keys makes them with another one there. */
export interface SignedValue {
  readonly what: string;
  readonly value: unknown;
  readonly withValue: (value: unknown) => Promise<Readonly<Record<string, Uint8Array>>>;
}

const isObject = (value: unknown): value is { readonly [field: string]: unknown } =>
  typeof value === 'object' && value !== null;

/** A vault with something of every kind that vaults hold. */
export async function createFullVault(): Promise<SampleVault> {
  const sample = await createSampleVault();
  const vault = await sample.open('writer', 'reader', 'restorer', 'verifier', 'pruner');
  const stream = vault.audit.open({
    opened: {
      principal: { type: 'workload', name: 'ci', claims: { repository: 'r' } },
      host: 'h',
      process: 1,
      tool: 't',
    },
    signers: ['writer'],
    spools: false,
  });
  vault.audit.follow(stream);
  const facts = { point: 'p1', ids: ['a', 'b'], calls: 3, whole: true, identity: 'me', issuer: 'i', subject: 's' };
  await stream.append({ event: 'began', action: 'backup', effect: 'changes', given: { only: ['apis/**'] } });
  await stream.append({ event: 'declared', facts });
  const resources: SampleResource[] = Array.from({ length: 8 }, (_, number) => ({
    id: `e/${number}`,
    text: `t${number}`,
    marks: { developerId: `d${number}` },
    tolerant: { expiresAt: 1_800_000_000_000 },
  }));
  await capture(vault, sample.clock, resources);
  const point = await takePoint(vault, sample, [...resources, { id: 'z', text: 'last', secret: 's3cret' }]);
  await stream.close({ event: 'ended', result: 'done', exit: 0, code: 'NONE', facts });
  await vault.recordVerification(ORGANIZATION, {
    point,
    depth: 'all-data',
    result: 'good',
    checkedObjects: 1,
    checkedBytes: 1,
    at: AT,
  });
  await vault.writeRecord(ORGANIZATION, { kind: 'posture', at: AT, content: { checks: [{ name: 'lock', ok: true }] } });
  const request = { organization: ORGANIZATION, owner: 'ann', reason: 'audit', at: sample.clock.now() };
  const { id } = await vault.holds.addHold({ ...request, points: [point], until: '2027-01-01T00:00:00.000Z' });
  await sample.clock.advance(1000);
  await vault.holds.removeHold({ ...request, hold: id, at: sample.clock.now() });
  await addRun(vault);
  const object = { name: `${EPOCH}packs/${'0'.repeat(64)}`, sizeBytes: 1, createdMs: Date.parse(AT) };
  const swept = { point: 'pgone', name: `${EPOCH}points/20260101T000000000Z-pgone`, hash: '0'.repeat(64) };
  const marked = await vault.prunes.markPrune(
    ORGANIZATION,
    { ...mark, points: [{ ...swept, time: AT }], objects: [object], kept: [{ point, rules: ['daily'] }] },
    AT,
  );
  const sweep = await vault.prunes.addPruneStep(
    ORGANIZATION,
    marked,
    { step: 'sweep', points: [swept], objects: [object] },
    AT,
  );
  const withdrawn = await vault.prunes.addPruneStep(
    ORGANIZATION,
    sweep,
    { step: 'withdrawn', names: [swept.name], why: 'held' },
    AT,
  );
  const left = { name: object.name, sizeBytes: 1, createdMs: object.createdMs, why: 'protected', until: AT };
  await vault.prunes.addPruneStep(
    ORGANIZATION,
    withdrawn,
    { step: 'swept', deleted: { objects: 0, bytes: 0 }, left: [left] },
    AT,
  );
  return sample;
}

/** A point with something in every list that a manifest has. */
async function takePoint(
  vault: Awaited<ReturnType<SampleVault['open']>>,
  { clock }: SampleVault,
  resources: readonly SampleResource[],
): Promise<string> {
  await clock.advance(60_000);
  const selection = { only: [], kinds: ['app-key', 'proxy'], preset: 'gateway' } as const;
  const writer = await vault.beginPoint({
    organization: ORGANIZATION,
    startedAt: clock.now(),
    scope: { type: 'selection', selection },
    signer: 'writer',
  });
  const collection = writer.collection(sampleKind);
  for (const resource of resources) await collection.add(entryFor(vault, resource), contentFor(resource));
  const gap = { at: 'e/9', state: 'carried', reason: 'policy', since: AT } as const;
  collection.gap(gap);
  await collection.finish();
  const counts = { listed: 9, captured: 8, denied: 1, failed: 0, vanished: 0, notApplicable: 0, unreadable: 0 };
  const row = { kind: sampleKind.name, ...counts, accepted: 0, exceptions: [gap], notes: ['newest 5'] };
  const { id } = await writer.commit({
    ...commitDetails(clock.now(), 'partial'),
    ledger: [row],
    notCaptured: [{ kind: 'portal', why: 'no API' }],
    moved: ['apis: one'],
    gaps: new Map([['proxy', [gap]]]),
  });
  return id;
}

async function addRun(vault: Awaited<ReturnType<SampleVault['open']>>): Promise<void> {
  const made = { id: 'a#create', kind: 'developer-app', resource: 'developers/d/apps/a' };
  const away = { ...made, id: 'a#unkey', onlyIfAssigned: { call: 'a#create', field: 'key' } };
  // What the store looks at, of a plan and a report that have much more.
  const plan = { hash: 'h', organization: ORGANIZATION, calls: [made, away] } as unknown as Plan;
  const journal = await vault.beginRun({ organization: ORGANIZATION, plan, startedAt: AT, holder: 'me' });
  await journal.intent(['a#create', 'a#unkey']);
  await journal.outcome({ call: 'a#create', status: 'done', assigned: { key: 'k' }, operation: 'o' }, 'now');
  await journal.outcome({ call: 'a#unkey', status: 'failed', detail: '500' }, 'now');
  await journal.report({ run: 1, planHash: 'h', status: 'partial', startedAt: AT, endedAt: AT } as RunReport);
}

/** Every value behind a signature or a seal of the vault, by where it is. */
export async function signedValuesOf(sample: SampleVault): Promise<readonly SignedValue[]> {
  const context = await sample.context([...signerRoles, 'reader']);
  const values: SignedValue[] = [];
  for await (const { name } of sample.store.list('')) {
    if (/\/(packs|indexes)\//.test(name) || /(^|\/)(vault\.json|keyring-1)$/.test(name)) continue;
    values.push(...(await documentValues(sample, context, name)));
  }
  return [...values, ...(await packedValues(sample, context))];
}

async function documentValues(
  sample: SampleVault,
  context: VaultContext,
  name: string,
): Promise<readonly SignedValue[]> {
  const bytes = await sample.store.get(name);
  const document = dissectDocument(bytes, name);
  if (document.header.type === 'keyring') return [keyringValue(sample, context, name, document.header)];
  const { type, vault: _, name: __, keyring: ___, seal, signer, ...header } = document.header;
  const role = signerRoles.find((one) => context.getSigningKey(one, 'test').fingerprint === signer);
  assert.ok(role !== undefined, name);
  const encode = async (changed: unknown, content: unknown) => {
    const fields = isObject(changed) ? changed : { changed };
    const draft: NewDocument = {
      type: type as Exclude<DocumentType, 'keyring'>,
      name,
      header: fields,
      signer: role,
      ...(seal === undefined ? {} : { sealed: { secretClass: seal.class, content } }),
    };
    return { [name]: await context.encode(draft) };
  };
  const body = seal === undefined ? undefined : await context.openBody(document);
  const what = name.replace(`orgs/${ORGANIZATION}/`, '');
  const headerValue = { what: `header of ${what}`, value: header, withValue: (to: unknown) => encode(to, body) };
  if (seal === undefined) return [headerValue];
  const bodyValue = { what: `body of ${what}`, value: body, withValue: (to: unknown) => encode(header, to) };
  if (type !== 'audit' || !isObject(body) || !Array.isArray(body['lines'])) return [headerValue, bodyValue];
  const lines = body['lines'].map(String);
  const lineValues = lines.map((line, index) => ({
    what: `line ${index} of ${what}`,
    value: JSON.parse(line) as unknown,
    withValue: (to: unknown) => encode(header, { lines: lines.with(index, JSON.stringify(to) ?? 'null') }),
  }));
  return [headerValue, bodyValue, ...lineValues];
}

function keyringValue(
  sample: SampleVault,
  context: VaultContext,
  name: string,
  { signer: _, ...header }: { readonly [field: string]: unknown },
): SignedValue {
  const signingKey = createSigningKey(parseKeyFile(sample.keyFiles.root, 'root.key').signingSeed ?? new Uint8Array());
  return {
    what: name,
    value: header,
    withValue: async (to) => {
      const fields = isObject(to) ? to : { to };
      return {
        [name]: encodeDocument({ signingKey, header: { type: 'keyring', vault: context.id, name, ...fields } }),
      };
    },
  };
}

/** A pack with one item of one segment exchanged: its name, bytes, and where its segments are now. */
async function repacked(context: VaultContext, pack: OpenedPack, at: readonly [number, number], item: Uint8Array) {
  const folder = pack.name.slice(0, pack.name.lastIndexOf('/'));
  const { secretClass } = pack.header;
  const key = await context.createKey(secretClass, 'pack', folder);
  const builder = new PackBuilder(key, secretClass, context.random.bytes(16));
  const places = pack.directory.segments.map(({ ordinal, first }) => {
    const items = openItems(pack, ordinal).map((old, index) => (ordinal === at[0] && index === at[1] ? item : old));
    return builder.add(joinItems(items), first === undefined ? {} : { first });
  });
  const { id, bytes } = builder.finish(pack.directory.packs);
  return { id, name: `${folder}/${id}`, bytes, places };
}

/** The newest point's table, its index parts, and the first item of every pack that these name. */
async function packedValues(sample: SampleVault, context: VaultContext): Promise<readonly SignedValue[]> {
  const packs = new PackCache(context);
  const manifest = (await Array.fromAsync(sample.store.list(`${EPOCH}points/`))).at(-1)?.name ?? '';
  const [header, body] = await documentValues(sample, context, manifest);
  assert.ok(header !== undefined && body !== undefined && isObject(body.value));
  const manifestBody = body.value;
  const tablePack = await packs.getWhole(`${EPOCH}indexes/${String(manifestBody['table'])}`);
  const tableText = Buffer.from(openItems(tablePack, 0)[0] ?? []).toString();
  const asBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value) ?? 'null');

  const withTable = async (text: Uint8Array) => {
    const table = await repacked(context, tablePack, [0, 0], text);
    return { [table.name]: table.bytes, ...(await body.withValue({ ...manifestBody, table: table.id })) };
  };
  const values: SignedValue[] = [
    { what: 'table', value: JSON.parse(tableText), withValue: (to) => withTable(asBytes(to)) },
  ];
  const indexIds = new Set([...tableText.matchAll(/\["([0-9a-f]{64})",\d/g)].map(([, id = '']) => id));
  for (const indexId of indexIds) {
    const index = await packs.getWhole(`${EPOCH}indexes/${indexId}`);
    const [head = new Uint8Array(), lines = new Uint8Array()] = openItems(index, 0);
    const withIndex = async (at: 0 | 1, item: Uint8Array) => {
      const part = await repacked(context, index, [0, at], item);
      return { [part.name]: part.bytes, ...(await withTable(Buffer.from(tableText.replaceAll(indexId, part.id)))) };
    };
    const headValue: unknown = JSON.parse(Buffer.from(head).toString());
    const lineValues = Buffer.from(lines)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const asLines = (to: unknown): Uint8Array =>
      Buffer.from((Array.isArray(to) ? to : [to]).map((line) => `${JSON.stringify(line) ?? 'null'}\n`).join(''));
    const short = indexId.slice(0, 4);
    values.push(
      { what: `head of index ${short}`, value: headValue, withValue: (to) => withIndex(0, asBytes(to)) },
      { what: `lines of index ${short}`, value: lineValues, withValue: (to) => withIndex(1, asLines(to)) },
    );
    values.push(...(await contentValues(context, packs, index, headValue, (to) => withIndex(0, asBytes(to)))));
  }
  return values;
}

async function contentValues(
  context: VaultContext,
  packs: PackCache,
  index: OpenedPack,
  head: unknown,
  withHead: (head: unknown) => Promise<Readonly<Record<string, Uint8Array>>>,
): Promise<readonly SignedValue[]> {
  const values: SignedValue[] = [];
  assert.ok(isObject(head) && Array.isArray(head['packs']) && Array.isArray(head['segments']));
  const segments = head['segments'].map((row: unknown) =>
    Array.isArray(row) ? row.map((field: unknown) => field) : [],
  );
  for (const [number, id] of head['packs'].map(String).entries()) {
    const pack = await packs.getWhole(`${EPOCH}packs/${id}`);
    const last = openItems(pack, 0).length - 1;
    const text = Buffer.from(openItems(pack, 0)[last] ?? []).toString();
    // A config part is a line of holes and a text; what else there is is one JSON value.
    const [first = '', ...rest] = text.split('\n');
    values.push({
      what: `item of a ${pack.header.secretClass} pack of index ${index.name.slice(-4)}`,
      value: [JSON.parse(first), ...rest],
      withValue: async (to) => {
        const parts: readonly unknown[] = Array.isArray(to) ? to : [to];
        const item = parts.map((part) => (typeof part === 'string' ? part : (JSON.stringify(part) ?? ''))).join('\n');
        const made = await repacked(context, pack, [0, last], Buffer.from(item));
        const moved = segments.map((row) => {
          const place = made.places[Number(row[1])];
          return row[0] === number && place !== undefined
            ? [number, place.ordinal, place.offset, place.length, place.hash]
            : row;
        });
        const names = head['packs'];
        assert.ok(Array.isArray(names));
        return {
          [made.name]: made.bytes,
          ...(await withHead({ packs: names.with(number, made.id), segments: moved })),
        };
      },
    });
  }
  return values;
}
