import type { CallDraft } from '../call.ts';
import { pickFields, stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Live, WriteContext, Writes } from './kind.ts';
import type { MonetizationOwner } from './monetization-owner.ts';
import { isRemovedAbove } from './removed-above.ts';
import { jsonBody } from './write-body.ts';

const UNSET = 'BILLING_TYPE_UNSPECIFIED';

function isUnset(body: JsonObject): boolean {
  return [undefined, '', UNSET].includes(stringField(body, 'billingType'));
}

function put({ id, body }: Desired, action: CallDraft['action'], reason: string): Writes {
  return {
    calls: [
      {
        step: 'set',
        action,
        phase: 'materialise',
        method: 'PUT',
        path: callPath(id),
        body: jsonBody(pickFields(body, ['billingType'])),
        reason,
        lookup: { type: 'repeat' },
        risk: 'Decides whether calls are paid before or after they are made.',
      },
    ],
  };
}

function remove(live: Live, context: WriteContext): Writes {
  if (isRemovedAbove(live.id, context)) return { calls: [] };
  const why = 'The point has no billing type here, and no call of the API takes one away.';
  return { calls: [], cannot: [{ id: live.id, code: 'NO_WRITE', why, next: 'Set the billing type that is wanted.' }] };
}

/** Whether a developer or an AppGroup pays before or after the calls (`developers/x/monetizationConfig`). It is a resource when it is set. */
export function monetizationConfigKind(owner: MonetizationOwner): Kind {
  return {
    name: owner.config,
    title: { one: `billing type of the ${owner.title}`, many: `billing types of ${owner.title}s` },
    scope: owner.owner,
    idPattern: `${owner.above}/monetizationConfig`,
    collection: { style: 'singleton' },
    needsAddon: 'monetizationConfig',
    content: 'json',
    canonicalVersion: 1,
    preset: 'consumers',
    isVacant: isUnset,
    vacancy: { billingType: 'string' },
    idOf: (_body, parent) => joinId(parent, 'monetizationConfig'),
    path: (id) => apiPath(id),
    serverAssigned: [],
    sets: [],
    defaults: { billingType: UNSET },
    secrets: [],
    tolerant: [],
    cascadesWithParent: true,
    extraIsDifference: true,
    needs: () => [],
    create: (desired) => put(desired, 'create', 'no billing type is set'),
    update: (desired) => put(desired, 'update', 'the billing type differs'),
    remove,
    listShape: 'P5',
    restore: 'yes',
    limits: [
      `Read for each ${owner.title}, and only where the monetization add-on is on; elsewhere the ledger says "not applicable".`,
      'A billing type that was set since cannot be taken away again by the API, only changed.',
    ],
  };
}
