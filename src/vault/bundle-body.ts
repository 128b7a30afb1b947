import { z } from 'zod';
import type { BundleFile, Content } from '../core/entry.ts';
import { compareIds } from '../core/resource.ts';
import { count } from './scalar-schemas.ts';

type Bundle = Extract<Content, { type: 'bundle' }>;

const LF = 0x0a;
const headSchema = z.object({ files: z.array(z.tuple([z.string(), count])) });
const factsSchema = z.object({
  version: count,
  sharedFlows: z.array(z.string()),
  targetServers: z.array(z.string()),
  keyValueMaps: z.array(z.string()),
  issuers: z.array(z.string()),
  basePaths: z.array(z.string()),
});

/** The stored form of a bundle: names and lengths as a line of JSON, then the files, by path. */
export function encodeBundleItem(files: readonly BundleFile[]): Uint8Array {
  const sorted = files.toSorted((a, b) => compareIds(a.path, b.path));
  const head = JSON.stringify({ files: sorted.map(({ path, bytes }) => [path, bytes.length]) });
  return Buffer.concat([Buffer.from(`${head}\n`), ...sorted.map(({ bytes }) => bytes)]);
}

/** Reads a stored bundle. Throws when it is not one; callers say which object. */
export function decodeBundleItem(item: Uint8Array): readonly BundleFile[] {
  const end = item.indexOf(LF);
  const { files } = headSchema.parse(JSON.parse(Buffer.from(item.subarray(0, end)).toString()));
  let offset = end + 1;
  const found = files.map(([path, length]) => {
    const bytes = new Uint8Array(item.subarray(offset, offset + length));
    offset += length;
    return { path, bytes };
  });
  if (offset !== item.length) throw new Error('files and bytes do not match');
  return found;
}

export function encodeFactsItem(facts: Bundle['facts']): Uint8Array {
  return Buffer.from(JSON.stringify(facts));
}

/** Reads stored facts. Throws when they are not of a form that is known; callers say which object. */
export function decodeFactsItem(item: Uint8Array): Bundle['facts'] {
  return factsSchema.parse(JSON.parse(Buffer.from(item).toString()));
}
