import { virtualClock } from '../../control/clock.ts';
import { SeededRandom } from '../../control/seeded-random.ts';
import { documentsIn, textIn } from '../document.ts';
import type { Document } from '../document.ts';
import { inProcessTarget } from '../in-process-target.ts';
import { modelledRoutes } from '../kinds/routes.ts';
import type { OrganizationSeed } from '../organization-seed.ts';
import { Router } from '../router.ts';
import { SimulatedOrganization } from '../simulated-organization.ts';
import { defaultSwitches } from '../switches.ts';
import type { SimulatorSwitches } from '../switches.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { findResource } from './restorable.ts';

/** A simulated organization that starts from the seed, without a server in front. */
export function targetOf(seed: OrganizationSeed, switches: Partial<SimulatorSwitches> = {}): WreckTarget {
  const world = {
    clock: virtualClock(),
    random: new SeededRandom(1),
    switches: { ...defaultSwitches, ...switches },
    timings: { operationMs: 1_000, deploymentMs: 1_000, cascadeMs: 1_000 },
    consumerKeyElsewhere: () => false,
  };
  const organization = new SimulatedOrganization(String(seed.organization['name']), world, seed);
  return inProcessTarget(organization, new Router(modelledRoutes));
}

/** A key where it stands: the owner's e-mail and the app's name in front of what the API says of it. */
export interface StandingKey {
  readonly email: string;
  readonly app: string;
  readonly key: Document;
}

/** All keys of the organization. */
export function listKeys(target: WreckTarget): StandingKey[] {
  return [...target.list(['developers'])].flatMap((email) =>
    [...target.list(['developers', email, 'apps'])].flatMap((app) =>
      documentsIn({ ...target.get(['developers', email, 'apps', app]) }, 'credentials').map((key) => ({
        email,
        app,
        key,
      })),
    ),
  );
}

/** The consumer keys that have expired, in order. */
export function listExpired(target: WreckTarget): string[] {
  const now = virtualClock().nowMs();
  const expired = listKeys(target).filter(({ key }) => {
    const expiresAt = Number(textIn(key, 'expiresAt'));
    return expiresAt > 0 && expiresAt < now;
  });
  return expired.map(({ key }) => textIn(key, 'consumerKey')).sort();
}

/** Every association as `key product`, with its status. */
export function associationStates(target: WreckTarget): Map<string, string> {
  return new Map(
    listKeys(target).flatMap(({ key }) =>
      documentsIn(key, 'apiProducts').map(
        (row) => [`${textIn(key, 'consumerKey')} ${textIn(row, 'apiproduct')}`, textIn(row, 'status')] as const,
      ),
    ),
  );
}

/**
 * Pending associations of `before` that were decided since, or lost while the product stands and does not make them
 * pending any more. A product that is gone itself comes back as it was, and with it the approval it asks for.
 */
export function listLostPending(target: WreckTarget, before: ReadonlyMap<string, string>): string[] {
  const after = associationStates(target);
  const pending = [...before].filter(([, status]) => status === 'pending').map(([name]) => name);
  return pending.filter((name) => {
    const status = after.get(name);
    if (status !== undefined) return status !== 'pending';
    const product = findResource(target, ['apiproducts', name.slice(name.indexOf(' ') + 1)]);
    return product !== undefined && product['approvalType'] !== 'manual';
  });
}
