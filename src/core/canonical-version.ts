import { IntegrityError } from './errors.ts';
import type { Kind } from './kinds/kind.ts';

const known = new WeakMap<Kind, Map<number, Kind>>();

/**
 * The kind with the canonical form that it had in this version: what an epoch that began with it is hashed by. IntegrityError
 * `VAULT_FORMAT_NEWER` for a version that this release does not have.
 */
export function kindAt(kind: Kind, version: number): Kind {
  if (version === kind.canonicalVersion) return kind;
  const former = kind.former?.[version];
  if (former === undefined) {
    throw new IntegrityError({
      code: 'VAULT_FORMAT_NEWER',
      message: `The vault compares ${kind.title.many} by canonical form ${version}, which this release does not have.`,
      damaged: kind.name,
      points: [],
      next: 'Use the release that took the newest point, or a newer one.',
    });
  }
  const versions = known.get(kind) ?? new Map<number, Kind>();
  known.set(kind, versions);
  const made = versions.get(version) ?? { ...kind, ...former, canonicalVersion: version };
  versions.set(version, made);
  return made;
}
