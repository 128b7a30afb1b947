import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { digestBundle } from '../../src/apigee/bundle-digest.ts';
import { readBundleZip } from '../../src/apigee/bundle-zip.ts';
import { canonicalise, entryOf } from '../../src/core/canonical.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import { kindNames, kinds } from '../../src/core/kinds/index.ts';
import type { Kind } from '../../src/core/kinds/kind.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import {
  type RunningApigeeSimulator,
  type SimulatorOptions,
  startApigeeSimulator,
} from '../../src/sim/apigee/index.ts';
import { createHybridSeed } from '../../src/sim/apigee/seeds/index.ts';
import { createRandom, type SeededRandom } from '../../src/sim/apigee/seeds/random.ts';
import { openOrganization, readAll, testHasher, type WholeReading } from '../apigee/live-organization.ts';
import { repacked, shuffled } from './repacked.ts';

const resaves = 10_000;
const repacks = 60;

interface Place {
  readonly live: ReturnType<typeof openOrganization>;
  readonly whole: WholeReading;
  readonly sim: RunningApigeeSimulator;
}

let cloud: Place;
let hybrid: Place;

async function openPlace(seed: SimulatorOptions): Promise<Place> {
  const sim = await startApigeeSimulator({ port: 0, ...seed });
  const live = openOrganization(sim.url);
  return { sim, live, whole: await readAll(live.live) };
}

before(async () => {
  cloud = await openPlace({ seed: 'small' });
  hybrid = await openPlace({ seedFunction: (name: string) => createHybridSeed('small', name) });
});

after(async () => {
  for (const { live, sim } of [cloud, hybrid]) {
    await live.close();
    await sim.close();
  }
});

interface Sample {
  readonly id: string;
  readonly kind: Kind;
  readonly body: JsonObject;
  readonly place: Place;
}

/** Every resource with a JSON body: those of a cloud organization, and of a hybrid one what only that has. */
function samples(): readonly Sample[] {
  return [cloud, hybrid].flatMap((place) =>
    [...place.whole.resources.values()].flatMap(({ id, kind: name, content }): Sample[] => {
      const body = content.type === 'json' ? parseJson(content.text) : undefined;
      const isOfPlace = (kinds[name].needsRuntime === 'HYBRID') === (place === hybrid);
      return isOfPlace && isJsonObject(body) ? [{ id, kind: kinds[name], body, place }] : [];
    }),
  );
}

function hashOf({ kind, place }: Sample, body: JsonObject): string {
  const canonical = canonicalise(kind, body, place.live.live);
  assert.ok(canonical !== undefined);
  const { configHash, secretHash, tolerant } = entryOf(kind, 'id', canonical, testHasher);
  return JSON.stringify([configHash, secretHash, tolerant]);
}

/** Times and counters that every save moves. */
const moved = /(At|Time|TimeMillis|modified|requestId|Score|Resources|revisionId)$/;

