import type { CallBody } from '../call.ts';
import { stringField } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { encodeSegment, idName, joinId, parentId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { CannotRestore, Desired, Kind, Live, Writes } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const CERTIFICATE = 'certificate';

/** What is expired or written in one line was taken once, so it is taken again. */
const leniently = { ignoreExpiryValidation: 'true', ignoreNewlineValidation: 'true' };

function hasPrivateKey(side: { readonly canonical: JsonValue }): boolean {
  return isJsonObject(side.canonical) && stringField(side.canonical, 'type') === 'KEY_CERT';
}

/** Line ends and blank lines around a certificate say nothing. */
function withPlainCertificate(canonical: JsonObject): JsonObject {
  const text = stringField(canonical, CERTIFICATE);
  if (text === undefined) return canonical;
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return { ...canonical, [CERTIFICATE]: lines.filter((line) => line !== '').join('\n') };
}

function certificateFile(desired: Desired): CallBody {
  const text = stringField(desired.body, CERTIFICATE) ?? '';
  return { type: 'upload', field: 'certFile', fileName: 'certificate.pem', text };
}

function unreadable(id: ResourceId, why: string): Writes {
  const cannot: CannotRestore = {
    id,
    code: 'UNREADABLE',
    why,
    next: `Upload certificate and private key as alias ${idName(id)} of ${parentId(id)}.`,
  };
  return { calls: [], cannot: [cannot] };
}

function create(desired: Desired): Writes {
  if (hasPrivateKey(desired)) return unreadable(desired.id, 'Its private key can never be read, so no point has it.');
  return {
    calls: [
      createCall(desired.id, {
        path: [apiPath(parentId(desired.id), 'aliases')],
        query: { format: 'keycertfile', alias: idName(desired.id), ...leniently },
        body: certificateFile(desired),
        reason: 'the certificate is missing',
      }),
    ],
  };
}

/** A private key that lives is left alone: whatever replaced it could not be taken back. */
function update(desired: Desired, live: Live): Writes {
  if (hasPrivateKey(desired)) {
    return unreadable(desired.id, 'It differs, and its private key can never be read, so it is left as it is.');
  }
  if (hasPrivateKey(live)) {
    return unreadable(desired.id, 'It was a certificate and has a private key now, which nobody could bring back.');
  }
  return {
    calls: [
      updateCall({
        method: 'PUT',
        path: callPath(desired.id),
        query: leniently,
        body: certificateFile(desired),
        reason: 'the certificate differs',
      }),
    ],
  };
}

/** A certificate, alone or with the private key that nobody can read, in a keystore. */
export const keystoreAlias: Kind = {
  name: 'keystore-alias',
  title: { one: 'keystore alias', many: 'keystore aliases' },
  scope: 'keystore',
  comesWithNeed: true,
  idPattern: 'environments/*/keystores/*/aliases/*',
  collection: { style: 'names', list: (parent) => apiPath(parent, 'aliases') },
  content: 'json',
  canonicalVersion: 2,
  preset: 'gateway',
  idOf: (body, parent) => {
    const name = stringField(body, 'alias') ?? stringField(body, 'name');
    return name === undefined ? undefined : joinId(parent, 'aliases', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  rawField: {
    field: CERTIFICATE,
    path: (id) => apiPath(id, 'certificate'),
    accepts: (text) => text.includes('-----BEGIN CERTIFICATE-----'),
  },
  unreadablePart: (body) =>
    stringField(body, 'type') === 'KEY_CERT'
      ? { name: 'private-key', why: 'A private key can never be read; of this alias only the certificate is kept.' }
      : undefined,
  // What the service reads out of the certificate; whether it is valid changes with time alone.
  serverAssigned: ['certsInfo'],
  sets: [],
  defaults: {},
  unspecified: { type: 'ALIAS_TYPE_UNSPECIFIED' },
  former: { 1: { unspecified: {} } },
  secrets: [],
  tolerant: [],
  refine: withPlainCertificate,
  cascadesWithParent: true,
  extraIsDifference: true,
  needs: () => [],
  create,
  update,
  remove: (live, context) => ({
    calls: isRemovedAbove(live.id, context)
      ? []
      : [
          deleteCall(
            callPath(live.id),
            hasPrivateKey(live) ? { risk: 'Its private key is lost: nobody can read it.' } : {},
          ),
        ],
  }),
  listShape: 'P0',
  restore: 'part',
  limits: [
    'A private key can never be read. An alias with one is left alone where it lives; where it is gone, certificate and key have to be uploaded again.',
  ],
};
