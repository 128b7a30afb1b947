import { systemRandom } from '../../src/platform/random.ts';
import type { BlobStore } from '../../src/vault/blob/blob-store.ts';
import { openContext } from '../../src/vault/open-vault.ts';
import { commitDetails, memorySorter, ORGANIZATION, sampleKind } from '../../src/vault/sample-vault.fixture.ts';
import type { VaultContext } from '../../src/vault/vault-context.ts';
import { namesIn, prefix, type PrunableVault } from './prunable-vault.ts';

/** What somebody who holds the writer's key, and may add blobs, signs. */
export interface FalsePoint {
  /** Which epoch it is put into, of those there are. */
  readonly into: number;
  /** An id of its own, that of another point, or that of another point under an older name. */
  readonly id: 'own' | 'taken' | 'taken-earlier';
  readonly victim: number;
  /** How far the time that it says is from now. */
  readonly hoursOff: number;
  readonly table: 'none' | 'of-victim' | 'of-nobody' | 'no-name';
  /** What it says that it wrote: everything of its epoch, of all epochs, or what is no name. */
  readonly wrote: 'nothing' | 'epoch' | 'vault' | 'outside' | 'manifests';
  readonly previous: 'none' | 'victim-changed' | 'nobody';
  /** An epoch or organization that is not the one of its name. */
  readonly liesOf: 'nothing' | 'epoch' | 'organization';
  readonly closesAll: boolean;
}

export type FalseRecord = 'mark' | 'sweep' | 'withdrawn' | 'lift' | 'hold' | 'good' | 'damaged' | 'squat' | 'epoch';

let count = 0;

function newId(): string {
  count += 1;
  return `pf0f0f0${String(count).padStart(10, '0')}`;
}

async function openThief(vault: PrunableVault, ...roles: readonly ('writer' | 'pruner')[]): Promise<VaultContext> {
  const { store, clock, keyFiles } = vault;
  const keys = Object.fromEntries(roles.map((role) => [role, keyFiles[role]]));
  return openContext({ store, clock, keys, random: systemRandom, sorterFactory: memorySorter });
}

async function namesOf(store: BlobStore, part: string): Promise<readonly string[]> {
  return (await namesIn(store)).filter((name) => name.includes(part));
}

function pickFrom<Item>(items: readonly Item[], pick: number): Item | undefined {
  return items[pick % Math.max(1, items.length)];
}

/** Puts a manifest whose signature holds and that says what is not so; returns its name. `earlier` ones are nobody's victims. */
export async function forgePoint(
  vault: PrunableVault,
  forged: FalsePoint,
  earlier: ReadonlySet<string> = new Set(),
): Promise<string | undefined> {
  const { store, clock } = vault;
  const genuine = (await namesOf(store, '/points/')).filter((name) => !earlier.has(name));
  const victim = pickFrom(genuine, forged.victim);
  const epochs = [...new Set((await namesOf(store, '/epochs/')).map((name) => name.split('/')[3] ?? ''))].sort();
  const epoch = pickFrom(epochs, forged.into);
  if (victim === undefined || epoch === undefined) return undefined;
  const folder = `${prefix}epochs/${epoch}/`;
  const endedAt = new Date(clock.epochMs() + forged.hoursOff * 3_600_000).toISOString();
  const point = forged.id === 'own' ? newId() : victim.slice(victim.lastIndexOf('-') + 1);
  const shownTime = forged.id === 'taken-earlier' ? '2001-01-01T00:00:00.000Z' : endedAt;
  const name = `${folder}points/${shownTime.replaceAll(/[-:.]/g, '')}-${point}`;
  const thief = await openThief(vault, 'writer');
  const { endedAt: at, gaps: _none, ...details } = commitDetails(endedAt);
  const header = {
    point,
    organization: forged.liesOf === 'organization' ? 'somebody-else' : ORGANIZATION,
    epoch: forged.liesOf === 'epoch' ? '000999' : epoch,
    grade: details.grade,
    startedAt: at,
    endedAt: at,
    wrote: (await claimOf(store, folder, forged.wrote)).map((below) => [below, 10]),
    previous:
      forged.previous === 'none'
        ? null
        : { name: forged.previous === 'nobody' ? `${victim}0` : victim, hash: '0'.repeat(64) },
  };
  const accepted = [{ at: '', state: 'accepted', reason: 'so it says' }];
  const body = {
    ...details,
    scope: { type: 'all' },
    parent: victim.slice(victim.lastIndexOf('-') + 1),
    resources: 1,
    bytesWritten: 1,
    gaps: forged.closesAll ? { [sampleKind.name]: accepted } : {},
    table: await tableOf(vault, { victim, folder, table: forged.table }),
  };
  const sealed = { secretClass: 'meta', content: body } as const;
  const bytes = await thief.encode({ type: 'point', name, header, signer: 'writer', sealed });
  return (await store.put(name, bytes)) === 'created' ? name : undefined;
}

async function claimOf(store: BlobStore, folder: string, wrote: FalsePoint['wrote']): Promise<readonly string[]> {
  const parts = ['/packs/', '/indexes/'];
  const all = (await namesIn(store)).filter((name) => parts.some((part) => name.includes(part)));
  switch (wrote) {
    case 'nothing':
      return [];
    case 'epoch':
      return all.filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length));
    case 'vault':
      return all.map((name) => name.split('/').slice(4).join('/'));
    case 'outside':
      return ['../../../../vault.json', 'packs/../../000001/epoch', 'epoch'];
    case 'manifests':
      return (await namesOf(store, `${folder}points/`)).map((name) => name.slice(folder.length));
  }
}

