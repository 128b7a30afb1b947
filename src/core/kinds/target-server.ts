import type { CallDraft } from '../call.ts';
import { isJsonObject, stringField } from '../json.ts';
import { encodeSegment, idSegments, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Live, Reference, Writes } from './kind.ts';
import { keystoreMeant } from './keystore-meant.ts';
import { bodyWithout } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

function environmentOf(id: ResourceId): ResourceId {
  return joinId('environments', encodeSegment(idSegments(id)[1] ?? ''));
}

function creation(desired: Desired, reason: string): CallDraft {
  return createCall(desired.id, {
    path: [apiPath(environmentOf(desired.id), 'targetservers')],
    body: bodyWithout(desired.body, []),
    reason,
  });
}

function protocolOf(canonical: Live['canonical']): string | undefined {
  return isJsonObject(canonical) ? stringField(canonical, 'protocol') : undefined;
}

function update(desired: Desired, live: Live): Writes {
  if (protocolOf(desired.canonical) !== protocolOf(live.canonical)) {
    const reason = 'protocol differs, and it is fixed when a target server is created';
    const risk = 'The target server is deleted and created again: requests that need it fail in between.';
    return {
      calls: [
        deleteCall(callPath(live.id), { phase: 'materialise', reason, group: desired.id, risk }),
        { ...creation(desired, reason), group: desired.id },
      ],
    };
  }
  return {
    calls: [
      updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        body: bodyWithout(desired.body, []),
        reason: 'the target server differs',
      }),
    ],
  };
}

/** Keystore and truststore are named as they are, or by a reference. */
function needs(desired: Desired): Reference[] {
  const { sSLInfo } = desired.body;
  if (!isJsonObject(sSLInfo)) return [];
  const environment = environmentOf(desired.id);
  const names = new Set(['keyStore', 'trustStore'].map((field) => stringField(sSLInfo, field) ?? ''));
  return [...names].flatMap((name) => {
    const id = keystoreMeant(environment, name);
    return id === undefined ? [] : [{ id, why: 'its TLS settings name it', ifMissing: 'sent' as const }];
  });
}

const formerDefaults = { isEnabled: true, protocol: 'HTTP' };

export const targetServer: Kind = {
  name: 'target-server',
  title: { one: 'target server', many: 'target servers' },
  scope: 'environment',
  idPattern: 'environments/*/targetservers/*',
  collection: { style: 'names', list: (parent) => apiPath(parent, 'targetservers') },
  content: 'json',
  canonicalVersion: 3,
  preset: 'gateway',
  idOf: (body, parent) => {
    const name = stringField(body, 'name');
    return name === undefined ? undefined : joinId(parent, 'targetservers', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned: [],
  // Both say what may be used: the list restricts, it does not rank.
  sets: [{ path: 'sSLInfo.protocols' }, { path: 'sSLInfo.ciphers' }],
  // An omitted isEnabled means true, so false has to be told from absent.
  defaults: { ...formerDefaults, port: 0 },
  unspecified: { protocol: 'PROTOCOL_UNSPECIFIED' },
  former: {
    1: { sets: [{ path: 'sSLInfo.protocols' }], unspecified: {}, defaults: formerDefaults },
    2: { defaults: formerDefaults },
  },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs,
  create: (desired) => ({ calls: [creation(desired, 'the target server is missing')] }),
  update,
  remove: (live) => ({ calls: [deleteCall(callPath(live.id))] }),
  listShape: 'P0',
  restore: 'yes',
  limits: [],
};
