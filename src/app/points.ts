import { UserError } from '../core/errors.ts';
import type { PointSummary } from '../core/point.ts';
import type { Progress } from './ports/surroundings.ts';
import type { PointReader, Vault } from './ports/vault.ts';

/** The organization asked for, or the vault's only one. UserError `ORGANIZATION_NOT_FOUND` or `USAGE`. */
export async function resolveOrganization(vault: Vault, asked: string | undefined): Promise<string> {
  if (asked !== undefined) return asked;
  const organizations = await vault.organizations();
  const [only, ...others] = organizations;
  if (only === undefined) {
    throw new UserError({
      code: 'USAGE',
      message: 'No organization was named, and the vault holds none yet.',
      next: 'Name it with --org NAME or HOLDFAST_ORG.',
    });
  }
  if (others.length > 0) {
    throw new UserError({
      code: 'USAGE',
      message: `The vault holds several organizations: ${organizations.join(', ')}.`,
      next: 'Choose one with --org NAME or HOLDFAST_ORG.',
    });
  }
  return only;
}

/** UserError `ORGANIZATION_NOT_FOUND` for a name that the vault does not hold although it holds others: most likely a slip. */
export async function assertOrganizationIsThere(vault: Vault, organization: string): Promise<void> {
  const organizations = await vault.organizations();
  if (organizations.length === 0 || organizations.includes(organization)) return;
  throw new UserError({
    code: 'ORGANIZATION_NOT_FOUND',
    message: `The vault holds nothing of organization "${organization}".`,
    next: `It holds ${organizations.join(', ')}. Check --org, or take the first point with \`holdfast backup\`.`,
  });
}

/** A point that `latest`, parents and extras may rest on: finished, of the whole organization. */
export function isFullPoint(point: PointSummary): boolean {
  return point.grade !== 'interrupted' && point.scope.type === 'all';
}

const INSTANT = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const SHORTEST_PREFIX = 4;
const FUTURE_TOLERANCE_MS = 5 * 60_000;

/**
 * Finds the point a user means: an id, a unique prefix of at least 4 characters, `latest` (newest complete or partial one of
 * full scope), or a time (newest that ended at or before it). UserError `POINT_NOT_FOUND` says what there is, `POINT_SWEPT`
 * that it was pruned. A point whose signer was revoked before it is opened, with a warning, only by its whole id.
 */
export async function resolvePoint(
  vault: Vault,
  organization: string,
  reference: string,
  options: { readonly nowMs?: number; readonly progress?: Pick<Progress, 'warn'> } = {},
): Promise<PointReader> {
  const { points, damaged, swept } = await vault.listPoints(organization);
  const found = findPoint(points, organization, reference, options.nowMs);
  if (found !== undefined) return await vault.openPoint(organization, found.id);
  const named = damaged.find(
    ({ name }) => reference.startsWith('p') && reference.length >= 4 && name.includes(reference),
  );
  if (named !== undefined && named.error.code === 'SIGNER_REVOKED' && named.name.endsWith(`-${reference}`)) {
    const point = await vault.openPoint(organization, reference, { acceptRevoked: true });
    options.progress?.warn(
      `${reference} was signed by a key that is revoked since ${point.details.signerRevoked ?? '?'}; it is opened because it was named. Look at what is in it before you trust it.`,
    );
    return point;
  }
  if (named !== undefined) throw named.error;
  const gone = swept.find(({ point }) => reference.length >= SHORTEST_PREFIX && point.startsWith(reference));
  // It says that it was swept, and when.
  if (gone !== undefined) return await vault.openPoint(organization, gone.point);
  if (reference === 'live') {
    throw new UserError({
      code: 'USAGE',
      message: 'live is no recovery point.',
      next: 'It can be the second of two that are compared: `holdfast diff latest live`.',
    });
  }
  const newest = points.filter(isFullPoint).at(-1);
  if (reference === 'latest' && newest !== undefined) {
    throw new UserError({
      code: 'POINT_NOT_FOUND',
      message: `Every recovery point of organization ${organization} is from the future, so none of them is "latest".`,
      next: `Check the clock of this machine. The newest is ${newest.id} of ${newest.time}: name it if it is meant.`,
    });
  }
  throw new UserError({
    code: 'POINT_NOT_FOUND',
    message:
      points.length === 0
        ? `The vault has no recovery point of organization ${organization}.`
        : `No recovery point of organization ${organization} matches "${reference}".`,
    next:
      newest === undefined
        ? "Take one with 'holdfast backup', or see 'holdfast points'."
        : `See 'holdfast points'; the newest one is ${newest.id}.`,
  });
}

function findPoint(
  points: readonly PointSummary[],
  organization: string,
  reference: string,
  nowMs: number | undefined,
): PointSummary | undefined {
  // A clock that ran ahead must not make its point the newest for ever, nor that of a time it never saw.
  const credible = points.filter(
    (point) => nowMs === undefined || Date.parse(point.time) <= nowMs + FUTURE_TOLERANCE_MS,
  );
  if (reference === 'latest') return credible.filter(isFullPoint).at(-1);
  if (INSTANT.test(reference)) {
    const limit = endOf(reference);
    const ended = credible.filter((point) => isFullPoint(point) && Date.parse(point.endedAt) <= limit);
    return ended.sort((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt)).at(-1);
  }
  const exact = points.find((point) => point.id === reference);
  if (exact !== undefined) return exact;
  if (/^p[0-9a-f]{0,2}$/.test(reference)) {
    throw new UserError({
      code: 'POINT_NOT_FOUND',
      message: `"${reference}" is too short for the beginning of a point's id.`,
      next: 'Give at least 4 characters of it: `holdfast points` lists them.',
    });
  }
  if (reference.length < SHORTEST_PREFIX) return undefined;
  const matches = points.filter((point) => point.id.startsWith(reference));
  if (matches.length > 1) {
    throw new UserError({
      code: 'USAGE',
      message: `"${reference}" is the beginning of ${matches.length} points of ${organization}: ${matches
        .slice(0, 5)
        .map((point) => point.id)
        .join(', ')}${matches.length > 5 ? ', …' : ''}.`,
      next: 'Give more characters of the id.',
    });
  }
  return matches[0];
}

/** The end of a day or instant as points are named by it; undefined for what is no time. */
export function findMoment(reference: string): number | undefined {
  return INSTANT.test(reference) ? endOf(reference) : undefined;
}

/** A day means its end, in UTC; an instant without offset is UTC. */
function endOf(reference: string): number {
  if (reference.length === 10) return Date.parse(`${reference}T23:59:59.999Z`);
  const text = reference.replace(' ', 'T');
  const seconds = /T\d{2}:\d{2}(Z|[+-]|$)/.test(text) ? text.replace(/(T\d{2}:\d{2})/, '$1:59.999') : text;
  return Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(seconds) ? seconds : `${seconds}Z`);
}
