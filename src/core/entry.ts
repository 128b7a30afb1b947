import type { JsonObject } from './json.ts';
import type { KindName } from './kinds/kind-name.ts';
import type { BundleFacts } from './kinds/kind.ts';
import type { ResourceId } from './resource.ts';

/** One file of a bundle: path inside the zip with forward slashes (`apiproxy/proxies/default.xml`). */
export interface BundleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What the server answered for one resource, as it is stored: JSON as source text, a bundle as files sorted by path. */
export type Content =
  | { readonly type: 'json'; readonly text: string }
  | { readonly type: 'bundle'; readonly files: readonly BundleFile[]; readonly facts: BundleFacts };

/** The compared part of a resource in a point or live: hashes, tolerant instants, marks. Equal hashes = equal resource. */
export interface EntryCore {
  readonly id: ResourceId;
  readonly kind: KindName;
  /** Tag of the canonical form (secrets and tolerant fields left out). */
  readonly configHash: string;
  /** Tag over the secret values by path; absent when the resource has none. */
  readonly secretHash?: string;
  /** Field path → epoch ms; compared with the kind's tolerance, not part of a hash. */
  readonly tolerant?: { readonly [path: string]: number };
  /** Outside every hash: change marks, revision numbers, developerId. */
  readonly marks?: JsonObject;
  readonly label?: string;
}

/** True when both describe the same state (hashes; tolerant fields are judged by the diff). */
export function sameHashes(a: EntryCore, b: EntryCore): boolean {
  return a.configHash === b.configHash && a.secretHash === b.secretHash;
}

/** Equal for resources that are equal but perhaps for tolerant instants. */
export function stateText(entry: Pick<EntryCore, 'configHash' | 'secretHash'>): string {
  return `${entry.configHash}${entry.secretHash ?? ''}`;
}
