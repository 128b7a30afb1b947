import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { encodeSegment, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { CannotRestore, Desired, Live, Reference, Writes } from './kind.ts';
import { jsonBody } from './write-body.ts';

/** The space that a resource belongs to, '' for none. */
export function spaceOf(canonical: JsonValue | undefined): string {
  return isJsonObject(canonical) ? (stringField(canonical, 'space') ?? '') : '';
}

/** The space has to be there before what is put into it. */
export function spaceNeeds({ canonical }: Desired): readonly Reference[] {
  const space = spaceOf(canonical);
  return space === '' ? [] : [{ id: joinId('spaces', encodeSegment(space)), why: 'it belongs to this space' }];
}

/**
 * What brings a resource that stands into its space. A new one is born in it: `space` is honoured when a resource is created,
 * and moving is the only way afterwards.
 */
export function spaceWrites(desired: Desired, live: Live): Writes {
  const [wanted, found] = [spaceOf(desired.canonical), spaceOf(live.canonical)];
  if (wanted === found) return { calls: [] };
  return wanted === ''
    ? { calls: [], cannot: [cannotLeave(desired.id, found)] }
    : { calls: [move(desired.id, wanted)] };
}

function move(id: ResourceId, space: string): CallDraft {
  return {
    step: 'move',
    action: 'update',
    phase: 'materialise',
    method: 'POST',
    path: [`${apiPath(id)}:move`],
    body: jsonBody({ space }),
    reason: 'it belongs to another space',
    lookup: { type: 'repeat' },
    risk: 'Who may work with it is decided by its space.',
  };
}

function cannotLeave(id: ResourceId, space: string): CannotRestore {
  return {
    id,
    code: 'NOT_SETTABLE',
    why: `It belonged to no space and is in space "${space}" now: no call is known that takes a resource out of all spaces.`,
    next: 'Delete it and restore again, or leave it there.',
  };
}
