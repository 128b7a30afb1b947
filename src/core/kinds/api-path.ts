import type { PathTemplate } from '../call.ts';
import { RemoteError } from '../errors.ts';
import { idSegments } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import type { ApiPath } from './kind.ts';

/**
 * The API path of a resource whose id is its API path. A developer's e-mail is encoded twice, because the service decodes
 * it twice: a single-encoded plus sign arrives as a blank (facts of the API, hosts and encoding; apigeecli issue 466).
 * RemoteError `REMOTE_INVALID` for a
 * resource named `.` or `..`: a URL would mean another resource by it.
 */
export function apiPath(id: ResourceId, ...rest: readonly string[]): ApiPath {
  const segments = idSegments(id);
  const isDeveloper = segments[0] === 'developers';
  const encoded = segments.map((segment, index) => {
    const once = pathSegment(segment);
    return isDeveloper && index === 1 ? encodeURIComponent(once) : once;
  });
  return [...encoded, ...rest.map(pathSegment)].filter((part) => part !== '').join('/');
}

/** One segment of an API path. RemoteError `REMOTE_INVALID` for `.` and `..`. */
export function pathSegment(name: string): string {
  if (name !== '.' && name !== '..') return encodeURIComponent(name);
  throw new RemoteError({
    code: 'REMOTE_INVALID',
    message: `A name that is "${name}" cannot be said in a URL: it would mean another resource.`,
    next: 'Rename it in Apigee.',
    operation: 'name a resource',
  });
}

/** The same as a template for a call. */
export function callPath(id: ResourceId, ...rest: readonly string[]): PathTemplate {
  return [apiPath(id, ...rest)];
}
