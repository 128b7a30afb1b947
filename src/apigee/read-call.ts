import type { Kind } from '../core/kinds/kind.ts';
import type { ResourceId } from '../core/resource.ts';
import type { ApiCall } from './transport.ts';

/** A read of the path; one that is a POST sends an empty object. */
export function readCall(read: {
  readonly method?: 'GET' | 'POST' | undefined;
  readonly path: string;
  readonly query?: { readonly [name: string]: string } | undefined;
}): ApiCall {
  const { method = 'GET', path, query } = read;
  return {
    method,
    path,
    access: 'read',
    ...(query === undefined ? {} : { query }),
    ...(method === 'GET' ? {} : { body: { contentType: 'application/json', bytes: Buffer.from('{}') } }),
  };
}

/** The call that reads one resource at its own path. */
export function readCallOf(kind: Kind, id: ResourceId): ApiCall {
  return readCall({ method: kind.readMethod, path: kind.path?.(id) ?? id, query: kind.readQuery });
}
