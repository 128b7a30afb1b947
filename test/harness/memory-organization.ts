import type {
  ApiUsage,
  HoleFiller,
  LiveReading,
  Movement,
  Organization,
  OrganizationIdentity,
  Reading,
  ReadRequest,
} from '../../src/app/ports/organization.ts';
import { isHole } from '../../src/core/call-holes.ts';
import type { TemplateValue } from '../../src/core/call.ts';
import type { BundleFile, Content } from '../../src/core/entry.ts';
import type { Hasher } from '../../src/core/hasher.ts';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { findKindOf } from '../../src/core/kind-of.ts';
import type { KindName } from '../../src/core/kinds/index.ts';
import type { BundleFacts, Kind } from '../../src/core/kinds/kind.ts';
import type { Gap } from '../../src/core/ledger.ts';
import type { CallOutcome, PlannedCall } from '../../src/core/plan.ts';
import { isWithin, parentId, type ResourceId } from '../../src/core/resource.ts';

interface Held {
  readonly content: Content;
  readonly marks?: JsonObject;
  readonly label?: string;
}

const noFacts: BundleFacts = {
  version: 1,
  sharedFlows: [],
  targetServers: [],
  keyValueMaps: [],
  issuers: [],
  basePaths: [],
};

/** An organization that is a map from ids to resources, and believes every call. For what a use case decides, not for the API. */
export class MemoryOrganization implements Organization {
  readonly hasher: Hasher;
  readonly held = new Map<ResourceId, Held>();
  /** Gaps to answer, by kind. */
  readonly gaps = new Map<KindName, Gap[]>();
  /** What a second listing finds. */
  readonly relisted: Movement[] = [];
  readonly sent: string[] = [];
  readonly lookedUp: string[] = [];
  /** Thrown by reads of single resources that name this id. */
  refused: { readonly id: ResourceId; readonly error: Error } | undefined;
  /** Answers a call in another way than by doing it. */
  onSend: (call: PlannedCall) => CallOutcome | undefined | void | Promise<CallOutcome | undefined> = () => undefined;
  onLookup: (call: PlannedCall) => CallOutcome = (call) => ({ call: call.id, status: 'notExecuted' });
  onRelist: () => void = () => undefined;

  constructor(hasher: Hasher) {
    this.hasher = hasher;
  }

  put(id: ResourceId, body: JsonObject): void {
    this.held.set(id, { content: { type: 'json', text: JSON.stringify(body) } });
  }

  putRevision(owner: ResourceId, number: string, text: string, facts: Partial<BundleFacts> = {}): ResourceId {
    const id = `${owner}/revisions/~${this.hasher.digest(new TextEncoder().encode(text))}`;
    const files: BundleFile[] = [{ path: 'apiproxy/a.xml', bytes: new TextEncoder().encode(text) }];
    const content = { type: 'bundle', files, facts: { ...noFacts, ...facts } } as const;
    this.held.set(id, {
      content,
      marks: { of: '1', numbers: { [number]: { frozen: true } } },
      label: `${owner}@${number}`,
    });
    return id;
  }

  body(id: ResourceId): JsonObject | undefined {
    const held = this.held.get(id);
    const body: unknown = held?.content.type === 'json' ? JSON.parse(held.content.text) : undefined;
    return body as JsonObject | undefined;
  }

  find(kind: KindName, key: string): ResourceId | undefined {
    for (const [id, { label }] of this.held) if (findKindOf(id)?.name === kind && label === key) return id;
    return undefined;
  }

  mayHave(): boolean {
    return true;
  }

  async startOver(): Promise<void> {
    // It remembers nothing of what it was asked.
  }

  async identify(): Promise<OrganizationIdentity> {
    return { name: 'acme-prod', runtimeType: 'CLOUD', state: 'ACTIVE', environments: [] };
  }

