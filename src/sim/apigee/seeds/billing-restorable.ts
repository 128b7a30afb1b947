import { ApiError } from '../api-error.ts';
import { documentsIn } from '../document.ts';
import type { SeedDocument } from '../organization-seed.ts';
import type { ResourcePath, WreckTarget } from '../wreck-target.ts';

/**
 * Whether a restore could bring back all that is billed to a developer or an AppGroup: money comes back only when it is named,
 * and what has ended does not.
 */
export function isBillingRestorable(target: WreckTarget, owner: ResourcePath): boolean {
  const balance = findBilled(target, [...owner, 'balance']);
  if (balance === undefined) return true;
  if (documentsIn({ ...balance }, 'wallets').length > 0) return false;
  return [...target.list([...owner, 'subscriptions'])].every((name) => {
    const { endTime } = target.get([...owner, 'subscriptions', name]);
    return endTime === undefined;
  });
}

/** Undefined where monetization is off. */
function findBilled(target: WreckTarget, path: ResourcePath): SeedDocument | undefined {
  try {
    return target.get(path);
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 400) return undefined;
    throw error;
  }
}
