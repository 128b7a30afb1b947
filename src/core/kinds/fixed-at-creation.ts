import type { ResourceId } from '../resource.ts';
import type { CannotRestore } from './kind.ts';

/** Why these fields stay as they are; nothing where there are none. */
export function fixedAtCreation(id: ResourceId, fields: readonly string[], next: string): readonly CannotRestore[] {
  if (fields.length === 0) return [];
  const verb = fields.length === 1 ? 'is' : 'are';
  return [{ id, code: 'IMMUTABLE_FIELD', why: `${fields.join(', ')} ${verb} fixed when it is created.`, next }];
}
