import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import type { KindName } from '../../src/core/kinds/kind-name.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { kindNames } from '../../src/core/kinds/kind-name.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { createHybridSeed, createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { openOrganization, readAll } from '../apigee/live-organization.ts';
import { isExempt } from './field-mutation-exemptions.ts';
import { writableFields } from './field-mutation.ts';
import { schemasOf } from './kind-schemas.ts';

/** What no seed can have, beside what is never compared. */
const unseeded: readonly { readonly kind: KindName; readonly fields: readonly string[]; readonly reason: string }[] = [
  {
    kind: 'environment-addons',
    fields: ['advancedApiOpsConfig', 'connectorsPlatformConfig', 'integrationConfig', 'monetizationConfig'].map(
      (addon) => `${addon}.enabled`,
    ),
    reason: 'Setting the add-ons of an environment turns analytics and security on and off, and no other.',
  },
];

/** Paths of all that a client can set in values of this code; a schema without fields says something by being there. */
function* writablePaths(code: string, path: string): Generator<string> {
  if (code.startsWith('[')) yield* writablePaths(code.slice(1), `${path}[]`);
  else if (code.startsWith('{@')) yield* writablePaths(code.slice(1), `${path}{}`);
  else if (code.startsWith('@')) {
    const fields = Object.entries(writableFields(code.slice(1)));
    if (fields.length === 0) yield path;
    for (const [field, inner] of fields) yield* writablePaths(inner, path === '' ? field : `${path}.${field}`);
  } else yield path;
}

/** Paths of all in a value that is not what it would be had nobody set it. */
function* setPaths(value: JsonValue, code: string, path: string): Generator<string> {
  if (Array.isArray(value)) {
    const elements: readonly JsonValue[] = value;
    for (const element of elements) yield* setPaths(element, code.slice(1), `${path}[]`);
  } else if (isJsonObject(value) && code.startsWith('@')) yield* setFields(value, code.slice(1), path);
  else if (isJsonObject(value) && code.startsWith('{@')) {
    for (const entry of Object.values(value)) yield* setPaths(entry, code.slice(1), `${path}{}`);
  } else if (isJsonObject(value)) {
    if (Object.keys(value).length > 0) yield path;
  } else if (!isDefault(value)) yield path;
}

function* setFields(object: JsonObject, schema: string, path: string): Generator<string> {
  const fields = writableFields(schema);
  if (Object.keys(fields).length === 0) yield path;
  for (const [field, value] of Object.entries(object)) {
    const code = fields[field];
    if (code !== undefined) yield* setPaths(value, code, path === '' ? field : `${path}.${field}`);
  }
}

function isDefault(value: JsonValue): boolean {
  if (value === null || value === '' || value === false || Number(value) === 0) return true;
  return typeof value === 'string' && value.endsWith('_UNSPECIFIED');
}

type Bodies = ReadonlyMap<KindName, readonly JsonObject[]>;

async function bodiesOf(create: typeof createSeed): Promise<Bodies> {
  const seedFunction = (name: string) => create('small', name);
  const simulator = await startApigeeSimulator({ organization: 'acme-prod', seedFunction, port: 0, clock: 'virtual' });
  const client = openOrganization(simulator.url);
  const { resources } = await readAll(client.live, { newest: 'all' });
  const bodies = new Map<KindName, readonly JsonObject[]>();
  for (const { kind, content } of resources.values()) {
    const body = content.type === 'bundle' ? undefined : parseJson(content.text);
    if (isJsonObject(body)) bodies.set(kind, [...(bodies.get(kind) ?? []), body]);
  }
  await client.close();
  await simulator.close();
  return bodies;
}

/** Fields of the kind that are as if nobody had set them wherever the kind was read. */
function unset(kind: KindName, read: readonly Bodies[]): string[] {
  const bodies = read.flatMap((each) => each.get(kind) ?? []);
  const all = new Set(schemasOf[kind].flatMap((schema) => [...writablePaths(`@${schema}`, '')]));
  const set = new Set(
    schemasOf[kind].flatMap((schema) => bodies.flatMap((body) => [...setPaths(body, `@${schema}`, '')])),
  );
  return [...all].filter((path) => path !== '' && !set.has(path) && !isExempt(kind, path));
}

const read = [await bodiesOf(createSeed), await bodiesOf(createHybridSeed)];

for (const kind of kindNames) {
  test(`${kind}: every writable field is set to something somewhere in the seeds`, () => {
    const excused = unseeded.filter((each) => each.kind === kind).flatMap(({ fields }) => fields);
    assert.deepEqual(unset(kind, read), excused);
  });
}

test('a field that no seed sets is found out', () => {
  const without = ({ forwardProxyUri: _, ...rest }: JsonObject): JsonObject => ({ ...rest, description: '' });
  const poorer = read.map((bodies) => new Map([...bodies].map(([kind, each]) => [kind, each.map(without)])));
  assert.deepEqual(unset('environment', poorer), ['description', 'forwardProxyUri']);
});