async function tableOf(
  vault: PrunableVault,
  { victim, folder, table }: { victim: string; folder: string; table: FalsePoint['table'] },
): Promise<string | null> {
  if (table === 'none') return null;
  if (table === 'of-nobody') return 'a'.repeat(64);
  if (table === 'no-name') return '../../000001/epoch';
  // Any index of the epoch may be a table; the thief tries the newest of the victim's, or of where it puts the point.
  const own = victim.startsWith(folder) ? victim : undefined;
  if (own === undefined)
    return (
      pickFrom(await namesOf(vault.store, `${folder}indexes/`), 0)
        ?.split('/')
        .at(-1) ?? null
    );
  const thief = await openThief(vault, 'writer');
  const document = thief.check(
    await vault.store.get(own),
    { type: 'point', name: own },
    { attested: undefined, signed: () => '' },
  );
  const body = (await thief.openBody(document)) as { readonly table: string | null };
  return body.table;
}

interface Draft {
  readonly type: 'prune' | 'hold' | 'proof' | 'epoch';
  readonly name: string;
  readonly header: { readonly [field: string]: unknown };
  readonly body?: object;
  readonly signer?: 'pruner';
}

/** Puts a record that its signer may not sign, or that nobody signed, where a true one would stand. */
export async function forgeRecord(
  vault: PrunableVault,
  { what, pick }: { readonly what: FalseRecord; readonly pick: number },
): Promise<string | undefined> {
  const manifests = await namesOf(vault.store, '/points/');
  const victim = pickFrom(manifests, pick);
  if (victim === undefined) return undefined;
  const draft = await draftRecord(vault, { what, pick, victim, manifests });
  const { type, name, header, body, signer = 'writer' } = draft;
  const sealed = body === undefined ? {} : { sealed: { secretClass: 'meta', content: body } as const };
  const thief = await openThief(vault, 'writer', 'pruner');
  const bytes = what === 'squat' ? new Uint8Array(99) : await thief.encode({ type, name, header, signer, ...sealed });
  return (await vault.store.put(name, bytes)) === 'created' ? name : undefined;
}

async function draftRecord(
  { store, clock }: PrunableVault,
  of: {
    readonly what: FalseRecord;
    readonly pick: number;
    readonly victim: string;
    readonly manifests: readonly string[];
  },
): Promise<Draft> {
  const { what, pick, victim, manifests } = of;
  const at = clock.now();
  const common = { organization: ORGANIZATION, at };
  const point = victim.slice(victim.lastIndexOf('-') + 1);
  count += 1;
  const number = String(count).padStart(16, '0');
  const stamp = at.replaceAll(/[-:.]/g, '');
  const prunes = [...new Set((await namesOf(store, '/prunes/')).map((name) => name.split('/')[3] ?? ''))].sort();
  const prune = pickFrom(prunes, pick) ?? '000001';
  const steps = (await namesOf(store, `/prunes/${prune}/`)).length;
  const place = `${prefix}prunes/${prune}/${digits(Math.max(1, steps))}-step`;
  const inPrune = { type: 'prune', name: place } as const;
  switch (what) {
    case 'mark': {
      const next = Number(prunes.at(-1) ?? 0) + 1;
      const body = { policy: {}, graceDays: 1, points: [], objects: [], kept: [] };
      const header = { ...common, prune: next, step: 'mark' };
      return { type: 'prune', name: `${prefix}prunes/${digits(next)}/000000-mark`, header, body };
    }
    case 'sweep': {
      const points = manifests.map((name) => ({ point: name.slice(name.lastIndexOf('-') + 1), name }));
      return { ...inPrune, header: { ...common, prune: Number(prune), step: 'sweep' }, body: { points, objects: [] } };
    }
    case 'withdrawn': {
      const header = { ...common, prune: Number(prune), step: 'withdrawn' };
      return { ...inPrune, header, body: { names: manifests, why: 'so it says' } };
    }
    case 'squat':
      return { ...inPrune, header: {} };
    case 'lift': {
      const [first = ''] = await namesOf(store, '/holds/');
      const header = { ...common, action: 'remove', hold: first.slice(first.lastIndexOf('-') + 1) };
      const name = `${prefix}holds/${stamp}-h${number}`;
      return { type: 'hold', name, header, body: { owner: 'o', reason: 'so it says' }, signer: 'pruner' };
    }
    case 'hold': {
      const header = { ...common, action: 'add', hold: `h${number}` };
      const body = { points: [point], owner: 'o', reason: 'so it says', until: null };
      return { type: 'hold', name: `${prefix}holds/${stamp}-h${number}`, header, body };
    }
    case 'good':
    case 'damaged': {
      const header = { point, depth: 'all-data', result: what, checkedObjects: 1, checkedBytes: 1, at };
      return { type: 'proof', name: `${prefix}proofs/${stamp}-${number}`, header };
    }
    case 'epoch': {
      const epochs = (await namesOf(store, '/epochs/')).map((name) => Number(name.split('/')[3]));
      const epoch = digits(Math.max(0, ...epochs) + 1);
      return {
        type: 'epoch',
        name: `${prefix}epochs/${epoch}/epoch`,
        header: { epoch, opened: at, nonce: '0', previous: null },
      };
    }
  }
}

function digits(number: number): string {
  return String(number).padStart(6, '0');
}
