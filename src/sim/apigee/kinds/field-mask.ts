import { invalidArgument } from '../api-error.ts';
import type { Query } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** The fields of `updateMask`, whether written api_proxies or apiProxies; undefined without one. Others than `allowed` are refused. */
export function fieldMask(query: Query, allowed: readonly string[]): readonly string[] | undefined {
  const mask = query['updateMask'];
  if (mask === undefined || mask === '') return undefined;
  const fields = mask
    .split(',')
    .map((field) => field.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  for (const field of fields) if (!allowed.includes(field)) throw invalidArgument(`updateMask names ${field}`);
  return fields;
}

/** Now, as newer parts of the API write times: `2025-06-01T00:00:00Z`. */
export function instantOf(organization: SimulatedOrganization): string {
  return new Date(Number(organization.now())).toISOString();
}
