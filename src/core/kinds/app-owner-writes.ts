import type { CallBody, CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { callPath } from './api-path.ts';
import type { Desired, Kind } from './kind.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';
import { differingFields, emptyBody } from './write-body.ts';

/** Developers and AppGroups, who own apps and are active or not. */
export interface AppOwnerWriting {
  readonly title: string;
  /** Path of the list they are created in. */
  readonly list: string;
  /** With which method `?action=` sets the status. */
  readonly statusMethod: 'POST' | 'PUT';
  /** What is written of one, without its status. */
  readonly body: (desired: Desired) => CallBody;
}

function isInactive(canonical: JsonValue): boolean {
  return isJsonObject(canonical) && stringField(canonical, 'status') === 'inactive';
}

/** Always created active; the status is only settable by this call. */
function statusCall(owner: AppOwnerWriting, desired: Desired, requires: readonly string[]): CallDraft {
  const status = isInactive(desired.canonical) ? 'inactive' : 'active';
  return {
    step: 'status',
    action: 'status',
    // An inactive owner may refuse calls on apps and keys: active comes first, inactive last.
    phase: status === 'inactive' ? 'activate' : 'materialise',
    method: owner.statusMethod,
    path: callPath(desired.id),
    query: { action: status },
    body: emptyBody,
    reason: `the ${owner.title} was ${status}`,
    lookup: { type: 'repeat' },
    requires,
  };
}

/** The calls that make, change and delete an owner of apps. */
export function appOwnerWrites(owner: AppOwnerWriting): Pick<Kind, 'create' | 'update' | 'remove'> {
  return {
    create: (desired) => ({
      calls: [
        createCall(desired.id, {
          path: [owner.list],
          body: owner.body(desired),
          reason: `the ${owner.title} is missing`,
        }),
        ...(isInactive(desired.canonical) ? [statusCall(owner, desired, ['create'])] : []),
      ],
    }),
    update: (desired, live) => {
      const movesStatus = isInactive(desired.canonical) !== isInactive(live.canonical);
      const fields = differingFields(desired, live).filter((field) => field !== 'status');
      const change = updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        body: owner.body(desired),
        reason: `${fields.join(', ')} differ`,
        requires: [],
      });
      return {
        calls: [...(movesStatus ? [statusCall(owner, desired, [])] : []), ...(fields.length > 0 ? [change] : [])],
      };
    },
    remove: (live) => ({
      calls: [deleteCall(callPath(live.id), { risk: `Deletes all apps and keys of this ${owner.title}.` })],
    }),
  };
}
