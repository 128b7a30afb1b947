import type { RandomSource } from '../platform/random.ts';
import type { Clock } from './ports/surroundings.ts';
import type { StoreFacts, StoreProbe } from './ports/store-probe.ts';
import { readClockSkew } from './read-clock-skew.ts';

export interface StoreCheck {
  /** Stable: `create-only`. */
  readonly id: string;
  /** `no-guarantee`: the store does not promise it, or cannot; nothing is wrong with it. */
  readonly state: 'ok' | 'finding' | 'no-guarantee' | 'unknown';
  readonly evidence: string;
  /** Every finding has one. */
  readonly remedy?: string | undefined;
}

export interface StoreTest {
  readonly description: string;
  readonly checks: readonly StoreCheck[];
  /** Bytes a second. */
  readonly throughput: { readonly write: number; readonly read: number };
  /** Names of probes that could not be removed again. */
  readonly left: readonly string[];
}

interface Tools {
  readonly probe: StoreProbe;
  readonly clock: Clock;
  readonly random: RandomSource;
}

interface Bench extends Tools {
  /** `probes/ID/` */
  readonly folder: string;
  readonly written: string[];
}

const RIVALS = 8;
const THROUGHPUT_BLOBS = 4;
const THROUGHPUT_BYTES = 256 * 1024;
const SIGNATURE_SHOULD_LAST_MS = 7 * 86_400_000;
const LISTED = ['list/aa', 'list/a+b', 'list/a-b/c', 'list/a.b', 'list/a/b', 'list/b', 'list/~'];

const ok = (id: string, evidence: string): StoreCheck => ({ id, state: 'ok', evidence });
const finding = (id: string, evidence: string, remedy: string): StoreCheck => ({
  id,
  state: 'finding',
  evidence,
  remedy,
});
const noGuarantee = (id: string, evidence: string): StoreCheck => ({ id, state: 'no-guarantee', evidence });
const unknown = (id: string, evidence: string, remedy: string): StoreCheck => ({
  id,
  state: 'unknown',
  evidence,
  remedy,
});

/**
 * Tries out a store below `probes/` with some two dozen small blobs, and removes them where that is allowed: in a store that
 * lets nobody delete they stay, named, and do no harm. Failures of the store itself are thrown.
 */
export async function testStore(tools: Tools): Promise<StoreTest> {
  const { probe, clock } = tools;
  const bench: Bench = { ...tools, folder: `probes/${tools.random.uuid()}/`, written: [] };
  const checks = [await checkCreateOnly(bench), await checkReading(bench), await checkListing(bench)];
  const throughput = await measure(bench);
  checks.push(...(await checkTime(bench)));
  const facts = await probe.readFacts?.(`${bench.folder}taken`);
  checks.push(...(await checkDamage(bench, facts)));
  if (facts !== undefined) checks.push(...judgeAccount(facts, clock.epochMs()));
  return { description: probe.description, checks, throughput, left: await cleanUp(bench) };
}

async function put(bench: Bench, name: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
  const full = bench.folder + name;
  const result = await bench.probe.put(full, bytes);
  if (!bench.written.includes(full)) bench.written.push(full);
  return result;
}

async function checkCreateOnly(bench: Bench): Promise<StoreCheck> {
  const { probe, folder, random } = bench;
  const first = random.bytes(32);
  await put(bench, 'taken', first);
  const second = await put(bench, 'taken', random.bytes(32));
  const isKept = isSame(await probe.find(`${folder}taken`), first);
  const rivals = await Promise.all(Array.from({ length: RIVALS }, () => put(bench, 'claimed', random.bytes(32))));
  const winners = rivals.filter((result) => result === 'created').length;
  if (second === 'exists' && isKept && winners === 1) {
    return ok(
      'create-only',
      `A name is taken once: a second write is refused, and of ${RIVALS} at the same time one wins.`,
    );
  }
  const evidence = `A second write of a name ${second === 'exists' && isKept ? 'is refused' : 'went through'}, and of ${RIVALS} at the same time ${winners} won.`;
  return finding(
    'create-only',
    evidence,
    'Keep the vault in another kind of place: points there could be overwritten.',
  );
}

