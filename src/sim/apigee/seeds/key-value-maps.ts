import type { OrganizationSeed, SeedDocument } from '../organization-seed.ts';
import { oddText } from './odd-text.ts';
import { createRandom } from './random.ts';
import type { SeededRandom } from './random.ts';

type KeyValueMapSeed = OrganizationSeed['keyValueMaps'][number];

function mapOf(
  owner: string,
  name: string,
  entries: Readonly<Record<string, string>>,
  more: SeedDocument = {},
): KeyValueMapSeed {
  return {
    owner,
    map: { name, encrypted: true, ...more },
    entries: Object.entries(entries).map(([entry, value]) => ({ name: entry, value })),
  };
}

function merchantLimits(): Readonly<Record<string, string>> {
  const random = createRandom('merchant limits');
  const limits: { [merchant: string]: string } = {};
  for (let number = 1; number <= 250; number += 1) {
    const limit = { daily: random.integer(1, 90) * 1000, currency: random.pick(['EUR', 'CHF', 'GBP']) };
    limits[`merchant/${String(number).padStart(4, '0')}`] = JSON.stringify(limit);
  }
  return limits;
}

const environmentMaps: readonly KeyValueMapSeed[] = (['test', 'prod'] as const).flatMap((environment) => {
  const owner = `environments/${environment}`;
  return [
    mapOf(owner, 'feature-flags', { 'sepa-instant': 'on', 'refunds v2': 'off', 'discount 100%': 'on', 支払い: 'ja' }),
    mapOf(owner, 'partner-credentials', {
      'acquirer.user': `svc-${environment}`,
      'acquirer.password': `hunter2/${environment}+=&"ü"`,
      'fx/token': `fx_${environment}_8f14e45fceea167a`,
    }),
  ];
});

/** The key value maps of the seeds: one of 250 entries, one that masks its values; a BASE environment has none. */
export const keyValueMaps: readonly KeyValueMapSeed[] = [
  mapOf('', 'issuers', { 'token issuer': 'https://login.acme-pay.example', 'jwks/ttl': '3600' }),
  // Nothing in it yet, so that nothing is lost.
  mapOf('', 'empty-for-now', {}, { maskedValues: true }),
  ...environmentMaps,
  mapOf('environments/prod', 'merchant-limits', merchantLimits()),
  mapOf('environments/prod', 'hsm-pins', { 'slot 1': '493817', 'slot 2': '220581' }, { maskedValues: true }),
  mapOf('apis/payments-v2', 'currencies', { EUR: '2', JPY: '0', KWD: '3' }),
  mapOf('apis/card-vault-v1', 'vault-pins', {}, { maskedValues: true }),
];

const oddNames = [
  'plain',
  'with space',
  'a/b',
  '100%',
  '%2F',
  '~tilde',
  'ключ',
  "it's",
  'a+b&c=d',
  '__proto__',
  '*',
  '...',
];

/** Key value maps of a random organization. Masked values cannot come back, so they are residue. */
export function generateKeyValueMaps(
  random: SeededRandom,
  owners: readonly string[],
  options: { readonly allowResidue: boolean },
): KeyValueMapSeed[] {
  return owners.flatMap((owner) =>
    random.some(['settings', 'Odd map/1'], random.integer(0, 2)).map((name) => {
      const names = random.some(oddNames, random.integer(0, 6));
      const masked = options.allowResidue && random.chance(0.2);
      return {
        owner,
        map: { name, encrypted: true, ...(masked ? { maskedValues: true } : {}) },
        entries: names.map((entry) => ({ name: entry, value: oddText(random) })),
      };
    }),
  );
}
