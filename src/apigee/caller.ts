import type { HoleFiller } from '../app/ports/organization.ts';
import { HoldfastError, InternalError, RemoteError, noTokenCodes } from '../core/errors.ts';
import { isJsonObject, type JsonValue, stringField } from '../core/json.ts';
import { findKindOf } from '../core/kind-of.ts';
import type { Kind } from '../core/kinds/kind.ts';
import type { CallOutcome, PlannedCall } from '../core/plan.ts';
import { parseJson } from '../core/parse-json.ts';
import type { ResourceId } from '../core/resource.ts';
import type { Clock } from '../platform/clock.ts';
import { assignedValues } from './assigned-values.ts';
import { unexpectedAnswer } from './answer-error.ts';
import { writeBundleZip } from './bundle-zip.ts';
import { awaitReady, type ReadyTimes, readyTimes } from './await-ready.ts';
import { fillCall, type FillContext, fillPath } from './fill-call.ts';
import { OperationQueue, type OperationTimes } from './operation-queue.ts';
import { readCall } from './read-call.ts';
import { isNotFound, type ReadContext } from './read-context.ts';
import { readLiveResources } from './read-live-resources.ts';
import { downloadRevision, findRevision, revisionsOf } from './read-revisions.ts';
import { readOwner, revisionLabel } from './revision-numbers.ts';
import { filesIn } from './zipped-files.ts';
import type { ApiAnswer, ApiCall } from './transport.ts';

export interface CallerOptions {
  readonly context: ReadContext;
  readonly clock: Clock;
  /** Deployments are accepted and not awaited. */
  readonly noWait: boolean;
  readonly hide: (secret: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly operationTimes?: OperationTimes | undefined;
  readonly readyTimes?: ReadyTimes | undefined;
}

/** Executes planned calls. Only what ends the run is thrown: refused credentials, abort, faults of ours. */
export class Caller {
  readonly #options: CallerOptions;
  readonly #queue: OperationQueue;
  /** Calls whose answer was lost: a refusal of the next attempt may be their own doing. */
  readonly #lost = new Set<string>();

  constructor(options: CallerOptions) {
    this.#options = options;
    const { context, clock, signal } = options;
    this.#queue = new OperationQueue({ transport: context.transport, clock, signal, times: options.operationTimes });
  }