async function checkReading(bench: Bench): Promise<StoreCheck> {
  const bytes = bench.random.bytes(1024);
  await put(bench, 'read', bytes);
  const name = `${bench.folder}read`;
  const isRead = isSame(await bench.probe.find(name), bytes);
  const isListed = (await bench.probe.list(name)).length === 1;
  if (isRead && isListed) return ok('read-after-write', 'What was written is read and listed at once.');
  const evidence = `What was just written is ${isRead ? '' : 'not '}read and ${isListed ? '' : 'not '}listed at once.`;
  return finding(
    'read-after-write',
    evidence,
    'Keep the vault in another kind of place: a backup would not see its own work.',
  );
}

async function checkListing(bench: Bench): Promise<StoreCheck> {
  for (const name of LISTED.toReversed()) await put(bench, name, new Uint8Array([1]));
  const listed = (await bench.probe.list(`${bench.folder}list/`)).map(({ name }) => name.slice(bench.folder.length));
  const expected = LISTED.toSorted();
  if (listed.join('\n') === expected.join('\n'))
    return ok('listing', 'Listings are complete and in the order of names.');
  const evidence = `${expected.length} blobs were written; the listing has ${listed.length}${listed.length === expected.length ? ', in another order' : ''}.`;
  return finding('listing', evidence, 'Keep the vault in another kind of place: points could be overlooked.');
}

async function measure(bench: Bench): Promise<StoreTest['throughput']> {
  const { clock, probe, folder, random } = bench;
  const names = Array.from({ length: THROUGHPUT_BLOBS }, (_, index) => `speed-${index}`);
  const bytes = names.map(() => random.bytes(THROUGHPUT_BYTES));
  const perSecond = (startedMs: number): number =>
    Math.round((THROUGHPUT_BLOBS * THROUGHPUT_BYTES * 1000) / Math.max(1, clock.monotonicMs() - startedMs));
  const writeStartedMs = clock.monotonicMs();
  await Promise.all(names.map((name, index) => put(bench, name, bytes[index] ?? new Uint8Array())));
  const write = perSecond(writeStartedMs);
  const readStartedMs = clock.monotonicMs();
  await Promise.all(names.map((name) => probe.find(folder + name)));
  return { write, read: perSecond(readStartedMs) };
}

async function checkTime(bench: Bench): Promise<StoreCheck[]> {
  const { probe, clock, folder } = bench;
  if (!probe.attestsTime || probe.readTime === undefined) {
    return [
      noGuarantee('clock-skew', 'The store has no clock but this machine’s.'),
      noGuarantee('attested-time', 'Whoever writes decides what time a blob bears, so prune deletes nothing here.'),
    ];
  }
  const before = Date.parse(await probe.readTime());
  await put(bench, 'dated', new Uint8Array([1]));
  const after = Date.parse(await probe.readTime());
  const [blob] = await probe.list(`${folder}dated`);
  const created = Date.parse(blob?.createdAt ?? '');
  const skew = await readClockSkew({ readStoreTime: probe.readTime }, clock);
  const remedy = 'Set the clock of this machine right (a time service). Backups work meanwhile; prune refuses.';
  return [
    skew === undefined
      ? unknown('clock-skew', 'The store did not tell its time.', 'Run the test again.')
      : skew.isTooLarge
        ? finding('clock-skew', skew.text, remedy)
        : ok(
            'clock-skew',
            `The clocks of the store and of this machine are ${Math.round(Math.abs(skew.skewMs) / 1000)} s apart.`,
          ),
    created >= before - 1000 && created <= after + 1000
      ? ok('attested-time', 'The store dates blobs by its own clock, which no writer can influence.')
      : finding(
          'attested-time',
          `A blob written between ${iso(before)} and ${iso(after)} of the store's clock is dated ${blob?.createdAt ?? 'not at all'}.`,
          'Find out what lies between this machine and the store: points there would bear a wrong time.',
        ),
  ];
}