  async *read(request: ReadRequest): AsyncIterable<Reading> {
    const kinds = [request.kind.name, ...(request.kind.name === 'developer-app' ? (['app-key'] as const) : [])];
    for (const name of kinds) for (const gap of this.gaps.get(name) ?? []) yield { type: 'gap', kind: name, gap };
    for (const [id, held] of this.held) {
      const name = findKindOf(id)?.name;
      const isHidden = name !== undefined && (this.gaps.get(name) ?? []).some((gap) => isWithin(id, gap.at));
      if (name === undefined || isHidden || !kinds.some((kind) => kind === name)) continue;
      if (name === request.kind.name && !request.wanted(id)) continue;
      yield { type: 'resource', kind: name, id, ...held };
    }
  }

  async *relist(
    request: ReadRequest,
  ): AsyncIterable<{ readonly id: ResourceId; readonly change: 'appeared' | 'moved' | 'gone' }> {
    this.onRelist();
    for (const change of this.relisted) if (findKindOf(change.id)?.name === request.kind.name) yield change;
  }

  async readOne(
    ids: readonly { readonly id: ResourceId; readonly kind: Kind }[],
  ): Promise<ReadonlyMap<ResourceId, LiveReading>> {
    const { refused } = this;
    if (refused !== undefined && ids.some(({ id }) => id === refused.id)) throw refused.error;
    return new Map(ids.map(({ id }) => [id, this.#readOne(id)]));
  }

  #readOne(id: ResourceId): LiveReading {
    const held = this.held.get(id);
    if (held !== undefined) return { state: 'present', ...held };
    const siblings = [...this.held].filter(
      ([other]) => parentId(other) === parentId(id) && other.includes('/revisions/'),
    );
    const numbers = siblings.map(([, { label }]) => label).join(' ');
    return { state: 'absent', ...(id.includes('/revisions/') ? { anchor: numbers } : {}) };
  }

  async send(call: PlannedCall, fill: HoleFiller): Promise<CallOutcome> {
    this.sent.push(call.id);
    const answer = await this.onSend(call);
    if (typeof answer === 'object') return answer;
    const outcome = { call: call.id, status: 'done' } as const;
    if (call.action === 'delete' || call.action === 'undeploy') {
      if (call.step === 'delete-minted-key') return outcome;
      for (const id of this.held.keys()) if (isWithin(id, call.resource)) this.held.delete(id);
    } else if (call.action === 'status') {
      const word =
        { revoke: 'revoked', approve: 'approved' }[call.query?.['action'] ?? ''] ?? call.query?.['action'] ?? '';
      this.put(call.resource, { ...this.body(call.resource), status: word });
    } else if (call.action === 'import') {
      const owner = parentId(call.resource);
      const number = String([...this.held.keys()].filter((id) => id.startsWith(`${owner}/`)).length + 1);
      if (!this.held.has(owner)) this.put(owner, { name: owner.split('/')[1] ?? '', revision: [number] });
      const content = await fill.bundle(call.resource);
      this.held.set(call.resource, { content, marks: { numbers: { [number]: {} } }, label: `${owner}@${number}` });
      return { ...outcome, assigned: { revision: number } };
    } else if (call.body?.type === 'json') {
      const value = await filled(call.body.value, fill);
      if (isJsonObject(value)) this.put(call.resource, { ...this.body(call.resource), ...value });
    }
    return call.assigns === undefined ? outcome : { ...outcome, assigned: {} };
  }

  async lookup(call: PlannedCall): Promise<CallOutcome> {
    this.lookedUp.push(call.id);
    return this.onLookup(call);
  }

  async remember(): Promise<void> {}

  recognise(): void {}

  sealNames(): void {}

  usage(): ApiUsage {
    return { calls: 4, reads: 4, writes: 0, retries: 0, throttled: 0, floor: 2, bundleDownloads: 0, foreseen: 0 };
  }
}

async function filled(value: TemplateValue, fill: HoleFiller): Promise<JsonValue> {
  if (isHole(value)) return value.$hole.hole === 'secret' ? await fill.secret(value.$hole.id, value.$hole.name) : '1';
  if (Array.isArray(value)) return await Promise.all(value.map((item: TemplateValue) => filled(item, fill)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries<TemplateValue>(value as { readonly [field: string]: TemplateValue });
  return Object.fromEntries(await Promise.all(entries.map(async ([field, item]) => [field, await filled(item, fill)])));
}
