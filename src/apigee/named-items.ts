import type { JsonObject } from '../core/json.ts';
import type { ApiPath } from '../core/kinds/kind.ts';
import { listNames, listWhole } from './list-pages.ts';
import type { CollectionOf, ReadContext } from './read-context.ts';

/** What a list of names says of each, once for each. */
export async function namedItems(
  context: ReadContext,
  { items, query = {} }: CollectionOf<'names'>,
  path: ApiPath,
): Promise<JsonObject[]> {
  if (items === undefined) return (await listNames(context.transport, path)).map((name) => ({ name }));
  const listed = await listWhole(context.transport, { path, query, items });
  const bodies = new Map(listed.map(({ body }) => [JSON.stringify(body), body]));
  return [...bodies.values()];
}
