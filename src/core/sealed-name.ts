import type { Hasher } from './hasher.ts';
import type { Kind } from './kinds/kind.ts';
import { encodeSegment, type ResourceId } from './resource.ts';

const sealed = new WeakMap<Kind, Kind>();

/** The last segment of an id: the name, or a keyed tag in its place where names are sealed. A name never begins with `~`. */
export function nameSegment(name: string, hasher: Pick<Hasher, 'idTag'>, isSealed: boolean): string {
  return isSealed ? `~${hasher.idTag(name)}` : encodeSegment(name);
}

/** True when a tag stands in the id in place of the name (`Kind.sealableName`). */
export function hasSealedName(kind: Kind, id: ResourceId): boolean {
  return kind.sealableName !== undefined && id.slice(id.lastIndexOf('/') + 1).startsWith('~');
}

/** The kind as it is for this resource: with the name among the secrets, where it is sealed. */
export function kindFor(kind: Kind, id: ResourceId): Kind {
  if (kind.sealableName === undefined || !hasSealedName(kind, id)) return kind;
  const made = sealed.get(kind) ?? { ...kind, secrets: [...kind.secrets, kind.sealableName] };
  sealed.set(kind, made);
  return made;
}
