import type { PathTemplate } from '../call.ts';
import { idSegments } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import type { ApiPath } from './kind.ts';

/**
 * The API path of a resource whose id is its API path. A developer's e-mail is encoded twice, because the service decodes
 * it twice: a single-encoded plus sign arrives as a blank (facts of the API, hosts and encoding; apigeecli issue 466).
 */
export function apiPath(id: ResourceId, ...rest: readonly string[]): ApiPath {
  const segments = idSegments(id);
  const isDeveloper = segments[0] === 'developers';
  const encoded = segments.map((segment, index) => {
    const once = encodeURIComponent(segment);
    return isDeveloper && index === 1 ? encodeURIComponent(once) : once;
  });
  return [...encoded, ...rest.map(encodeURIComponent)].filter((part) => part !== '').join('/');
}

/** The same as a template for a call. */
export function callPath(id: ResourceId, ...rest: readonly string[]): PathTemplate {
  return [apiPath(id, ...rest)];
}
