import type { JsonObject } from '../../src/core/json.ts';
import { isWithin } from '../../src/core/resource.ts';
import type { DumpLine } from '../../src/sim/apigee/index.ts';
import { bundleDigest } from '../../src/sim/apigee/bundle-files.ts';
import { builtIn, dumpNamesOf, idsOf, isSingleton, kindsOf, nameOf } from './places.ts';
import { holesInVain } from './judge-vain.ts';
import { saidInDump } from './said-in-dump.ts';
import type { ReadResource } from './scene.ts';

/** The parts of a backup's document that say what is missing. */
export interface Ledger {
  readonly grade: string;
  readonly ledger: readonly {
    readonly kind: string;
    readonly captured: number;
    readonly exceptions: readonly { readonly at: string; readonly state: string; readonly reason: string }[];
    readonly notes: readonly string[];
  }[];
}

export interface PointEvidence {
  /** What the organization was when the capture began, and when it ended: the same unless somebody worked on it. */
  readonly before: readonly DumpLine[];
  readonly after: readonly DumpLine[];
  readonly point: readonly ReadResource[];
  readonly said: Ledger;
  /** Whether the identity may not see what is in spaces. */
  readonly hasHiddenSpaces?: boolean;
}

/** What a point has or lacks against the organization that it was taken of, beyond what its ledger says; none when it is true. */
export function judgePoint(evidence: PointEvidence): readonly string[] {
  return [...missing(evidence), ...phantoms(evidence), ...miscounted(evidence), ...holesInVain(evidence)];
}

/** Kinds of a dump that the product does not capture (yet), so that nobody judges them. */
export function notJudged(lines: readonly DumpLine[]): ReadonlySet<string> {
  return new Set(lines.filter(({ kind }) => kindsOf(kind).length === 0).map(({ kind }) => kind));
}

/**
 * What stands in the ledger as unreadable because nobody knows whether it is there at all: once what it belongs to is back, a
 * restore has nothing to say of it any more.
 */
export function unknowableIn({
  ledger,
}: Ledger): readonly { readonly id: string; readonly code: string; readonly why: string }[] {
  return ledger
    .filter(({ kind }) => kind.endsWith('-deployment-iam-policy'))
    .flatMap(({ exceptions }) => exceptions.filter(({ state }) => state === 'unreadable'))
    .map(({ at }) => ({ id: at, code: 'UNREADABLE', why: 'named in the ledger' }));
}

function* missing({ before, after, point, said, hasHiddenSpaces = false }: PointEvidence): Generator<string> {
  const hidden = hasHiddenSpaces ? hiddenOwners(said, [...before, ...after]) : [];
  const then = Map.groupBy(before, nameOf);
  const now = Map.groupBy(after, nameOf);
  const has = new Map<string, ReadResource[]>();
  for (const resource of point) {
    for (const name of dumpNamesOf(resource)) has.set(name, [...(has.get(name) ?? []), resource]);
  }
  for (const line of after) {
    const name = nameOf(line);
    const first = then.get(name) ?? [];
    // What came or went meanwhile may be in the point or not.
    if (first.length === 0 || kindsOf(line.kind).length === 0) continue;
    if (isHole(said, line) || idsOf(line).some((id) => hidden.some((owner) => isWithin(id, owner)))) continue;
    // More than one where the service allows a name twice.
    const resources = has.get(name) ?? [];
    const least = Math.min(first.length, now.get(name)?.length ?? 0);
    const isRight = (one: ReadResource): boolean => [...first, line].some((wanted) => sameMeaning(wanted, one, point));
    if (resources.length < least) yield `${name} is not in the point, and the ledger does not say so`;
    else if (!resources.some(isRight)) {
      const found = resources.map(({ body = '' }) => body).join('; ');
      yield `${name} is not in the point as it was: ${JSON.stringify(line.value)}; ${found}`;
    }
  }
}

/** Resources of the point that the organization never had. */
function* phantoms({ before, after, point }: PointEvidence): Generator<string> {
  const known = new Set([...before, ...after].map(nameOf));
  const dumped = new Set([...before, ...after].flatMap(({ kind }) => kindsOf(kind)));
  for (const resource of point) {
    // What every parent has one of is in no dump where it says nothing.
    if (!dumped.has(resource.kind) || isSingleton(resource.kind) || builtIn.has(resource.id)) continue;
    for (const name of dumpNamesOf(resource)) {
      if (!known.has(name)) yield `${resource.id} is in the point, and the organization has no ${name}`;
    }
  }
}

