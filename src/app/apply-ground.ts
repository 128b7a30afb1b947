import type { Content, EntryCore } from '../core/entry.ts';
import { UserError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import { holesOf } from '../core/call-holes.ts';
import { isKindName, kinds } from '../core/kinds/index.ts';
import type { KindName } from '../core/kinds/index.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { LedgerRow } from '../core/ledger.ts';
import { parseJson } from '../core/parse-json.ts';
import { kindsReadTogether } from '../core/reading-order.ts';
import type { Fingerprint, Plan } from '../core/plan.ts';
import type { ResourceId } from '../core/resource.ts';
import type { ApplyDeps, ApplyRequest } from './apply-request.ts';
import { describe } from './describe.ts';
import { fingerprintOf } from './plan-pairs.ts';
import type { LiveReading } from './ports/organization.ts';
import type { PointReader } from './ports/vault.ts';

export interface TouchedResource {
  readonly id: ResourceId;
  readonly kind: KindName;
  /** What was there before the first write; absent when nothing was. */
  readonly before?: { readonly entry: EntryCore; readonly content: Content };
}

/** What the one read before the first write saw: the stale check, the safety point and the live secrets rest on it. */
export interface Ground {
  readonly touched: readonly TouchedResource[];
  /** Live secret values that calls need, by `id#path`. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Revisions the point knows, so that fewer bundles are downloaded to tell digests. */
export async function* revisionsOf(point: PointReader, plan: Plan): AsyncIterable<EntryCore> {
  const owners = new Set(plan.fingerprints.map(({ kind }) => kind));
  for (const kind of Object.values(kinds)) {
    const concerned = [
      kind.name,
      ...Object.values(kinds)
        .filter((other) => other.resolvesAgainst?.includes(kind.name))
        .map(({ name }) => name),
    ];
    if (kind.content !== 'bundle' || !point.has(kind.name) || !concerned.some((name) => owners.has(name))) continue;
    yield* point.entries(kind.name);
  }
}

/** Reads each resource the plan touches once. UserError `PLAN_STALE` names everything that moved since planning. */
export async function checkGround(
  deps: ApplyDeps,
  plan: Plan,
  point: Pick<PointReader, 'canonicalVersion'>,
): Promise<Ground> {
  const moved: string[] = [];
  const touched: TouchedResource[] = [];
  const secrets = new Map<string, string>();
  const wanted = liveHoles(plan);
  for (const together of kindsReadTogether()) {
    const asked = together.flatMap((kind) =>
      plan.fingerprints
        .filter((fingerprint) => fingerprint.kind === kind.name)
        .map((of) => ({ id: of.id, kind, of, wasThere: of.state === 'present' })),
    );
    if (asked.length === 0) continue;
    const readings = await deps.live.readOne(asked);
    for (const { id, kind, of } of asked) {
      const reading = readings.get(id);
      const version = point.canonicalVersion(kind.name);
      const before = beforeOf({ kind, version }, id, reading, deps);
      const why = whyMoved({ fingerprint: of, kind }, reading, before?.entry);
      if (why !== undefined) moved.push(`${id} ${why}`);
      touched.push({ id, kind: kind.name, ...(before === undefined ? {} : { before }) });
      if (before !== undefined) collectSecrets(id, before.content, wanted, secrets);
    }
    deps.progress.advance(touched.length, plan.fingerprints.length, 'checked');
  }
  if (moved.length > 0) throw stale(moved);
  return { touched, secrets };
}

function stale(moved: readonly string[]): UserError {
  const shown = moved.slice(0, 10).join('; ');
  const more = moved.length > 10 ? `; and ${moved.length - 10} more` : '';
  return new UserError({
    code: 'PLAN_STALE',
    message: `Nothing was changed: the live organization moved since the plan was made: ${shown}${more}.`,
    resource: moved[0]?.split(' ')[0] ?? '',
    next: 'Make a new plan and look at it again.',
  });
}

function beforeOf(
  { kind, version }: { readonly kind: Kind; readonly version: number | undefined },
  id: ResourceId,
  reading: LiveReading | undefined,
  deps: ApplyDeps,
): TouchedResource['before'] {
  if (reading?.state !== 'present') return undefined;
  const described = describe(kind, { id, ...reading }, deps.live, version);
  return described === undefined ? undefined : { entry: described.entry, content: reading.content };
}

function whyMoved(
  { fingerprint, kind }: { readonly fingerprint: Fingerprint; readonly kind: Kind },
  reading: LiveReading | undefined,
  entry: EntryCore | undefined,
): string | undefined {
  const present = reading?.state === 'present';
  if (fingerprint.state === 'absent') {
    if (present) return 'was absent and is there now';
    const anchor = reading?.anchor;
    return fingerprint.anchor !== undefined && anchor !== fingerprint.anchor
      ? 'has new or fewer revisions beside it'
      : undefined;
  }
  if (!present) {
    const isDoubtful =
      kind.doubtfulDecoding === true && /%2[5B]/.test(fingerprint.id.slice(fingerprint.id.lastIndexOf('/')));
    return `was there and is gone${isDoubtful ? ', or the service does not find it by the name that it has' : ''}`;
  }
  if (entry === undefined) return 'cannot be read as a whole any more';
  const now = fingerprintOf(entry);
  const same =
    now.configHash === fingerprint.configHash &&
    now.secretHash === fingerprint.secretHash &&
    now.anchor === fingerprint.anchor;
  return same ? undefined : 'is not as it was';
}

function liveHoles(plan: Plan): ReadonlySet<string> {
  const holes = plan.calls.flatMap(holesOf);
  return new Set(holes.flatMap((hole) => (hole.hole === 'live' ? [`${hole.id}#${hole.name}`] : [])));
}

function collectSecrets(
  id: ResourceId,
  content: Content,
  wanted: ReadonlySet<string>,
  into: Map<string, string>,
): void {
  if (content.type !== 'json') return;
  const body = parseJson(content.text);
  if (!isJsonObject(body)) return;
  for (const [field, value] of Object.entries(body)) {
    if (typeof value === 'string' && wanted.has(`${id}#${field}`)) into.set(`${id}#${field}`, value);
  }
}

/** Stores what is about to be touched, signed by the restorer; `undo` will start from it. Answers its id. */
export async function writeSafetyPoint(
  deps: ApplyDeps,
  run: {
    readonly plan: Plan;
    readonly ground: Ground;
    readonly run: number;
    readonly startedAt: string;
    readonly request: ApplyRequest;
  },
): Promise<string> {
  const writer = await deps.vault.beginPoint({
    organization: run.plan.organization,
    startedAt: run.startedAt,
    scope: { type: 'run', run: run.run },
    signer: 'restorer',
  });
  const ledger: LedgerRow[] = [];
  for (const name of Object.keys(kinds)) {
    if (!isKindName(name)) continue;
    const touched = run.ground.touched.filter((item) => item.kind === name);
    if (touched.length === 0) continue;
    const collection = writer.collection(kinds[name]);
    for (const { before } of touched) if (before !== undefined) await collection.add(before.entry, before.content);
    const { count } = await collection.finish();
    ledger.push(safetyRow(name, count, touched));
  }
  const usage = deps.live.usage();
  const summary = await writer.commit({
    grade: 'complete',
    consistent: true,
    endedAt: deps.clock.now(),
    ledger,
    notCaptured: [],
    calls: usage.calls,
    floor: usage.floor,
    efficiency: 1,
    moved: [],
    tool: run.request.tool,
    identity: run.request.identity,
    gaps: new Map(),
  });
  return summary.id;
}

function safetyRow(kind: KindName, count: number, touched: readonly TouchedResource[]): LedgerRow {
  const absent = touched.filter(({ before }) => before === undefined).map(({ id }) => id);
  return {
    kind,
    listed: count,
    captured: count,
    denied: 0,
    failed: 0,
    vanished: 0,
    notApplicable: 0,
    unreadable: 0,
    accepted: 0,
    exceptions: [],
    notes: absent.length === 0 ? [] : [`absent before the run: ${absent.length}`],
  };
}
