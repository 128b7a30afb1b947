import type { SeedDocument, StoredSeed } from '../organization-seed.ts';
import { createRandom } from './random.ts';
import type { SeededRandom } from './random.ts';

function configOf(environment: string, document: SeedDocument): StoredSeed {
  return { kind: 'traceconfig', owner: environment, name: '', document };
}

function overrideOf(environment: string, apiProxy: string, samplingConfig: SeedDocument): StoredSeed {
  const name = createRandom(`override ${environment} ${apiProxy}`).uuid();
  return { kind: 'traceoverride', owner: environment, name, document: { name, apiProxy, samplingConfig } };
}

/** What production traces, and which proxies in another way; other types of environment trace nothing. */
export const tracing: readonly StoredSeed[] = [
  configOf('prod', {
    exporter: 'OPEN_TELEMETRY_COLLECTOR',
    endpoint: 'otel.int.acme-pay.example:4317',
    samplingConfig: { sampler: 'PROBABILITY', samplingRate: 0.05 },
    otelCollectorSecurityScheme: 'MTLS',
    mtlsConfig: { keyStore: 'acme client keys 2026', keyAlias: 'acme pay client', trustStore: 'acme-roots.v1' },
    spanSemantics: 'OTEL',
    traceProtocol: 'OTLP',
  }),
  overrideOf('prod', 'payments-v2', { sampler: 'PROBABILITY', samplingRate: 0.5 }),
  overrideOf('prod', 'fx-rates-v1', { sampler: 'OFF' }),
];

/** Tracing of a random organization. */
export function generateTracing(
  random: SeededRandom,
  environments: readonly SeedDocument[],
  proxies: readonly string[],
): StoredSeed[] {
  const comprehensive = environments.filter(({ type }) => type === 'COMPREHENSIVE' && random.chance(0.7));
  return comprehensive.flatMap(({ name }) => [
    configOf(String(name), {
      exporter: random.pick(['CLOUD_TRACE', 'JAEGER']),
      endpoint: random.pick(['acme-prod', 'http://jaeger.acme-pay.test:14268/api/traces']),
      ...(random.chance(0.8) ? { samplingConfig: { sampler: 'PROBABILITY', samplingRate: 0.25 } } : {}),
      ...(random.chance(0.5) ? { traceProtocol: 'OPEN_CENSUS', spanSemantics: 'LEGACY' } : {}),
    }),
    ...random
      .some(proxies, random.integer(0, 2))
      .map((proxy) =>
        overrideOf(
          String(name),
          proxy,
          random.pick([{ sampler: 'OFF' }, { sampler: 'PROBABILITY', samplingRate: 0.125 }]),
        ),
      ),
  ]);
}
