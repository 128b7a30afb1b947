import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

// Letters and digits only, so that they stand in every text in the same form, URL-encoded or not.
/** Stands in everything that is sealed to the restorer, and in the token. */
export const SEALED_MARK = 'hfCanary7Q3xW9';
/** Stands in bundles: configuration, which reader.key opens and writer.key does not. */
export const BUNDLE_MARK = 'hfBundle5T8zK2';

/**
 * Stands in what the service keeps beside no secret field, and people put passwords into all the same: attributes, properties, labels,
 * resource files, documentation. It is configuration too; the verbs that show what differs show it to whoever has reader.key. In
 * small letters, as labels and names of hosts have no others.
 */
export const CONFIG_MARK = 'hfconfig9p2rl6';
export const everyMark = [SEALED_MARK, BUNDLE_MARK, CONFIG_MARK];

/** A mark as it is, and what base64 of either alphabet makes of it wherever in three bytes it begins. */
export function tracesOf(mark: string): readonly string[] {
  const forms = [0, 1, 2].flatMap((lead) => [inBase64(mark, lead, 'base64'), inBase64(mark, lead, 'base64url')]);
  return [...new Set([mark, ...forms])];
}

function inBase64(mark: string, lead: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.from('~'.repeat(lead) + mark)
    .toString(encoding)
    .replace(/=+$/, '');
  // The first and the last characters also depend on what stands beside the mark.
  return text.slice(lead === 0 ? 0 : 4, -3);
}

/** Looks for traces, and keeps count of where it looked. */
export interface TraceSearch {
  /** Throws where `bytes` hold a trace of one of the marks. */
  assertNone(bytes: Uint8Array | string, where: string, marks?: readonly string[]): void;
  /** The same for every name and file below a folder but those of `except`, which are relative to it. */
  assertNoneBelow(
    folder: string,
    options?: { readonly except?: readonly string[]; readonly marks?: readonly string[] },
  ): Promise<void>;
  /** Texts, names, files and blobs that were searched, and their bytes. */
  counts(): { readonly places: number; readonly sizeBytes: number };
}

export function createTraceSearch(): TraceSearch {
  let places = 0;
  let sizeBytes = 0;
  const search: TraceSearch = {
    assertNone(bytes, where, marks = everyMark) {
      const haystack = Buffer.from(bytes);
      places += 1;
      sizeBytes += haystack.length;
      for (const trace of marks.flatMap(tracesOf)) assert.ok(!haystack.includes(trace), `${where} holds ${trace}`);
    },
    async assertNoneBelow(folder, { except = [], marks } = {}) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (except.some((name) => `${path}/`.startsWith(`${join(folder, name)}/`))) continue;
        search.assertNone(path, 'a file name', marks);
        if (entry.isFile()) search.assertNone(await readFile(path), path, marks);
      }
    },
    counts: () => ({ places, sizeBytes }),
  };
  return search;
}
