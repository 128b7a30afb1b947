/**
 * `npm run describe:kinds`, first half: takes samples of every kind from the small organizations of the simulator, as the service answers
 * them, and writes them to `samples.json`. To be run when a kind or a seed changed.
 */
import { writeFileSync } from 'node:fs';
import { canonicalise } from '../../../src/core/canonical.ts';
import { isJsonObject } from '../../../src/core/json.ts';
import { kindNames, kinds } from '../../../src/core/kinds/index.ts';
import type { IdContext, Kind } from '../../../src/core/kinds/kind.ts';
import { parseJson } from '../../../src/core/parse-json.ts';
import { startApigeeSimulator } from '../../../src/sim/apigee/index.ts';
import { createHybridSeed, createSeed } from '../../../src/sim/apigee/seeds/index.ts';
import { openOrganization, readAll, testHasher, type WholeReading } from '../../apigee/live-organization.ts';
import { type Sample, samplesFile } from './samples.ts';

/** More of a kind say nothing new. */
const MOST = 2;

type Found = WholeReading['resources'] extends ReadonlyMap<string, infer Resource> ? Resource : never;

const index: Record<string, string> = {};
const samples: Partial<Record<string, readonly Sample[]>> = {};

for (const [runtime, create] of [
  ['CLOUD', createSeed],
  ['HYBRID', createHybridSeed],
] as const) {
  const seedFunction = (name: string) => create('small', name);
  const { url, close } = await startApigeeSimulator({
    organization: 'acme-prod',
    seedFunction,
    port: 0,
    clock: 'virtual',
  });
  const { live, close: closeClient } = openOrganization(url);
  const { resources } = await readAll(live, { newest: 'all' });
  const context: IdContext = {
    hasher: testHasher,
    find: (kind, key) => {
      const id = live.find(kind, key);
      if (id !== undefined) index[`${kind} ${key}`] = id;
      return id;
    },
  };
  for (const name of kindNames) {
    if ((kinds[name].needsRuntime ?? 'CLOUD') !== runtime) continue;
    samples[name] = choose(
      kinds[name],
      [...resources.values()].filter(({ kind }) => kind === name),
      context,
    );
  }
  await closeClient();
  await close();
}

writeFileSync(samplesFile, `${JSON.stringify({ index, samples }, undefined, 1)}\n`);

/** The fullest first, then those that have most of what no earlier one has. */
function choose(kind: Kind, found: readonly Found[], context: IdContext): readonly Sample[] {
  let candidates = found.map((resource) => ({ resource, sample: sampleOf(kind, resource, context) }));
  const seen = new Set<string>();
  const chosen: Sample[] = [];
  const news = ({ sample }: (typeof candidates)[number]): number => {
    const text = JSON.stringify({ ...sample, id: '' });
    return new Set((text.match(/"[^"]{1,80}"/g) ?? []).filter((part) => !seen.has(part))).size;
  };
  while (chosen.length < MOST && candidates.length > 0) {
    const [best] = candidates.toSorted((a, b) => news(b) - news(a) || (a.sample.id < b.sample.id ? -1 : 1));
    if (best === undefined) break;
    chosen.push(best.sample);
    for (const part of JSON.stringify(best.sample).match(/"[^"]{1,80}"/g) ?? []) seen.add(part);
    candidates = candidates.filter((candidate) => candidate !== best);
  }
  return chosen;
}

function sampleOf(kind: Kind, { id, content, marks, label }: Found, context: IdContext): Sample {
  const common = { id, ...(marks === undefined ? {} : { marks }), ...(label === undefined ? {} : { label }) };
  if (content.type === 'bundle') return { ...common, body: {}, facts: content.facts };
  const body = parseJson(content.text);
  if (!isJsonObject(body)) throw new TypeError(`${id} is no object`);
  canonicalise(kind, body, context);
  return { ...common, body };
}
