import { failedPrecondition, invalidArgument } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { type Document, documentIn, textIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';

/** The trace configuration of an environment of type COMPREHENSIVE: always there, PATCH changes what its mask names. */
export const traceConfigRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.getTraceConfig',
    handle: ({ organization, path }) => {
      const environment = path['environmentsId'] ?? '';
      assertTraceable(getEnvironment(organization, environment));
      return ok(organization.store.find('traceconfig', environment, '') ?? {});
    },
  },
  { id: 'organizations.environments.updateTraceConfig', handle: patchConfig },
];

/** Refuses environments of other types, which trace nothing. */
export function assertTraceable(environment: Document): void {
  const type = textIn(environment, 'type');
  if (type === 'COMPREHENSIVE' || type === '') return;
  throw failedPrecondition(
    `trace config: operation not supported for environment ${textIn(environment, 'name')} of type ${type}`,
  );
}

/** What an update mask names, in camel case whatever way it is written; `sent` where there is none. */
export function maskedFields(query: Call['query'], sent: Document): string[] {
  const mask = query['updateMask']?.split(',').filter((field) => field !== '');
  const camel = (field: string): string => field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return mask?.map((field) => camel(field).split('.')[0] ?? '') ?? Object.keys(sent);
}

/** Refuses a sampling that the service does not know. */
export function assertSampling(document: Document): void {
  const rate = documentIn(document, 'samplingConfig')['samplingRate'];
  if (typeof rate !== 'number' || (rate >= 0 && rate <= 0.5)) return;
  const description = 'must be greater than 0 and at most 0.5';
  throw invalidArgument(`samplingRate ${rate} is out of range`, [
    { field: 'samplingConfig.samplingRate', description },
  ]);
}

const known = [
  'endpoint',
  'exporter',
  'mtlsConfig',
  'otelCollectorSecurityScheme',
  'samplingConfig',
  'spanSemantics',
  'traceProtocol',
];

function patchConfig({ organization, path, query, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  assertTraceable(getActiveEnvironment(organization, environment));
  const sent = checkedBody('TraceConfig', body);
  const after: Document = { ...organization.store.find('traceconfig', environment, '') };
  for (const field of maskedFields(query, sent)) {
    if (!known.includes(field)) throw invalidArgument(`updateMask names ${field}`);
    after[field] = sent[field];
    if (after[field] === undefined) delete after[field];
  }
  assertSound(organization, environment, after);
  organization.store.put('traceconfig', environment, '', after);
  return ok(after);
}

function assertSound(organization: SimulatedOrganization, environment: string, config: Document): void {
  assertSampling(config);
  for (const field of Object.keys(config).length === 0 ? [] : ['endpoint', 'exporter']) {
    if (textIn(config, field) === '')
      throw invalidArgument(`${field} is required`, [{ field, description: 'is required' }]);
  }
  const mtls = documentIn(config, 'mtlsConfig');
  for (const field of ['keyStore', 'trustStore']) {
    const name = textIn(mtls, field);
    const isReference = name.startsWith('ref://');
    const plain = isReference ? name.slice('ref://'.length) : name;
    const isThere = organization.store.has(isReference ? 'reference' : 'keystore', environment, plain);
    if (config['mtlsConfig'] === undefined || isThere) continue;
    throw invalidArgument(`${isReference ? 'reference' : 'keystore'} "${plain}" does not exist in ${environment}`);
  }
}