  /** Sends the call once; again only where that is harmless. */
  async send(call: PlannedCall, fill: HoleFiller, onOperation: (name: string) => Promise<void>): Promise<CallOutcome> {
    let operation: string | undefined;
    const filling = this.#filling(fill);
    try {
      const filled = await fillCall(call, filling);
      const answer = await this.#exchange(call, { filled, fill }, async (name) => {
        operation = name;
        await onOperation(name);
      });
      await this.#upload(call, answer?.json, filling);
      const assigned = assignedValues(answer?.json, call.assigns);
      this.#noteImport(call, assigned);
      this.#hideAssigned(call, assigned);
      const detail = await this.#awaitReady(call, filling);
      return outcome(call, 'done', { assigned, detail, operation });
    } catch (error) {
      if (!(error instanceof HoldfastError) || endsRun(error)) throw error;
      const detail = filling.mask(`${error.code}: ${error.message}`);
      // A started operation goes on although we could not go on watching it.
      const isUnwatched = operation !== undefined && !error.code.startsWith('OPERATION_');
      if (error instanceof RemoteError && (error.ambiguous || isUnwatched)) {
        this.#lost.add(call.id);
        return outcome(call, 'unknown', { detail, operation });
      }
      if (isClash(error) && this.#lost.has(call.id)) {
        const found = await this.lookup(call, fill);
        if (found.status === 'done') return found;
      }
      return outcome(call, 'failed', { detail, operation });
    } finally {
      if (call.kind === 'organization') this.#options.context.memory.forgetProfile();
    }
  }

  /** Whether an earlier attempt took effect: `done`, or `notExecuted` when it may be sent (again). */
  async lookup(call: PlannedCall, fill: HoleFiller): Promise<CallOutcome> {
    const { lookup } = call;
    const filling = this.#filling(fill);
    try {
      switch (lookup.type) {
        case 'repeat':
          return outcome(call, 'notExecuted', {});
        case 'get': {
          const found = await this.#find(await fillPath(lookup.path, filling));
          if (found === undefined || !isAsExpected(found.json, lookup.expect)) return outcome(call, 'notExecuted', {});
          const detail = await this.#awaitReady(call, filling);
          const assigned = assignedValues(found.json, call.assigns);
          this.#hideAssigned(call, assigned);
          return outcome(call, 'done', { assigned, detail });
        }
        case 'resource': {
          const found = await this.#findResource(lookup.id);
          const isAsItWas = lookup.unless !== undefined && isAsExpected(found, lookup.unless);
          if (found === undefined || isAsItWas) return outcome(call, 'notExecuted', {});
          const assigned = assignedValues(found, assignsInBody(call));
          this.#hideAssigned(call, assigned);
          return outcome(call, 'done', { assigned });
        }
        case 'moved':
          return await this.#lookupMoved(call, lookup, filling);
        case 'revision': {
          const number = await this.#findImported(lookup.id);
          if (number === undefined) return outcome(call, 'notExecuted', {});
          const assigned = Object.fromEntries(Object.keys(call.assigns ?? {}).map((name) => [name, number]));
          return outcome(call, 'done', { assigned });
        }
      }
    } catch (error) {
      if (!(error instanceof HoldfastError) || endsRun(error)) throw error;
      return outcome(call, 'unknown', { detail: filling.mask(`${error.code}: ${error.message}`) });
    }
  }

  /** Whether the value that the call was to replace has gone. */
  async #lookupMoved(
    call: PlannedCall,
    lookup: Extract<PlannedCall['lookup'], { type: 'moved' }>,
    filling: FillContext,
  ): Promise<CallOutcome> {
    const { method, query, field, was } = lookup;
    const path = await fillPath(lookup.path, filling);
    const { json } = await this.#options.context.transport.call(readCall({ method, path, query }));
    const is = isJsonObject(json) ? stringField(json, field) : undefined;
    return outcome(call, is === was ? 'notExecuted' : 'done', {});
  }

  /** Fills holes, and afterwards masks the secrets it met in what is said of the call: answers quote what was sent. */
  #filling(fill: HoleFiller): FillContext & { readonly mask: (text: string) => string } {
    const { clock, hide } = this.#options;
    const met = new Set<string>();
    return {
      fill,
      clock,
      hide: (secret) => {
        if (secret === '') return;
        met.add(secret);
        hide(secret);
      },
      mask: (text) =>
        [...met].reduce(
          (masked, secret) => masked.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***'),
          text,
        ),
    };
  }

  /** The answer, or undefined when the call was refused because it is so already. */
  async #exchange(
    call: PlannedCall,
    { filled, fill }: { readonly filled: ApiCall; readonly fill: HoleFiller },
    onOperation: (name: string) => Promise<void>,
  ): Promise<ApiAnswer | undefined> {
    try {
      if (call.longRunning === true) return await this.#queue.run({ call: filled, onOperation });
      return await this.#options.context.transport.call(filled);
    } catch (error) {
      const status = error instanceof RemoteError ? error.status : undefined;
      if (status === undefined || call.tolerates?.includes(status) !== true) throw error;
      // Where it can be looked up the status alone is not believed: a service that is in the way may say the same.
      if (call.lookup.type === 'repeat' || (await this.lookup(call, fill)).status === 'done') return undefined;
      throw error;
    }
  }

  /** Puts what the call prepares a place for. */
  async #upload(call: PlannedCall, answer: JsonValue | undefined, { fill, hide }: FillContext): Promise<void> {
    if (call.uploads === undefined) return;
    const { id, field, to } = call.uploads;
    const url = isJsonObject(answer) ? stringField(answer, to) : undefined;
    if (url === undefined) throw unexpectedAnswer({ method: call.method, path: call.id }, 'no address');
    hide(url);
    const zip = await writeBundleZip(filesIn(await fill.json(id), field), id);
    await this.#options.context.storage.write(url, zip, id);
  }

  async #awaitReady(call: PlannedCall, filling: FillContext): Promise<string | undefined> {
    if (call.awaitReady === undefined) return undefined;
    if (this.#options.noWait) return 'accepted; not awaited (--no-wait)';
    const { context, clock, signal } = this.#options;
    const path = await fillPath(call.awaitReady, filling);
    const times = this.#options.readyTimes ?? readyTimes;
    const detail = await awaitReady({ transport: context.transport, clock, path, times, signal });
    return detail === '' ? undefined : detail;
  }

  async #find(path: string): Promise<ApiAnswer | undefined> {
    try {
      const answer = await this.#options.context.transport.call({ method: 'GET', path, access: 'read' });
      // Some questions about what is not there are answered with an empty object.
      return isEmpty(answer.json) ? undefined : answer;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The body of a resource, wherever the server keeps it. */
  async #findResource(id: ResourceId): Promise<JsonValue | undefined> {
    const kind = findKindOf(id);
    if (kind === undefined) throw new InternalError(`${id} is of no kind.`);
    const reading = (await readLiveResources(this.#options.context, [{ id, kind }])).get(id);
    if (reading?.state !== 'present' || reading.content.type !== 'json') return undefined;
    return parseJson(reading.content.text);
  }

  /** The number of a revision with this content, among those that this run has not met. */
  async #findImported(id: ResourceId): Promise<string | undefined> {
    const { context } = this.#options;
    const kind = getRevisionKind(id);
    if (kind.scope === 'organization') return undefined;
    const source = { scope: context.kinds[kind.scope], collection: revisionsOf(kind) };
    const owner = await readOwner(context, kind.readWith?.(id) ?? id, source).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    for (const number of owner?.numbers.toReversed() ?? []) {
      if (owner === undefined) break;
      const known = findRevision(context, kind, { owner, number });
      const found = known ?? (await downloadRevision(context, kind, { owner, number })).id;
      if (found === id) return number;
    }
    return undefined;
  }

  /** Deployments of the number that an import was given resolve to what was imported. */
  #noteImport(call: PlannedCall, assigned: { readonly [name: string]: string }): void {
    if (call.lookup.type !== 'revision') return;
    const { id } = call.lookup;
    const kind = getRevisionKind(id);
    for (const number of Object.values(assigned)) {
      this.#options.context.memory.index(kind.name, revisionLabel(kind.readWith?.(id) ?? id, number), id);
    }
  }

  #hideAssigned(call: PlannedCall, assigned: { readonly [name: string]: string }): void {
    for (const [name, value] of Object.entries(assigned)) {
      if (call.assigns?.[name]?.secret === true) this.#options.hide(value);
    }
  }
}