/** What this identity could do to a vault, tried on probes. */
async function checkDamage(bench: Bench, facts: StoreFacts | undefined): Promise<StoreCheck[]> {
  const { probe, folder, random } = bench;
  if (probe.kind === 'folder' || probe.overwrite === undefined) {
    return [
      noGuarantee('overwrite-refusal', 'Whoever may write to the folder may also overwrite its files.'),
      noGuarantee('delete-refusal', 'Whoever may write to the folder may also delete in it.'),
      noGuarantee('versions', 'A folder keeps no earlier versions of its files: --vault-as-of is not possible.'),
    ];
  }
  const overwritten = await probe.overwrite(`${folder}taken`, random.bytes(32));
  const deleted = await probe.delete(`${folder}claimed`);
  if (deleted === 'deleted') bench.written.splice(bench.written.indexOf(`${folder}claimed`), 1);
  const keeps = facts?.keepsVersions;
  return [
    judgeDamage('overwrite-refusal', 'overwrite', { outcome: overwritten, keeps }),
    judgeDamage('delete-refusal', 'delete', { outcome: deleted === 'deleted' ? 'done' : deleted, keeps }),
    judgeVersions(keeps),
  ];
}

function judgeDamage(
  id: string,
  act: 'overwrite' | 'delete',
  seen: { readonly outcome: 'done' | 'held' | 'refused' | 'absent'; readonly keeps: boolean | undefined },
): StoreCheck {
  const past = act === 'delete' ? 'deleted' : 'overwritten';
  if (seen.outcome === 'refused') return ok(id, `This identity may not ${act}.`);
  if (seen.outcome === 'held') return ok(id, `A blob that was just written cannot be ${past}: immutability holds it.`);
  if (seen.outcome === 'absent')
    return unknown(id, 'A blob that was just written was gone.', 'Find out who deletes here.');
  const after = seen.keeps === true ? ' Its version is kept, for --vault-as-of.' : ' Nothing is kept of it.';
  return finding(
    id,
    `This identity may ${act}: a probe was ${past}.${after}`,
    'Give who writes a role with blobs/read and blobs/add/action only (letters rcl in a signature), or make the container immutable.',
  );
}

function judgeVersions(keeps: boolean | undefined): StoreCheck {
  if (keeps === true) return ok('versions', 'Earlier versions of blobs are kept: --vault-as-of reads them.');
  if (keeps === false) {
    return noGuarantee(
      'versions',
      'The account keeps no versions: what is overwritten or deleted cannot be read by --vault-as-of.',
    );
  }
  return unknown(
    'versions',
    'Whether versions are kept could not be read.',
    'Allow this identity to list the container.',
  );
}

function judgeAccount({ hierarchicalNamespace, signatureEnd }: StoreFacts, nowMs: number): StoreCheck[] {
  const namespace =
    hierarchicalNamespace === undefined
      ? unknown(
          'namespace',
          'Whether the account has a hierarchical namespace could not be read.',
          'Look it up in the portal: it must have none.',
        )
      : hierarchicalNamespace
        ? finding(
            'namespace',
            'The account has a hierarchical namespace: Azure Backup protects it in another way, and it keeps no versions.',
            'Make a general-purpose v2 account without one, and a vault there.',
          )
        : ok('namespace', 'The account has a flat namespace.');
  if (signatureEnd === undefined) return [namespace];
  const left = Date.parse(signatureEnd) - nowMs;
  const evidence = `The shared access signature ends at ${signatureEnd}.`;
  return [
    namespace,
    left > SIGNATURE_SHOULD_LAST_MS
      ? ok('signature', evidence)
      : finding(
          'signature',
          evidence,
          'Make a new signature before it does, or sign in with an identity, which has no end.',
        ),
  ];
}

/** In a store that refuses the first deletion nothing more is tried. */
async function cleanUp({ probe, written }: Bench): Promise<readonly string[]> {
  const left = [...written];
  for (const name of written) {
    const outcome = await probe.delete(name);
    if (outcome === 'held' || outcome === 'refused') break;
    left.shift();
  }
  return left;
}

function isSame(found: Uint8Array | undefined, expected: Uint8Array): boolean {
  return (
    found !== undefined && found.length === expected.length && found.every((byte, index) => byte === expected[index])
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
