import type { Organization, OrganizationIdentity, OrganizationProber, TokenSource } from '../app/ports/organization.ts';
import type { SorterFactory } from '../app/ports/surroundings.ts';
import { RemoteError, UserError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import { arrayField, isJsonObject, stringField } from '../core/json.ts';
import { kinds } from '../core/kinds/index.ts';
import type { SealsNames } from '../core/member-policy.ts';
import type { Clock } from '../platform/clock.ts';
import type { HttpClient } from '../platform/http.ts';
import type { RandomSource } from '../platform/random.ts';
import type { RetryPolicy } from '../platform/retry.ts';
import type { ReadyTimes } from './await-ready.ts';
import { Caller } from './caller.ts';
import { checkEndpoint } from './check-endpoint.ts';
import { findDoubtfulNames } from './doubtful-names.ts';
import { whyNotApplicable } from './not-applicable.ts';
import type { OperationTimes } from './operation-queue.ts';
import { createPacer, type Pacing } from './pacer.ts';
import { probeKind } from './probe-kind.ts';
import type { ReadContext } from './read-context.ts';
import { readKind } from './read-kind.ts';
import { readLiveResources } from './read-live-resources.ts';
import { relistKind } from './relist-kind.ts';
import { rememberRevisions } from './remember-revisions.ts';
import { RunMemory } from './run-memory.ts';
import { createSignedStorage } from './signed-storage.ts';
import { createTransport } from './transport.ts';

export interface ApigeeOptions {
  /** The organization's name. */
  readonly name: string;
  /** `https://apigee.googleapis.com`, or another place that speaks the same API; plain http only on this machine. */
  readonly endpoint: string;
  readonly tokens: TokenSource;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hasher: Hasher;
  readonly sorterFactory: SorterFactory;
  readonly pacing: Pacing;
  /** False refuses every write before it is sent. */
  readonly writable: boolean;
  /** Deployments are not awaited: for organizations where no runtime reports. */
  readonly noWait?: boolean;
  /** Told of secrets before they are sent, so that no log line shows them. */
  readonly hide?: (secret: string) => void;
  readonly log?: (event: { readonly message: string; readonly operation: string; readonly detail: string }) => void;
  readonly retryPolicy?: RetryPolicy;
  readonly operationTimes?: OperationTimes;
  readonly readyTimes?: ReadyTimes;
  readonly signal?: AbortSignal;
}

/** An organization that holds temporary files until it is closed. */
export interface ApigeeOrganization extends Organization, OrganizationProber {
  /** Removes what reading has spilled to the disk. */
  close(): Promise<void>;
}

/**
 * One live Apigee organization behind its management API; one instance is one run. Nothing is sent before the first
 * method. UserError `ENDPOINT_REFUSED` for an endpoint that is no URL, or plain http to another machine.
 */
export function createApigeeOrganization(options: ApigeeOptions): ApigeeOrganization {
  const endpoint = checkEndpoint(options.endpoint);
  const sending = createTransport({
    organization: options.name,
    endpoint,
    tokens: options.tokens,
    http: options.http,
    pacer: createPacer(options.pacing, options.clock),
    clock: options.clock,
    random: options.random,
    writable: options.writable,
    policy: options.retryPolicy,
    signal: options.signal,
    log: options.log,
  });
  const storage = createSignedStorage({
    endpoint,
    http: options.http,
    clock: options.clock,
    random: options.random,
    policy: options.retryPolicy,
    signal: options.signal,
    log: options.log,
  });
  const transport = findDoubtfulNames(sending, Object.values(kinds));
  let sealsNames: SealsNames = () => false;
  const context: ReadContext & { memory: RunMemory } = {
    transport,
    storage,
    memory: new RunMemory(options.sorterFactory),
    hasher: options.hasher,
    kinds,
    find: (kind, key) => context.memory.find(kind, key),
    sealsNames: (kind, parent) => sealsNames(kinds[kind], parent),
    isPartlyRead: (kind) => context.memory.gaps(kind).some(({ state }) => state === 'denied' || state === 'failed'),
  };
  const caller = new Caller({
    context,
    clock: options.clock,
    noWait: options.noWait === true,
    hide: options.hide ?? (() => undefined),
    signal: options.signal,
    operationTimes: options.operationTimes,
    readyTimes: options.readyTimes,
  });
  return {
    hasher: options.hasher,
    find: context.find,
    ...(context.isPartlyRead === undefined ? {} : { isPartlyRead: context.isPartlyRead }),
    identify: () => identify(context, options.name),
    probe: (kind, parent) => probeKind(context, kind, parent),
    read: (request) => readKind(context, request),
    mayHave: (kind) => whyNotApplicable(context, kind) === undefined,
    relist: (request) => relistKind(context, request),
    readOne: (ids) => readLiveResources(context, ids),
    send: (call, fill, onOperation) => caller.send(call, fill, onOperation),
    lookup: (call, fill) => caller.lookup(call, fill),
    remember: (entries) => rememberRevisions(context, entries),
    recognise: (known, versionOf) => context.memory.recognise(known, versionOf),
    sealNames: (seals) => {
      sealsNames = seals;
    },
    startOver: async () => {
      await context.memory.close();
      context.memory = new RunMemory(options.sorterFactory);
    },
    usage: () => {
      const usage = transport.usage();
      return { ...usage, foreseen: usage.foreseen + context.memory.foreseen };
    },
    close: () => context.memory.close(),
  };
}

async function identify({ transport, memory }: ReadContext, name: string): Promise<OrganizationIdentity> {
  const answer = await transport.call({ method: 'GET', path: '', access: 'read' }).catch((error: unknown) => {
    // The service answers 403 for an organization that does not exist, so as not to tell which ones do.
    if (!(error instanceof RemoteError) || (error.status !== 404 && error.status !== 403)) throw error;
    throw new UserError({
      code: 'ORGANIZATION_NOT_FOUND',
      message: `The endpoint has no organization "${name}"${error.status === 403 ? ', or this identity may not see it' : ''}.`,
      next: 'Check --org, the endpoint (HOLDFAST_APIGEE_ENDPOINT) and what the identity is granted.',
      cause: error,
    });
  });
  transport.countFloor(1);
  const { json } = answer;
  if (!isJsonObject(json) || stringField(json, 'name') === undefined) {
    throw new RemoteError({
      code: 'ENDPOINT_NOT_APIGEE',
      message: 'The endpoint answers something else than an organization, so it is not the Apigee API.',
      next: 'Check the endpoint (HOLDFAST_APIGEE_ENDPOINT).',
      operation: 'GET the organization',
    });
  }
  memory.noteProfile(answer);
  memory.offerProfile();
  return {
    name: stringField(json, 'name') ?? name,
    runtimeType: stringField(json, 'runtimeType') ?? '',
    state: stringField(json, 'state') ?? '',
    environments: arrayField(json, 'environments').filter((environment) => typeof environment === 'string'),
  };
}
