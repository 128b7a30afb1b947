import { InternalError } from '../core/errors.ts';
import { findKindOf } from '../core/kind-of.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { parseJson } from '../core/parse-json.ts';
import type { ResourceId } from '../core/resource.ts';
import type { HoleFiller } from './ports/organization.ts';
import type { PointReader, StoredEntry } from './ports/vault.ts';

/** Fills holes from the point, from the one read before the first write, and from what the server assigned in this run. */
export class PointFiller implements HoleFiller {
  readonly #point: PointReader;
  readonly #live: ReadonlyMap<string, string>;
  readonly #assigned = new Map<string, string>();

  constructor(point: PointReader, live: ReadonlyMap<string, string>) {
    this.#point = point;
    this.#live = live;
  }

  /** Keeps what the server assigned in the answer to a call. */
  assign(call: string, fields: { readonly [name: string]: string }): void {
    for (const [field, value] of Object.entries(fields)) this.#assigned.set(`${call}\n${field}`, value);
  }

  findAssigned(call: string, field: string): string | undefined {
    return this.#assigned.get(`${call}\n${field}`);
  }

  async secret(id: ResourceId, name: string): Promise<string> {
    const secrets = await this.#point.readSecrets(await this.#entry(id));
    const value = secrets.get(name);
    if (value === undefined) throw new InternalError(`The point has no secret ${name} of ${id}, which the plan needs.`);
    return value;
  }

  live(id: ResourceId, name: string): string {
    const value = this.#live.get(`${id}#${name}`);
    if (value === undefined) throw new InternalError(`The live ${name} of ${id} was not read before the run.`);
    return value;
  }

  assigned(call: string, field: string): string {
    const value = this.findAssigned(call, field);
    if (value === undefined) throw new InternalError(`Call ${call} assigned no ${field}.`);
    return value;
  }

  async bundle(id: ResourceId): ReturnType<HoleFiller['bundle']> {
    const entry = await this.#entry(id);
    const content = await this.#point.readContent(entry);
    if (content.type !== 'bundle') throw new InternalError(`${id} is not a bundle.`);
    return content;
  }

  async json(id: ResourceId): Promise<JsonObject> {
    const content = await this.#point.readContent(await this.#entry(id));
    const body = content.type === 'json' ? parseJson(content.text) : undefined;
    if (!isJsonObject(body)) throw new InternalError(`${id} is no JSON object.`);
    return body;
  }

  async #entry(id: ResourceId): Promise<StoredEntry> {
    const kind = findKindOf(id);
    const entry = kind === undefined ? undefined : await this.#point.find(id, kind.name);
    if (entry === undefined) throw new InternalError(`The point has no ${id}, which the plan needs.`);
    return entry;
  }
}
