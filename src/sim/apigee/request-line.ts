import type { Query } from './route.ts';

/** The parts of a request's target that routing needs. */
export interface RequestLine {
  /** Path as sent, without query and without a regional host segment. */
  readonly path: string;
  /** Segments after `/v1/`, still encoded; undefined for other paths. */
  readonly segments: readonly string[] | undefined;
  readonly query: Query;
}

/**
 * Splits a request target. A first segment ending in `-apigee.googleapis.com` before `/v1/` is dropped (a client that is
 * pointed at a local server by a proxy address sends it); query names may be camelCase or snake_case.
 */
export function parseRequestLine(target: string): RequestLine {
  const questionAt = target.indexOf('?');
  const sent = questionAt < 0 ? target : target.slice(0, questionAt);
  const path = sent.replace(/^\/[^/]*-apigee\.googleapis\.com(?=\/v1\/)/, '');
  const query: { [name: string]: string } = {};
  if (questionAt >= 0) {
    for (const [name, value] of new URLSearchParams(target.slice(questionAt + 1))) query[camelCase(name)] = value;
  }
  const segments = path.startsWith('/v1/') ? path.slice('/v1/'.length).split('/') : undefined;
  return { path, segments, query };
}

function camelCase(name: string): string {
  return name.includes('_')
    ? name.replace(/_([a-z])/g, (_whole: string, letter: string) => letter.toUpperCase())
    : name;
}
