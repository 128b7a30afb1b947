import type { BundleFile } from '../core/entry.ts';
import { UserError } from '../core/errors.ts';
import { restoreHoles } from '../core/holes.ts';
import { kindNames } from '../core/kinds/index.ts';
import type { ResourceId } from '../core/resource.ts';
import { compileGlob } from '../core/resource.ts';
import type { PointReader, StoredEntry } from './ports/vault.ts';

/** Entries of a point that the glob selects (all without one): kind by kind in registry order, by id within a kind. */
export async function* listResources(point: PointReader, glob?: string): AsyncIterable<StoredEntry> {
  const matches = glob === undefined ? () => true : compileGlob(glob);
  for (const kind of kindNames) {
    if (!point.has(kind)) continue;
    for await (const entry of point.entries(kind)) if (matches(entry.id)) yield entry;
  }
}

export type ShownResource =
  | {
      readonly entry: StoredEntry;
      readonly type: 'json';
      readonly text: string;
      /** Field paths of the secrets that `text` does not show. */
      readonly hidden: readonly string[];
    }
  | { readonly entry: StoredEntry; readonly type: 'bundle'; readonly files: readonly BundleFile[] };

/**
 * One resource for people: JSON as the server sent it, secrets as holes unless `reveal` (which needs the restorer's key);
 * of a bundle all files, or the one named by `file`. UserError `RESOURCE_NOT_FOUND`.
 */
export async function readResource(
  point: PointReader,
  id: ResourceId,
  options: { readonly reveal: boolean; readonly file?: string },
): Promise<ShownResource> {
  const entry = await findEntry(point, id);
  const content = await point.readContent(entry);
  if (content.type === 'json') {
    const secrets = options.reveal && content.holes.length > 0 ? await point.readSecrets(entry) : undefined;
    const text = restoreHoles(content, (path) => secrets?.get(path));
    const hidden = content.holes.map(({ path }) => path).filter((path) => secrets?.has(path) !== true);
    return { entry, type: 'json', text, hidden };
  }
  if (options.file === undefined) return { entry, type: 'bundle', files: content.files };
  const file = content.files.find(({ path }) => path === options.file);
  if (file === undefined) {
    throw new UserError({
      code: 'RESOURCE_NOT_FOUND',
      message: `${entry.label ?? entry.id} has no file "${options.file}".`,
      resource: id,
      next: `It has: ${content.files.map(({ path }) => path).join(', ')}.`,
    });
  }
  return { entry, type: 'bundle', files: [file] };
}

/** The entry of an id, or of a label like `apis/orders@7`. */
async function findEntry(point: PointReader, idOrLabel: string): Promise<StoredEntry> {
  for (const kind of kindNames) {
    if (!point.has(kind)) continue;
    const entry = await point.find(idOrLabel, kind);
    if (entry !== undefined) return entry;
  }
  if (idOrLabel.includes('@')) {
    for await (const entry of listResources(point)) if (entry.label === idOrLabel) return entry;
  }
  // What stands beside it: below itself there is nothing either.
  const beside = idOrLabel.split('/').slice(0, -1).join('/');
  throw new UserError({
    code: 'RESOURCE_NOT_FOUND',
    message: `Point ${point.details.id} has no resource "${idOrLabel}".`,
    next: `List what it has: holdfast ls ${point.details.id}${beside === '' ? '' : ` '${beside}/**'`}.`,
  });
}
