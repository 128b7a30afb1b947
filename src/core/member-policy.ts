import type { Kind } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';
import { compileGlob } from './resource.ts';

/**
 * What a capture takes of the members below one resource (the entries of a key value map). `names`: each is named, its
 * content is left out. `skip`: nothing is read. `everyMs`: read again when the last reading is as old, and carried from the
 * point before until then.
 */
export type MemberPolicy = 'full' | 'names' | 'skip' | { readonly everyMs: number };

/** The policy for the resources that a glob matches; of several the first counts. */
export interface MemberRule {
  readonly at: string;
  readonly take: MemberPolicy;
  /** True where the names of the members are sealed like secrets. */
  readonly sealNames?: boolean;
}

/** Tells whether the names of the members of `kind` below `parent` are sealed. */
export type SealsNames = (kind: Kind, parent: ResourceId) => boolean;

/** UserError `USAGE` for a glob that cannot be read. */
export function compileSealRules(rules: readonly MemberRule[]): SealsNames {
  const compiled = rules.map(({ at, sealNames }) => ({ matches: compileGlob(at), sealNames }));
  return (kind, parent) =>
    kind.sealableName !== undefined && compiled.find(({ matches }) => matches(parent))?.sealNames === true;
}

/** Tells the policy for the members of `kind` below `parent`; `full` where no rule is about it. */
export type FindMemberPolicy = (kind: Kind, parent: ResourceId) => MemberPolicy;

/** UserError `USAGE` for a glob that cannot be read. */
export function compileMemberRules(rules: readonly MemberRule[]): FindMemberPolicy {
  const compiled = rules.map(({ at, take }) => ({ matches: compileGlob(at), take }));
  return (kind, parent) =>
    kind.mayBeLeftOut === true ? (compiled.find(({ matches }) => matches(parent))?.take ?? 'full') : 'full';
}
