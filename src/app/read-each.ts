import { RemoteError } from '../core/errors.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import type { LiveReading, Organization } from './ports/organization.ts';

export interface AskedResource {
  readonly id: ResourceId;
  readonly kind: Kind;
}

/**
 * Reads single resources, together as long as none of them is refused. One that is refused or fails has no reading and is told
 * to `onRefused`; a failure that would meet every call is thrown.
 */
export async function readEach(
  live: Organization,
  asked: readonly AskedResource[],
  onRefused: (one: AskedResource, error: RemoteError) => void,
): Promise<ReadonlyMap<ResourceId, LiveReading>> {
  if (asked.length === 0) return new Map();
  try {
    return await live.readOne(asked);
  } catch (error) {
    if (!isOfOneResource(error)) throw error;
    const [only] = asked;
    if (asked.length === 1 && only !== undefined) {
      onRefused(only, error);
      return new Map();
    }
  }
  const readings = new Map<ResourceId, LiveReading>();
  for (const one of asked) {
    for (const [id, reading] of await readEach(live, [one], onRefused)) readings.set(id, reading);
  }
  return readings;
}

/** Refused or failed for this resource; other failures would meet every call. */
function isOfOneResource(error: unknown): error is RemoteError {
  return error instanceof RemoteError && error.code !== 'UNAUTHENTICATED' && error.code !== 'REMOTE_UNREACHABLE';
}
