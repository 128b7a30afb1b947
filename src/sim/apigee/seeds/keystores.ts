import type { OrganizationSeed, SeedDocument } from '../organization-seed.ts';
import { certificates } from './certificates.ts';
import type { SeededRandom } from './random.ts';

/** The keystores of each environment; one is referred to, one is named as it is, one by nobody. */
export const keystores: OrganizationSeed['keystores'] = ['dev', 'test', 'prod'].flatMap((environment) =>
  ['acme client keys 2026', 'acme-truststore', 'acme-roots.v1'].map((name) => ({ environment, keystore: { name } })),
);

/** The certificates that each environment trusts, and the key with which it is known. */
export const aliases: OrganizationSeed['aliases'] = ['dev', 'test', 'prod'].flatMap((environment) => [
  { environment, keystore: 'acme-roots.v1', alias: certificate('acme root ca', 0) },
  { environment, keystore: 'acme-roots.v1', alias: certificate('Partners – 2026', 1) },
  { environment, keystore: 'acme-truststore', alias: certificate('card-schemes', 2) },
  {
    environment,
    keystore: 'acme client keys 2026',
    alias: { ...certificate('acme pay client', 1), type: 'KEY_CERT' },
  },
]);

function certificate(alias: string, index: number): SeedDocument {
  return { alias, type: 'CERT', certificate: certificates[index % certificates.length] };
}

/** What target servers refer to, so that certificates can be exchanged without touching them. */
export const references: OrganizationSeed['references'] = ['dev', 'test', 'prod'].flatMap((environment) => [
  {
    environment,
    reference: {
      name: 'core-banking-keystore',
      refers: 'acme client keys 2026',
      resourceType: 'KeyStore',
      description: `Client key of the core – ${environment}`,
    },
  },
  { environment, reference: { name: 'acme-truststore', refers: 'acme-roots.v1', resourceType: 'TrustStore' } },
]);

/** The keystores and references that generated target servers name, and a few more. */
export function generateKeystores(
  random: SeededRandom,
  environments: readonly string[],
  allowResidue: boolean,
): Pick<OrganizationSeed, 'aliases' | 'keystores' | 'references'> {
  const named = (environment: string, name: string) => ({ environment, keystore: { name } });
  return {
    aliases: environments.flatMap((environment) =>
      random.some(['one', 'with space', 'ü'], random.integer(0, 3)).map((name) => ({
        environment,
        keystore: random.pick(['trust', 'keys of 2026']),
        alias: {
          ...certificate(name, random.integer(0, 2)),
          type: allowResidue && random.chance(0.3) ? 'KEY_CERT' : 'CERT',
        },
      })),
    ),
    keystores: environments.flatMap((environment) => [
      named(environment, 'trust'),
      named(environment, 'keys of 2026'),
      ...random.some(['spare one', 'Trust'], random.integer(0, 2)).map((name) => named(environment, name)),
    ]),
    references: environments.map((environment) => ({
      environment,
      reference: {
        name: 'keys',
        refers: random.pick(['trust', 'keys of 2026']),
        resourceType: random.pick(['KeyStore', 'TrustStore']),
        ...(random.chance(0.5) ? { description: 'generated' } : {}),
      },
    })),
  };
}
