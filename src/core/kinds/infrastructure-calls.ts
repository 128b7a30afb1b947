import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ResourceId } from '../resource.ts';
import { callPath } from './api-path.ts';
import type { CannotRestore, Desired, Live } from './kind.ts';
import { changedFields } from './write-body.ts';

/** The last segment of a name that may be told with everything above it. */
export function shortName(body: JsonObject): string | undefined {
  const name = stringField(body, 'name')?.split('/').at(-1);
  return name === undefined || name === '' ? undefined : name;
}

/** What is started by it is awaited; who lost the answer looks whether the resource is there. */
export function longCreate(
  id: ResourceId,
  draft: Pick<CallDraft, 'path' | 'query' | 'body' | 'reason' | 'risk'>,
): CallDraft {
  return {
    ...draft,
    step: 'create',
    action: 'create',
    phase: 'materialise',
    method: 'POST',
    longRunning: true,
    lookup: { type: 'get', path: callPath(id) },
  };
}

export function longDelete(live: Live, risk: string): CallDraft {
  return {
    step: 'delete',
    action: 'delete',
    phase: 'remove',
    method: 'DELETE',
    path: callPath(live.id),
    reason: 'the point does not have it',
    longRunning: true,
    tolerates: [404],
    lookup: { type: 'repeat' },
    risk,
  };
}

/** The fields (top level) in which the two differ. */
export function differingFields(desired: Desired, live: Live): string[] {
  const asObject = (value: JsonValue): JsonObject => (isJsonObject(value) ? value : {});
  return changedFields(asObject(desired.canonical), asObject(live.canonical));
}

/** Why these fields stay as they are; nothing where there are none. */
export function fixedAtCreation(id: ResourceId, fields: readonly string[], next: string): readonly CannotRestore[] {
  if (fields.length === 0) return [];
  const verb = fields.length === 1 ? 'is' : 'are';
  return [{ id, code: 'IMMUTABLE_FIELD', why: `${fields.join(', ')} ${verb} fixed when it is created.`, next }];
}
