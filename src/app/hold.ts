import { UserError } from '../core/errors.ts';
import { resolvePoint } from './points.ts';
import type { Clock } from './ports/surroundings.ts';
import type { Vault } from './ports/vault.ts';
import type { Hold } from './ports/retention.ts';

/** UserError `KEY_MISSING` that says which key, where none at hand signs holds. */
function assertSignsHolds({ abilities }: Vault): void {
  if (abilities.signHolds) return;
  throw new UserError({
    code: 'KEY_MISSING',
    message: 'A hold is signed with verifier.key or pruner.key, and neither is at hand.',
    resource: 'verifier.key',
    next: 'Put verifier.key into the folder that HOLDFAST_KEYS names, or its contents into HOLDFAST_VERIFIER_KEY.',
  });
}

/**
 * Holds points, by whatever the user calls them. UserError `POINT_NOT_FOUND`, `KEY_MISSING`; `POINT_SWEPT` when a sweep was
 * begun before the hold was laid.
 */
export async function addHold(
  { vault, clock }: { readonly vault: Vault; readonly clock: Clock },
  request: {
    readonly organization: string;
    readonly references: readonly string[];
    readonly owner: string;
    readonly reason: string;
    readonly until: string | undefined;
  },
): Promise<Hold> {
  const { organization, references, owner, reason, until } = request;
  assertSignsHolds(vault);
  const points = new Set<string>();
  for (const reference of references)
    points.add((await resolvePoint(vault, organization, reference, { nowMs: clock.epochMs() })).details.id);
  const at = clock.now();
  const hold = await vault.holds.addHold({
    organization,
    points: [...points],
    owner,
    reason,
    at,
    ...(until === undefined ? {} : { until }),
  });
  const { swept } = await vault.listPoints(organization);
  const late = swept.find(({ point }) => points.has(point));
  if (late === undefined) return hold;
  throw new UserError({
    code: 'POINT_SWEPT',
    message: `A sweep of ${late.point} was begun before the hold was laid, by prune ${late.prune}. The hold ${hold.id} keeps the other points it names.`,
    resource: late.point,
    next: 'Run the sweep again with the hold in place: what of the point is still whole stays. `holdfast points` shows it then.',
  });
}

/** Lifts a hold. UserError `RESOURCE_NOT_FOUND` when there is none of the id, or it was lifted before; `KEY_MISSING`. */
export async function removeHold(
  { vault, clock }: { readonly vault: Vault; readonly clock: Clock },
  request: {
    readonly organization: string;
    readonly hold: string;
    readonly owner: string;
    readonly reason: string;
  },
): Promise<Hold> {
  const hold = await findHold(vault, request.organization, request.hold);
  await vault.holds.removeHold({ ...request, hold: hold.id, at: clock.now() });
  const { holds } = await vault.holds.listHolds(request.organization);
  return holds.find(({ id }) => id === hold.id) ?? hold;
}

/** The hold of an id, or of its beginning of at least four characters, that was not lifted. */
export async function findHold(vault: Vault, organization: string, reference: string): Promise<Hold> {
  const { holds } = await vault.holds.listHolds(organization);
  const matches = holds.filter(({ id }) => id === reference || (reference.length >= 4 && id.startsWith(reference)));
  const [hold, ...others] = matches.filter(({ removed }) => removed === undefined);
  if (hold !== undefined && others.length === 0) return hold;
  const lifted = matches.find(({ removed }) => removed !== undefined);
  const message =
    others.length > 0
      ? `"${reference}" is the beginning of ${others.length + 1} holds.`
      : lifted === undefined
        ? `There is no hold ${reference} on points of ${organization}.`
        : `The hold ${lifted.id} was lifted on ${lifted.removed?.at ?? ''} already.`;
  throw new UserError({
    code: others.length > 0 ? 'USAGE' : 'RESOURCE_NOT_FOUND',
    message,
    resource: reference,
    next: 'List the holds with `holdfast hold list`.',
  });
}