function getRevisionKind(id: ResourceId): Kind {
  const kind = findKindOf(id);
  if (kind?.collection.style !== 'revisions') throw new InternalError(`${id} is no revision.`);
  return kind;
}

function endsRun(error: HoldfastError): boolean {
  return noTokenCodes.has(error.code) || ['INTERRUPTED', 'TERMINATED', 'INTERNAL'].includes(error.code);
}

/** What is there already is refused by 409, and may be by 400: no description of the API says which. */
function isClash(error: HoldfastError): boolean {
  return error instanceof RemoteError && (error.status === 409 || error.status === 400);
}

/** Where the resource itself has what the answer to the call had. */
function assignsInBody({ assigns }: PlannedCall): PlannedCall['assigns'] {
  const inBody = Object.entries(assigns ?? {}).map(
    ([name, rule]) => [name, { ...rule, path: rule.inBody ?? rule.path }] as const,
  );
  return Object.fromEntries(inBody);
}

function isAsExpected(
  json: JsonValue | undefined,
  expect: { readonly field: string; readonly value: string } | undefined,
): boolean {
  return expect === undefined || (isJsonObject(json) && json[expect.field] === expect.value);
}

function isEmpty(json: JsonValue | undefined): boolean {
  return isJsonObject(json) && Object.keys(json).length === 0;
}

function outcome(
  call: PlannedCall,
  status: CallOutcome['status'],
  more: {
    readonly assigned?: { readonly [name: string]: string };
    readonly detail?: string | undefined;
    readonly operation?: string | undefined;
  },
): CallOutcome {
  const { assigned = {}, detail, operation } = more;
  return {
    call: call.id,
    status,
    ...(Object.keys(assigned).length === 0 ? {} : { assigned }),
    ...(detail === undefined ? {} : { detail }),
    ...(operation === undefined ? {} : { operation }),
  };
}
