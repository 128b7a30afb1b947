import type { PointDetails } from '../../core/point.ts';
import type { SarifReport } from './sarif.ts';

/** The findings of the credential scan as results for code scanning: where, and what it looks like, never the value. */
export function suspectedCredentialsSarif({ organization, credentials }: PointDetails): SarifReport {
  return {
    rules: [{ id: 'secrets/suspected', text: 'Configuration holds what looks like a credential in clear.' }],
    results: credentials.map(({ id, kind, place, line, what }) => ({
      rule: 'secrets/suspected',
      level: 'warning' as const,
      message: `${id}: ${place === '' ? 'it' : place} looks like a credential: ${what}`,
      thing: { kind, name: id },
      uri: ['organizations', encodeURIComponent(organization), id, ...(place.includes('/') ? [place] : [])].join('/'),
      ...(line === undefined ? {} : { line }),
      fingerprint: ['secrets/suspected', id, place, what, String(line ?? '')].join(' '),
    })),
  };
}
