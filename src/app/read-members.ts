import type { EntryCore } from '../core/entry.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { FindMemberPolicy } from '../core/member-policy.ts';
import type { ResourceId } from '../core/resource.ts';
import { parentId } from '../core/resource.ts';
import type { Reading, ReadRequest } from './ports/organization.ts';
import type { ReadStep } from './read-organization.ts';

/** What decides how members are taken, see `member-policy.ts`. */
export interface MembersRequest {
  readonly policy: FindMemberPolicy;
  /** When what is known below a parent was read, ISO 8601; undefined when it has to be read. */
  readonly readSince: (kind: Kind, parent: ResourceId) => string | undefined;
  readonly nowMs: number;
}

/** A request divided by the policy of each parent. */
export interface DividedMembers {
  /** What is still to be asked of the service. */
  readonly asked: ReadRequest;
  /** Parents whose members are not asked for, and what the ledger says of them. */
  readonly gaps: readonly Extract<Reading, { type: 'gap' }>[];
  /** Parents whose known members still stand. */
  readonly carried: ReadonlySet<ResourceId>;
  /** What becomes of an answer: of members of which only the names are taken, a gap with the name. */
  take(reading: Reading): Reading;
}

/** Undefined where nothing is left out: the request stands as it is. */
export function divideMembers(read: ReadRequest, request: MembersRequest | undefined): DividedMembers | undefined {
  const { kind } = read;
  if (request === undefined || kind.mayBeLeftOut !== true) return undefined;
  const names = new Set<ResourceId>();
  const carried = new Set<ResourceId>();
  const parents: ResourceId[] = [];
  const gaps: Extract<Reading, { type: 'gap' }>[] = [];
  const leave = (gap: Extract<Reading, { type: 'gap' }>['gap']): void =>
    void gaps.push({ type: 'gap', kind: kind.name, gap });
  for (const parent of read.parents) {
    const policy = request.policy(kind, parent);
    if (policy === 'skip') {
      leave({ at: parent, state: 'leftOut', reason: 'Left out by the configuration (entries: skip).' });
      continue;
    }
    if (policy === 'names') names.add(parent);
    const since = typeof policy === 'object' ? request.readSince(kind, parent) : undefined;
    if (typeof policy === 'object' && since !== undefined && request.nowMs - Date.parse(since) < policy.everyMs) {
      carried.add(parent);
      leave({ at: parent, state: 'carried', reason: `Read by the capture of ${since}, and carried since.`, since });
    } else parents.push(parent);
  }
  const take = (reading: Reading): Reading => {
    if (reading.type === 'gap' || !names.has(parentId(reading.id))) return reading;
    const reason = 'Its value was left out by the configuration (entries: names).';
    return { type: 'gap', kind: kind.name, gap: { at: reading.id, state: 'leftOut', reason } };
  };
  return { asked: { ...read, parents }, gaps, carried, take };
}

/** What the ledger says of parents that are not asked for, and their known members. */
export async function* carryMembers(
  { gaps, carried }: DividedMembers,
  source: { readonly kind: Kind; readonly known: () => AsyncIterable<EntryCore> },
): AsyncGenerator<ReadStep> {
  for (const reading of gaps) yield { reading, chosen: true };
  if (carried.size === 0) return;
  for await (const entry of source.known()) {
    if (!carried.has(parentId(entry.id))) continue;
    yield { reading: { type: 'unchanged', kind: source.kind.name, id: entry.id }, known: entry, chosen: true };
  }
}
