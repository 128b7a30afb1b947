import { idsAbove } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import type { WriteContext } from './kind.ts';

/** True when the plan deletes something above `id` that takes it along, so that it is not deleted twice. */
export function isRemovedAbove(id: ResourceId, context: Pick<WriteContext, 'isRemoved'>): boolean {
  return idsAbove(id).some((above) => context.isRemoved(above));
}
