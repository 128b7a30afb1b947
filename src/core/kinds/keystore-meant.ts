import { encodeSegment, joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';

const REFERENCE_PREFIX = 'ref://';

/**
 * The keystore, or the reference to one, that a setting of `environment` means by a name; undefined for no name and for a flow
 * variable in braces, which is known at run time only.
 */
export function keystoreMeant(environment: ResourceId, name: string): ResourceId | undefined {
  if (name === '' || name.includes('{')) return undefined;
  const isReference = name.startsWith(REFERENCE_PREFIX);
  const plain = isReference ? name.slice(REFERENCE_PREFIX.length) : name;
  return joinId(environment, isReference ? 'references' : 'keystores', encodeSegment(plain));
}