/** A number of 64 bits as a number where it was text, and as text where it was a number. */
function otherSpelling(value: JsonValue): JsonValue {
  spelled.add('int64');
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Fields below `prefix` that are absent, with the values that mean the same. */
function defaultsIn(kind: Kind, object: JsonObject, prefix: string, random: SeededRandom): [string, JsonValue][] {
  return Object.entries(kind.defaults).flatMap(([path, value]): [string, JsonValue][] => {
    const field = path.slice(prefix.length);
    const isHere = path.startsWith(prefix) && !/[.[]/.test(field) && object[field] === undefined;
    if (!isHere || !random.chance(0.5)) return [];
    spelled.add(value === 0 || value === '0' ? 'zero' : 'default');
    return [[field, value]];
  });
}

/** True for a field whose value means the same as absence. */
function isLeftOut(kind: Kind, path: string, value: JsonValue, random: SeededRandom): boolean {
  const absent = kind.defaults[path];
  const isDefault = value === absent || (typeof value === 'number' && `${value}` === absent);
  if (absent === undefined || !isDefault || !random.chance(0.5)) return false;
  spelled.add('left out');
  return true;
}

/** Enumerations below `prefix` that are absent, as the value by which they say nothing. */
function unspecifiedIn(kind: Kind, object: JsonObject, prefix: string, random: SeededRandom): [string, JsonValue][] {
  return Object.entries(kind.unspecified ?? {}).flatMap(([path, name]): [string, JsonValue][] => {
    const field = path.slice(prefix.length);
    const isHere = path.startsWith(prefix) && !/[.[]/.test(field) && object[field] === undefined;
    if (!isHere || !random.chance(0.5)) return [];
    spelled.add('unspecified');
    return [[field, name]];
  });
}

/** The ways of saying the same that were tried. */
const spelled = new Set<string>();

/** The resource as the service might answer it after somebody saved it without changing anything. */
function resaved(kind: Kind, body: JsonObject, random: SeededRandom): JsonObject {
  const walk = (value: JsonValue, path: string): JsonValue => {
    if (Array.isArray(value)) {
      const elements = value.map((element: JsonValue) => walk(element, `${path}[]`));
      return kind.sets.some((set) => set.path === path) ? shuffled(random, elements) : elements;
    }
    if (isJsonObject(value)) return walkObject(value, path === '' ? '' : `${path}.`);
    return kind.int64?.includes(path) === true && random.chance(0.5) ? otherSpelling(value) : value;
  };
  const walkObject = (object: JsonObject, prefix: string): JsonObject =>
    Object.fromEntries(
      shuffled(random, [
        ...Object.entries(object).filter(([field, item]) => !isLeftOut(kind, `${prefix}${field}`, item, random)),
        ...unspecifiedIn(kind, object, prefix, random),
        ...defaultsIn(kind, object, prefix, random),
      ]).map(([field, item]) => [field, walk(item, `${prefix}${field}`)]),
    );
  const changed = kind.serverAssigned.filter((path) => !/[.[]/.test(path) && moved.test(path) && random.chance(0.5));
  const noise = random.some<readonly [string, JsonValue]>(
    [
      ['unsetText', ''],
      ['unsetList', []],
      ['unsetMessage', {}],
      ['unsetFlag', false],
      ['unset', null],
    ],
    random.integer(0, 5),
  );
  return walkObject(
    {
      ...body,
      ...Object.fromEntries(changed.map((field) => [field, String(random.integer(1, 1_000_000))])),
      ...Object.fromEntries(noise),
    },
    '',
  );
}

test(`${resaves} saves that change nothing, over every captured kind, are no difference`, (t) => {
  const bodies = samples();
  const byKind = Map.groupBy(bodies, ({ kind }) => kind.name);
  const packed = new Set([...cloud.whole.resources.values()].filter(isBundle).map(({ kind }) => kind));
  assert.deepEqual(
    kindNames.filter((name) => !byKind.has(name)),
    kindNames.filter((name) => packed.has(name)),
    'every kind is tried, here or as a bundle below',
  );
  const random = createRandom('phantom drift 1');
  for (let save = 0; save < resaves; save += 1) {
    const one = random.pick(random.pick([...byKind.values()]));
    const other = resaved(one.kind, one.body, random);
    assert.equal(hashOf(one, other), hashOf(one, one.body), `save ${save} of ${one.id}: ${JSON.stringify(other)}`);
  }
  assert.deepEqual([...spelled].sort(), ['default', 'int64', 'left out', 'unspecified', 'zero']);
  t.diagnostic(`${resaves} saves of ${bodies.length} resources of ${byKind.size} kinds`);
});

function isBundle({ content }: { readonly content: { readonly type: string } }): boolean {
  return content.type === 'bundle';
}

test(`${repacks} bundles packed in another order, at other times, are no difference`, async () => {
  const random = createRandom('phantom drift 2');
  const bundles = [...cloud.whole.resources.values()].flatMap(({ content }) =>
    content.type === 'bundle' ? [content.files] : [],
  );
  for (let pack = 0; pack < repacks; pack += 1) {
    const files = random.pick(bundles);
    const again = await readBundleZip(await repacked(files, random), 'a bundle');
    assert.equal(digestBundle(again, testHasher), digestBundle(files, testHasher));
  }
});
