import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../../src/core/json.ts';
import type { KindName } from '../../../src/core/kinds/kind-name.ts';
import type { BundleFacts } from '../../../src/core/kinds/kind.ts';

/** One resource as the service answers it, and what the reader found out about it. */
export interface Sample {
  readonly id: string;
  readonly body: JsonObject;
  readonly marks?: JsonObject;
  readonly label?: string;
  readonly facts?: BundleFacts;
}

export interface Samples {
  /** Ids of what the samples refer to by keys: `KIND KEY`. */
  readonly index: { readonly [kindAndKey: string]: string };
  readonly samples: Readonly<Record<KindName, readonly Sample[]>>;
}

export const samplesFile = fileURLToPath(new URL('samples.json', import.meta.url));

export const { index, samples } = JSON.parse(readFileSync(samplesFile, 'utf8')) as Samples;
