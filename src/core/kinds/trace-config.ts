import { isJsonObject, omitFields, stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, joinId, parentId } from '../resource.ts';
import { callPath } from './api-path.ts';
import { keystoreMeant } from './keystore-meant.ts';
import { environmentSetting } from './environment-setting.ts';
import type { Desired, Kind, Reference } from './kind.ts';
import { jsonBody } from './write-body.ts';

const fields = [
  'endpoint',
  'exporter',
  'mtlsConfig',
  'otelCollectorSecurityScheme',
  'samplingConfig',
  'spanSemantics',
  'traceProtocol',
] as const;

/** What means the same as a field that is not there. */
const unspecified = {
  exporter: 'EXPORTER_UNSPECIFIED',
  otelCollectorSecurityScheme: 'OTEL_COLLECTOR_SECURITY_SCHEME_UNSPECIFIED',
  spanSemantics: 'SPAN_SEMANTICS_UNSPECIFIED',
  traceProtocol: 'TRACE_PROTOCOL_UNSPECIFIED',
  'samplingConfig.sampler': 'SAMPLER_UNSPECIFIED',
};

const setting = environmentSetting({
  segment: 'traceConfig',
  write: (id, body) => ({
    method: 'PATCH',
    path: callPath(id),
    // The mask names every field, so that what is not sent is emptied.
    query: { updateMask: fields.join(',') },
    body: jsonBody(omitFields(body, ['name'])),
  }),
  phase: 'materialise',
  reasons: {
    missing: 'nothing is traced',
    differs: 'it traces in another way',
    extra: 'the point traces nothing here',
  },
});

function isUnset(body: JsonObject): boolean {
  return (
    (stringField(body, 'endpoint') ?? '') === '' &&
    [undefined, unspecified.exporter].includes(stringField(body, 'exporter'))
  );
}

function needs(desired: Desired): Reference[] {
  const { mtlsConfig } = desired.body;
  if (!isJsonObject(mtlsConfig)) return [];
  const environment = joinId(...desired.id.split('/').slice(0, 2));
  const why = 'its mTLS settings name it';
  const stores = ['keyStore', 'trustStore'].map((field) =>
    keystoreMeant(environment, stringField(mtlsConfig, field) ?? ''),
  );
  const [keyStore] = stores;
  const alias = stringField(mtlsConfig, 'keyAlias') ?? '';
  // Which keystore a reference refers to is the reference's own affair.
  const isNamed =
    alias !== '' && keyStore !== undefined && parentId(keyStore) === environment && !keyStore.includes('/references/');
  const named = isNamed ? [joinId(keyStore, 'aliases', encodeSegment(alias))] : [];
  return [...new Set([...stores.filter((id) => id !== undefined), ...named])].map((id) => ({ id, why }));
}

/** `environments/prod/traceConfig`: where and how much of its traffic an environment traces. It is a resource when it is set. */
export const traceConfig: Kind = {
  ...setting,
  name: 'trace-config',
  title: { one: 'trace configuration', many: 'trace configurations' },
  canonicalVersion: 2,
  preset: 'gateway',
  isVacant: isUnset,
  vacancy: {
    ...Object.fromEntries(fields.map((field) => [field, 'string'] as const)),
    name: 'string',
    mtlsConfig: 'object',
    samplingConfig: 'object',
  },
  serverAssigned: [],
  sets: [],
  defaults: { ...unspecified, 'samplingConfig.samplingRate': 0 },
  former: { 1: { defaults: unspecified } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: true,
  extraIsDifference: true,
  needs,
  restore: 'yes',
  limits: [
    'Only environments of type COMPREHENSIVE have one; elsewhere the ledger says "not applicable".',
    'Of mutual TLS it names a keystore and an alias; the key in it is of the keystore, and can never be read.',
  ],
};
