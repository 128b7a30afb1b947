import type { BundleFile } from '../core/entry.ts';
import { fileNameOf } from '../core/file-name.ts';
import type { FileNaming } from '../core/file-name.ts';
import type { ResourceId } from '../core/resource.ts';
import { decodeSegment } from '../core/resource.ts';
import type { Exported, ExportDeps, ExportRequest } from './export.ts';
import { ExportRun, resourceText } from './export.ts';
import type { Sorter } from './ports/surroundings.ts';
import type { StoredEntry } from './ports/vault.ts';

const ROOT = 'resources';
const EXTENSION = '.json';

/**
 * One JSON file for each resource at the path of its id, `resources/environments/test/targetservers/backend.json`; a revision is
 * a folder with the files of its bundle.
 */
export async function exportTree(deps: ExportDeps, request: ExportRequest): Promise<Exported> {
  const run = new ExportRun(deps, request);
  try {
    deps.progress.phase('reading names');
    const alike = await namesAlike(run);
    const pathOf = (id: ResourceId): string => `${ROOT}/${pathOfId(id, alike, deps.hasher.digest)}`;
    deps.progress.phase('exporting');
    for (const kind of run.kinds()) {
      for await (const entry of run.entries(kind)) {
        await exportEntry(run, entry, pathOf(entry.id));
        run.advance();
      }
    }
    return await run.finish({ layout: 'tree', leftOut: [] });
  } finally {
    await run.close();
  }
}

async function exportEntry(run: ExportRun, entry: StoredEntry, path: string): Promise<void> {
  const { id, kind, label } = entry;
  const resource = { id, kind, ...(label === undefined ? {} : { label }) };
  const content = await run.request.point.readContent(entry);
  if (content.type === 'json') {
    await run.write({ path: `${path}${EXTENSION}`, ...resource }, resourceText(await run.body(entry, content)));
    return;
  }
  const names = bundleNames(content.files, run.deps.hasher.digest);
  for (const [file, name] of names) {
    await run.write({ path: `${path}/${name}`, ...resource, bundlePath: file.path }, file.bytes);
  }
}

/** Ids, and ids above them, that differ from another one only in case. */
async function namesAlike(run: ExportRun): Promise<ReadonlySet<ResourceId>> {
  const sorter = run.deps.sorters<Named>(({ lower, id }) => `${lower}\u0000${id}`);
  try {
    for (const kind of run.kinds()) {
      let before: readonly string[] = [];
      for await (const { id } of run.entries(kind)) before = await addPrefixes(sorter, id.split('/'), before);
    }
    const alike = new Set<ResourceId>();
    let last: Named | undefined;
    for await (const named of sorter.sorted()) {
      if (last?.lower === named.lower && last.id !== named.id) alike.add(last.id).add(named.id);
      last = named;
    }
    return alike;
  } finally {
    await sorter.close();
  }
}

interface Named {
  readonly lower: string;
  readonly id: ResourceId;
}

/** Adds the id and those above it that the one before did not have. */
async function addPrefixes(
  sorter: Sorter<Named>,
  segments: readonly string[],
  before: readonly string[],
): Promise<readonly string[]> {
  let shared = 0;
  while (shared < segments.length && segments[shared] === before[shared]) shared += 1;
  for (let length = Math.max(1, shared); length <= segments.length; length += 1) {
    const id = segments.slice(0, length).join('/');
    await sorter.add({ lower: id.toLowerCase(), id });
  }
  return segments;
}

function pathOfId(id: ResourceId, alike: ReadonlySet<ResourceId>, digest: FileNaming['digest']): string {
  const segments = id.split('/');
  return segments
    .map((segment, index) => {
      const noCapitals = alike.has(segments.slice(0, index + 1).join('/'));
      return fileNameOf(decodeSegment(segment), { digest, noCapitals, reserved: EXTENSION });
    })
    .join('/');
}

/** Where each file of a bundle goes, whatever the bundle calls it. */
function bundleNames(files: readonly BundleFile[], digest: FileNaming['digest']): ReadonlyMap<BundleFile, string> {
  const folders = new Set(files.flatMap(({ path }) => prefixesOf(path).slice(0, -1)));
  const seen = new Map<string, Set<string>>();
  for (const { path } of files) {
    for (const prefix of prefixesOf(path)) {
      const group = seen.get(prefix.toLowerCase()) ?? new Set();
      seen.set(prefix.toLowerCase(), group.add(prefix));
    }
  }
  const isAlike = (prefix: string): boolean => (seen.get(prefix.toLowerCase())?.size ?? 0) > 1;
  return new Map(
    files.map((file) => [
      file,
      prefixesOf(file.path)
        .map((prefix) => {
          const name = prefix.slice(prefix.lastIndexOf('/') + 1);
          // A file may be called as a folder is, which only an archive can hold.
          const apart = prefix === file.path && folders.has(prefix);
          return fileNameOf(name, { digest, noCapitals: isAlike(prefix), apart });
        })
        .join('/'),
    ]),
  );
}

/** `a/b/c`: `a`, `a/b`, `a/b/c`. */
function prefixesOf(path: string): string[] {
  const segments = path.split('/');
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}
