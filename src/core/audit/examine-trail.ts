import type { AlienBatch, AlienKind, AuditObject, NamedHead, SignedBatch } from './audit-objects.ts';
import { splitBatchName } from './audit-record.ts';

/** What is wrong with a trail: somebody tampered with it, or a signer does what no release does. */
export type TamperKind = AlienKind | 'truncated' | 'gap' | 'fork' | 'malformed';

export interface TrailFinding {
  /** `open`: a stream without its end; `waiting`: records that are not in the vault yet. */
  readonly kind: TamperKind | 'open' | 'waiting';
  /** The batch or stream. */
  readonly object: string;
  readonly reason: string;
}

export interface TrailState {
  /** All that shows tampering, then what is only to be known. */
  readonly findings: readonly TrailFinding[];
  readonly streams: number;
  readonly batches: number;
  readonly records: number;
  /** Batches that no key at hand opens: their lines were not looked at. */
  readonly notOpened: number;
}

export interface TrailFacts {
  readonly objects: readonly AuditObject[];
  /** Heads in manifests, and copies kept outside the vault. */
  readonly named: readonly NamedHead[];
  /** Batches in the spool of this machine. */
  readonly waiting: readonly string[];
}

const notices: ReadonlySet<TrailFinding['kind']> = new Set(['open', 'waiting']);

/** Whether a finding shows tampering. */
export function isTampering({ kind }: TrailFinding): boolean {
  return !notices.has(kind);
}

/** Judges a trail by its batches and by what else names them. */
export function examineTrail(facts: TrailFacts): TrailState {
  const trail = new Trail(facts.objects);
  const named = [...trail.ownReferences(), ...facts.named];
  const findings = [
    ...trail.alienFindings(named),
    ...trail.missing(named),
    ...trail.forks(named),
    ...trail.malformed(),
    ...trail.open(),
    ...facts.waiting.map(
      (name): TrailFinding => ({
        kind: 'waiting',
        object: name,
        reason: 'it waits in the spool of this machine and is not in the vault: `holdfast audit upload`',
      }),
    ),
  ];
  const { signed } = trail;
  return {
    findings: findings.sort((a, b) => Number(isTampering(b)) - Number(isTampering(a)) || compare(a.object, b.object)),
    streams: trail.streams.size,
    batches: signed.length,
    records: signed.reduce((sum, { count }) => sum + count, 0),
    notOpened: signed.filter(({ records }) => records === undefined).length,
  };
}

class Trail {
  readonly signed: readonly SignedBatch[];
  /** Genuine batches by number. */
  readonly streams = new Map<string, Map<number, SignedBatch>>();
  readonly #aliens: readonly AlienBatch[];
  readonly #byName: ReadonlyMap<string, AuditObject>;

  constructor(objects: readonly AuditObject[]) {
    this.#byName = new Map(objects.map((object) => [object.name, object]));
    this.signed = objects.filter((object) => object.state === 'genuine');
    this.#aliens = objects.filter((object) => object.state === 'alien');
    for (const batch of this.signed) {
      const stream = this.streams.get(batch.stream) ?? new Map<number, SignedBatch>();
      stream.set(batch.number, batch);
      this.streams.set(batch.stream, stream);
    }
  }

  /** What the batches name themselves: predecessors, heads, the stream before. */
  ownReferences(): NamedHead[] {
    return this.signed.flatMap(({ name, previous, heads, continues }) =>
      [previous, ...heads, continues].flatMap((head) => (head ? [{ ...head, by: name }] : [])),
    );
  }