function* miscounted({ point, said }: PointEvidence): Generator<string> {
  const counts = new Map<string, number>();
  for (const { kind } of point) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  let hasHoles = false;
  for (const { kind, captured, exceptions } of said.ledger) {
    hasHoles ||= exceptions.some(({ state }) => holes.has(state));
    if (captured !== (counts.get(kind) ?? 0)) {
      yield `the ledger counts ${captured} of ${kind}, the point has ${counts.get(kind) ?? 0}`;
    }
    for (const { at, state } of exceptions) {
      if (state === 'vanished' && point.some((one) => one.kind === kind && one.id === at)) {
        yield `${at} is called ${state} and is in the point`;
      }
    }
  }
  if (hasHoles !== (said.grade === 'partial'))
    yield `there are ${hasHoles ? '' : 'no '}holes, and the grade is ${said.grade}`;
}

const holes: ReadonlySet<string> = new Set(['denied', 'failed', 'vanished']);

/** What stands in a space, where the ledger says of its kind that such may be left out unseen. */
function hiddenOwners({ ledger }: Ledger, lines: readonly DumpLine[]): readonly string[] {
  const filtered = ledger.filter(({ notes }) => notes.some((note) => note.includes('that the identity may not see')));
  return lines
    .filter(({ kind, value }) => Boolean(value['space']) && filtered.some((row) => kindsOf(kind).includes(row.kind)))
    .flatMap(idsOf);
}

/** Whether the ledger says that this line's resource, or what it hangs on, could not be had. */
function isHole({ ledger }: Ledger, line: DumpLine): boolean {
  const ids = idsOf(line);
  const states =
    line.kind === 'key value map entry' || line.kind === 'IAM policy'
      ? [...holes, 'unreadable', 'notApplicable']
      : [...holes, 'notApplicable'];
  return ledger.some(
    ({ kind, exceptions }) =>
      kindsOf(line.kind).includes(kind) &&
      exceptions.some(
        ({ at, state }) => states.includes(state) && ids.some((id) => isWithin(id, at) || isWithin(at, id)),
      ),
  );
}

/**
 * Resources that a point has otherwise than another of the same organization, taken when nothing went wrong: an answer that was
 * damaged on its way and kept all the same.
 */
export function judgeContents(point: readonly ReadResource[], clean: readonly ReadResource[]): readonly string[] {
  const right = new Map(clean.map((resource) => [resource.id, resource]));
  return point.flatMap((resource) => {
    const other = right.get(resource.id);
    // A name in use twice is given in an order of its own.
    if (other === undefined || /~\d+$/.test(resource.id)) return [];
    const isSame = same(contentOf(resource), contentOf(other));
    return isSame ? [] : [`${resource.id} has another content: ${resource.body ?? ''}; ${other.body ?? ''}`];
  });
}

function contentOf({ body, files = [] }: ReadResource): unknown {
  return body === undefined ? files.map(({ path, base64 }) => [path, base64]) : JSON.parse(body);
}

/** Whether the resource's own answer says what the line means; fields that only an answer has do not count. */
function sameMeaning({ kind, value }: DumpLine, resource: ReadResource, point: readonly ReadResource[]): boolean {
  // What the server answered is an object, or the reader would not have it.
  const body = JSON.parse(resource.body ?? '{}') as JsonObject;
  if (kind === 'proxy' || kind === 'shared flow') {
    return sameRevisions(value['revisions'], resource, point) && same(value['labels'], body['labels']);
  }
  const said = saidInDump(kind, body);
  return said === undefined || Object.entries(value).every(([field, wanted]) => same(wanted, said[field]));
}

/** The digests of all revisions, computed anew from the files in the point. */
function sameRevisions(wanted: unknown, owner: ReadResource, point: readonly ReadResource[]): boolean {
  const flavour = owner.kind === 'proxy' ? 'proxy' : 'sharedflow';
  const found = point
    .filter(({ kind, id }) => kind === `${owner.kind}-revision` && id.startsWith(`${owner.id}/`))
    .map(({ files = [] }) =>
      bundleDigest(flavour, new Map(files.map(({ path, base64 }) => [path, Buffer.from(base64, 'base64')]))),
    );
  return same([...new Set(Array.isArray(wanted) ? wanted : [])], [...new Set(found)]);
}

function same(left: unknown, right: unknown): boolean {
  return settled(left) === settled(right);
}

/** The value as text, without what is empty and with all lists in one order. */
function settled(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map(settled).sort().join()}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .map(([field, inner]) => [field, settled(inner)] as const)
      .filter(([, inner]) => inner !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return fields.length === 0 ? '' : `{${fields.map(([field, inner]) => `${field}:${inner}`).join()}}`;
  }
  if (value === undefined || value === null || value === false || value === '') return '';
  // Large numbers come as strings or as numbers.
  return typeof value === 'number' ? `"${value}"` : JSON.stringify(value);
}
