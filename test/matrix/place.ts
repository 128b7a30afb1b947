import assert from 'node:assert/strict';
import { apiPath } from '../../src/core/kinds/api-path.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import { type KindName, kinds } from '../../src/core/kinds/index.ts';
import type { IdContext, Kind } from '../../src/core/kinds/kind.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import {
  type ApigeeSimulator,
  type RunningApigeeSimulator,
  type SimulatorSwitches,
  startApigeeSimulator,
} from '../../src/sim/apigee/index.ts';
import { createHybridSeed, createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { openOrganization, readAll, testHasher, type WholeReading } from '../apigee/live-organization.ts';
import { ORGANIZATION } from '../restore/stage.ts';
import type { Asker } from './list-shape.ts';

/** A seeded organization that was read as a whole. */
export class Place {
  readonly seeded: WholeReading;
  readonly #running: RunningApigeeSimulator;
  readonly #client: ReturnType<typeof openOrganization>;

  constructor(running: RunningApigeeSimulator, client: ReturnType<typeof openOrganization>, seeded: WholeReading) {
    this.#running = running;
    this.#client = client;
    this.seeded = seeded;
  }

  get url(): string {
    return this.#running.url;
  }

  get simulator(): ApigeeSimulator {
    return this.#running.simulator;
  }

  /** What the reading knows, and a name for what it does not know. */
  get context(): IdContext {
    return {
      hasher: testHasher,
      find: (kind, key) => this.#client.live.find(kind, key) ?? `${kind}/${key}`,
    };
  }

  idsOf(name: KindName): readonly string[] {
    return [...this.seeded.resources.values()].filter(({ kind }) => kind === name).map(({ id }) => id);
  }

  bodiesOf(kind: Kind): readonly JsonObject[] {
    return this.idsOf(kind.name).flatMap((id) => {
      const content = this.seeded.resources.get(id)?.content;
      const body = content?.type === 'json' ? parseJson(content.text) : undefined;
      return isJsonObject(body) ? [body] : [];
    });
  }

  /** Where one resource is read, by the name that the server gave to what it stands under where the path has that. */
  pathOf(kind: Kind, id: string): string {
    const name = this.seeded.resources.get(id.slice(0, id.lastIndexOf('/')))?.marks?.['serverName'];
    return kind.pathUnder === undefined
      ? (kind.path?.(id) ?? apiPath(id))
      : kind.pathUnder(id, typeof name === 'string' ? name : '');
  }

  askerOf(kind: Kind): Asker {
    return {
      pathOf: (one, id) => this.pathOf(one, id),
      ask: async (path, query = {}) => {
        const search = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query).toString()}`;
        const separator = path === '' || path.startsWith(':') ? '' : '/';
        const url = `${this.url}/v1/organizations/${ORGANIZATION}${separator}${path}${search}`;
        const answer = await fetch(url, {
          headers: { authorization: 'Bearer matrix', 'content-type': 'application/json' },
          ...(kind.readMethod === undefined ? {} : { method: kind.readMethod, body: '{}' }),
        });
        if (answer.status === 400) return undefined;
        assert.equal(answer.status, 200, path);
        return (await answer.json()) as JsonValue;
      },
    };
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#running.close();
  }
}

/** An organization in the cloud and a hybrid one. */
export interface Places {
  readonly cloud: Place;
  readonly hybrid: Place;
  /** Where there are resources of the kind. */
  of(kind: Kind): Place;
  close(): Promise<void>;
}

export async function openPlaces(switches: Partial<SimulatorSwitches>): Promise<Places> {
  const cloud = await openPlace(createSeed, switches);
  const hybrid = await openPlace(createHybridSeed, switches);
  return {
    cloud,
    hybrid,
    of: (kind) => (kind.needsRuntime === 'HYBRID' ? hybrid : cloud),
    close: async () => {
      await cloud.close();
      await hybrid.close();
    },
  };
}

async function openPlace(create: typeof createSeed, switches: Partial<SimulatorSwitches>): Promise<Place> {
  const seedFunction = (name: string) => create('small', name);
  const running = await startApigeeSimulator({ organization: ORGANIZATION, seedFunction, switches, port: 0 });
  const client = openOrganization(running.url);
  return new Place(running, client, await readAll(client.live, { newest: 'all' }));
}

/** The kinds that are tried in that place, by its runtime. */
export function isOf(runtime: 'CLOUD' | 'HYBRID', name: KindName): boolean {
  return (kinds[name].needsRuntime === 'HYBRID') === (runtime === 'HYBRID');
}
