import { stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';

/** The id at the end of `name`, which the service says alone or with all that stands above it; undefined without one. */
export function shortNameOf(body: JsonObject): string | undefined {
  const name = stringField(body, 'name')?.split('/').at(-1);
  return name === '' ? undefined : name;
}
