import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import { idName, joinId, parentId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { BundleFlavour } from './bundle-flavour.ts';
import type { Desired, Kind, Live, WriteContext } from './kind.ts';
import { spaceOf } from './space-membership.ts';
import { isRemovedAbove } from './removed-above.ts';
import { deleteCall } from './usual-calls.ts';

function numbersOf(live: Live): string[] {
  const numbers = live.marks?.['numbers'];
  return isJsonObject(numbers) ? Object.keys(numbers).sort((a, b) => Number(a) - Number(b)) : [];
}

/** The space into which the first import puts the owner; afterwards it is only moved. */
function firstSpace(desired: Desired, context: WriteContext): string {
  const owner = parentId(desired.id);
  return context.isMade(owner) ? spaceOf(context.consulted(owner)) : '';
}

function importCall(flavour: BundleFlavour, desired: Desired, space: string): CallDraft {
  return {
    step: 'import',
    action: 'import',
    phase: 'materialise',
    method: 'POST',
    path: [flavour.path],
    query: { action: 'import', name: idName(parentId(desired.id)), ...(space === '' ? {} : { space }) },
    body: { type: 'bundle', id: desired.id },
    reason: 'no live revision has this content',
    assigns: { revision: { path: 'revision', secret: false } },
    lookup: { type: 'revision', id: desired.id },
  };
}

/** Every live number with this content. */
function deleteCalls(live: Live): CallDraft[] {
  return numbersOf(live).map((number) =>
    deleteCall(callPath(parentId(live.id), 'revisions', number), { step: `delete-${number}`, requires: [] }),
  );
}

/** The kind of its revisions: `apis/orders/revisions/~DIGEST`. */
export function bundleRevisionKind(flavour: BundleFlavour): Kind {
  return {
    name: flavour.revision,
    title: { one: `${flavour.title} revision`, many: `${flavour.title} revisions` },
    scope: flavour.owner,
    idPattern: `${flavour.path}/*/revisions/*`,
    collection: {
      style: 'revisions',
      field: 'revision',
      bundle: (parent, number) => apiPath(parent, 'revisions', number),
      detail: (parent, number) => apiPath(parent, 'revisions', number),
    },
    content: 'bundle',
    canonicalVersion: 1,
    preset: 'gateway',
    idOf: (body, parent) => {
      const digest = stringField(body, 'digest');
      return digest === undefined ? undefined : joinId(parent, 'revisions', `~${digest}`);
    },
    readWith: parentId,
    serverAssigned: [],
    sets: [],
    defaults: {},
    secrets: [],
    tolerant: [],
    cascadesWithParent: true,
    // Imports only add; an undeployed revision that only live has hurts nobody.
    extraIsDifference: false,
    needs: () => [],
    consults: (desired) => [parentId(desired.id)],
    create: (desired, context) => ({ calls: [importCall(flavour, desired, firstSpace(desired, context))] }),
    update: () => ({ calls: [] }),
    remove: (live, context) => ({ calls: isRemovedAbove(live.id, context) ? [] : deleteCalls(live) }),
    listShape: 'embedded',
    restore: 'yes',
    limits: ['It comes back under a new revision number; deployments follow its content.'],
  };
}