  alienFindings(named: readonly NamedHead[]): TrailFinding[] {
    return this.#aliens.map(({ name, hash, kind, reason }) => {
      const other = named.find((head) => head.name === name && head.hash !== hash);
      if (other === undefined) return { kind, object: name, reason };
      // Something genuine was here once: it was not squatted but overwritten.
      const became = kind === 'squatted' || kind === 'unknown-signer' ? 'rewritten' : kind;
      return { kind: became, object: name, reason: `${reason}; ${other.by} names another batch there` };
    });
  }

  /** Numbers missing below others, and tails that something names. */
  missing(named: readonly NamedHead[]): TrailFinding[] {
    const findings: TrailFinding[] = [];
    const lost = new Map<string, { number: number; by: string }>();
    for (const [stream, batches] of this.streams) {
      const newest = Math.max(...batches.keys());
      for (let number = 0; number < newest; number += 1) {
        const name = nameOf(stream, number);
        if (this.#byName.has(name)) continue;
        findings.push({ kind: 'gap', object: name, reason: `it is missing, and ${nameOf(stream, newest)} is there` });
      }
    }
    for (const { name, by } of named) {
      const place = splitBatchName(name);
      if (place === undefined || this.#byName.has(name)) continue;
      const newest = Math.max(-1, ...(this.streams.get(place.stream)?.keys() ?? []));
      const known = lost.get(place.stream);
      if (place.number > newest && place.number > (known?.number ?? -1))
        lost.set(place.stream, { number: place.number, by });
    }
    for (const [stream, { number, by }] of lost) {
      const newest = Math.max(-1, ...(this.streams.get(stream)?.keys() ?? []));
      const left = newest < 0 ? 'nothing of it is left' : `it ends with ${nameOf(stream, newest)}`;
      findings.push({
        kind: 'truncated',
        object: `audit/${stream}`,
        reason: `${left}, and ${by} names ${nameOf(stream, number)}`,
      });
    }
    return findings;
  }

  /** Two genuine batches where there can be one. */
  forks(named: readonly NamedHead[]): TrailFinding[] {
    const findings = new Map<string, TrailFinding>();
    for (const { name, hash, by } of named) {
      const object = this.#byName.get(name);
      if (object?.state !== 'genuine' || object.hash === hash || findings.has(name)) continue;
      findings.set(name, {
        kind: 'fork',
        object: name,
        reason: `it is signed, and so was another batch of this number that ${by} names`,
      });
    }
    const successors = new Map<string, string>();
    for (const { name, continues } of this.signed) {
      if (continues === undefined) continue;
      const place = splitBatchName(continues.name);
      const next = place && this.streams.get(place.stream)?.get(place.number + 1)?.name;
      const other = next ?? successors.get(continues.name);
      successors.set(continues.name, name);
      if (other === undefined) continue;
      findings.set(continues.name, {
        kind: 'fork',
        object: continues.name,
        reason: `both ${other} and ${name} go on behind it: two processes wrote as one`,
      });
    }
    return [...findings.values()];
  }

  malformed(): TrailFinding[] {
    return this.signed.flatMap(({ name, malformed }) =>
      malformed === undefined ? [] : [{ kind: 'malformed' as const, object: name, reason: malformed }],
    );
  }

  /** Streams that nobody closed or continued. */
  open(): TrailFinding[] {
    const continued = new Set(this.signed.flatMap(({ continues }) => continues?.name ?? []));
    return [...this.streams].flatMap(([stream, batches]) => {
      const last = batches.get(Math.max(...batches.keys()));
      if (last === undefined || last.last || continued.has(last.name)) return [];
      return [{ kind: 'open' as const, object: `audit/${stream}`, reason: describeOpen([...batches.values()], last) }];
    });
  }
}

function describeOpen(batches: readonly SignedBatch[], last: SignedBatch): string {
  const records = batches.flatMap((batch) => batch.records ?? []);
  const ended = new Set(records.filter(({ event }) => event === 'ended').map(({ act }) => act));
  const under = records.filter(({ event, act }) => event === 'began' && !ended.has(act));
  const what = under.map(({ action }) => action ?? 'an action').join(', ');
  const during = what === '' ? '' : ` during ${what}`;
  return `it has no end: its process was killed${during}, or still runs. Its last batch, of ${last.at}, is whole, and nothing names more of it`;
}

function nameOf(stream: string, number: number): string {
  return `audit/${stream}/${String(number).padStart(6, '0')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
