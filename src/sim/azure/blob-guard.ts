import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { type SimulatorClock, virtualClock } from '../control/clock.ts';
import { type Fault, FaultPlan, type FaultRule } from '../control/fault-plan.ts';
import { RequestLog } from '../control/request-log.ts';
import { SeededRandom } from '../control/seeded-random.ts';
import { authenticate, type GuardIdentity } from './blob-guard-access.ts';
import {
  deleteBlob,
  type GuardAnswer,
  type GuardScene,
  leaseBlob,
  protectBlob,
  putBlob,
  readBlob,
  undeleteBlob,
} from './blob-guard-blobs.ts';
import { answerForContainer } from './blob-guard-containers.ts';
import { errorXml, GuardRefusal } from './blob-guard-error.ts';
import { httpDate } from './blob-guard-listing.ts';
import { type BlobRequest, parseBlobRequest, type RawRequest } from './blob-guard-request.ts';
import { flat, type GuardUpstream, UpstreamClient } from './blob-guard-upstream.ts';
import { type AccountSettings, GuardedAccount } from './guarded-account.ts';
import type { AccountKey } from './shared-key.ts';

export interface BlobGuardOptions {
  /** The Azurite that keeps the bytes. Nothing else may write to it. */
  readonly upstream: GuardUpstream;
  /** The account that the guard answers for; `guardedaccount` unless given. */
  readonly account?: string;
  readonly settings?: Partial<AccountSettings>;
  /** A virtual one unless given. */
  readonly clock?: SimulatorClock;
  readonly faults?: readonly FaultRule[];
  readonly seed?: number;
  /** 0 unless given: a free one. */
  readonly port?: number;
}

/** Azurite with what it only pretends to do, on the loopback interface. */
export interface BlobGuard {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `http://127.0.0.1:PORT/ACCOUNT` */
  readonly blobEndpoint: string;
  readonly connectionString: string;
  readonly key: AccountKey;
  readonly account: GuardedAccount;
  readonly clock: SimulatorClock;
  /** Who may come with a bearer token, by token. */
  readonly identities: Map<string, GuardIdentity>;
  /** Rules match operations (`PutBlob`) as routes and `/container/blob` as paths. */
  readonly faults: FaultPlan;
  /** Every request: its operation as route, its container as organization. */
  readonly log: RequestLog;
  close(): Promise<void>;
}

const MOST_BODY_BYTES = 256 * 1024 * 1024;
const mutating = /^(Put|Delete|Create|Undelete|Restore|Set|Lease)/;
const unmodelledFaults = new Set<Fault['kind']>(['expired-token', 'repeat-page', 'skip-page', 'vanish']);
/** Published for no account; it guards nothing. */
const KEY = Buffer.from('the key of an account that exists on this machine alone'.padEnd(64, '.')).toString('base64');

/** Starts a guard in front of a running Azurite. */
export async function startBlobGuard(options: BlobGuardOptions): Promise<BlobGuard> {
  const guard = new GuardServer(options);
  await guard.listen(options.port ?? 0);
  return guard;
}

class GuardServer implements BlobGuard {
  readonly key: AccountKey;
  readonly account: GuardedAccount;
  readonly clock: SimulatorClock;
  readonly identities = new Map<string, GuardIdentity>();
  readonly faults: FaultPlan;
  readonly log = new RequestLog();
  readonly #upstream: UpstreamClient;
  readonly #server: Server;
  readonly #queues = new Map<string, Promise<unknown>>();
  #requests = 0;
  #port = 0;

  constructor({ upstream, account = 'guardedaccount', settings, clock, faults, seed }: BlobGuardOptions) {
    this.key = { account, key: KEY };
    this.clock = clock ?? virtualClock();
    this.account = new GuardedAccount(this.clock, settings);
    this.faults = new FaultPlan(new SeededRandom(seed ?? 1), faults);
    this.#upstream = new UpstreamClient(upstream);
    this.#server = createServer((incoming, outgoing) => {
      void this.#serve(incoming, outgoing);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get blobEndpoint(): string {
    return `${this.url}/${this.key.account}`;
  }

  get connectionString(): string {
    const { account, key } = this.key;
    return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${this.blobEndpoint}`;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    this.#upstream.close();
    await closed;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const id = this.#nextId();
    const raw: Omit<RawRequest, 'body'> = {
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      headers: flat(incoming.headers),
    };
    try {
      const body = await readBody(incoming);
      await this.#handle({ ...raw, body }, outgoing, id);
    } catch (error) {
      // The sender went away, or the guard is being closed.
      if (!(error instanceof GuardRefusal)) outgoing.destroy();
      else this.#send(outgoing, refusalAnswer(error), id);
    }
  }

  async #handle(raw: RawRequest, outgoing: ServerResponse, id: string): Promise<void> {
    let request: BlobRequest | undefined;
    let fault: Fault | undefined;
    let answer: GuardAnswer;
    let committed = false;
    try {
      request = parseBlobRequest(raw, this.key.account);
      fault = this.#drawFault(request);
      if (fault?.kind === 'slow') await this.clock.wait(fault.delayMs);
      const struck = struckAnswer(fault);
      answer = struck ?? (await this.#answer(raw, request));
      committed = struck === undefined && answer.status < 300;
    } catch (error) {
      const refusal = error instanceof GuardRefusal ? error : new GuardRefusal('InternalError', String(error));
      answer = refusalAnswer(refusal);
    }
    const isDropped = fault?.kind === 'drop';
    this.#logRequest(request, { raw, status: isDropped ? 0 : answer.status, committed, fault: fault?.kind });
    if (isDropped) outgoing.destroy();
    else if (fault?.kind === 'truncate') this.#sendHalf(outgoing, answer, id);
    else this.#send(outgoing, answer, id);
  }

  async #answer(raw: RawRequest, request: BlobRequest): Promise<GuardAnswer> {
    const { identities, key, account } = this;
    const door = { key, identities, nowMs: this.clock.nowMs(), allowSharedKey: account.settings.allowSharedKey };
    const principal = authenticate(raw, door);
    const scene: GuardScene = { account, upstream: this.#upstream, principal, request };
    return this.#inTurn(`${request.container}/${request.blob}`, () => answerRequest(scene));
  }

  /** Requests for one blob are answered one after the other, so that what is checked is what is changed. */
  async #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#queues.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#queues.get(key) === turn) this.#queues.delete(key);
    }
  }

  #drawFault({ method, operation, path }: BlobRequest): Fault | undefined {
    const fault = this.faults.draw({ http: method, methodId: operation, route: operation, path });
    if (fault === undefined || !unmodelledFaults.has(fault.kind)) return fault;
    throw new GuardRefusal('NotModelled', `Faults of kind ${fault.kind}.`);
  }

  #logRequest(
    request: BlobRequest | undefined,
    seen: { raw: RawRequest; status: number; committed: boolean; fault: string | undefined },
  ): void {
    const operation = request?.operation ?? 'unknown';
    const isMutating = mutating.test(operation);
    this.log.add({
      atMs: this.clock.nowMs(),
      organization: request?.container ?? '',
      http: seen.raw.method,
      methodId: operation,
      route: operation,
      path: request?.path ?? '',
      status: seen.status,
      mutating: isMutating,
      committed: isMutating && seen.committed,
      ...(seen.fault === undefined ? {} : { fault: seen.fault }),
    });
  }

  #send(outgoing: ServerResponse, { status, headers, body = '' }: GuardAnswer, id: string): void {
    outgoing.writeHead(status, this.#headers(headers, body, id));
    outgoing.end(body);
  }

  #sendHalf(outgoing: ServerResponse, { status, headers, body = '' }: GuardAnswer, id: string): void {
    const whole = Buffer.from(body);
    outgoing.writeHead(status, this.#headers(headers, whole, id));
    outgoing.write(whole.subarray(0, Math.floor(whole.length / 2)), () => outgoing.destroy());
  }

  #headers(own: Readonly<Record<string, string>>, body: string | Buffer, id: string): Record<string, string> {
    return {
      'content-length': String(Buffer.byteLength(body)),
      ...own,
      // A client can tell from this how far its own clock is off.
      date: httpDate(this.clock.nowMs()),
      server: 'Holdfast-Blob-Guard',
      'x-ms-request-id': id,
      'x-ms-version': '2026-04-06',
    };
  }

  #nextId(): string {
    this.#requests += 1;
    return `00000000-0000-0000-0000-${String(this.#requests).padStart(12, '0')}`;
  }
}

async function answerRequest(scene: GuardScene): Promise<GuardAnswer> {
  switch (scene.request.operation) {
    case 'PutBlob':
      return putBlob(scene);
    case 'GetBlob':
    case 'GetBlobProperties':
      return readBlob(scene);
    case 'DeleteBlob':
      return deleteBlob(scene);
    case 'UndeleteBlob':
      return undeleteBlob(scene);
    case 'LeaseBlob':
      return leaseBlob(scene);
    case 'SetImmutabilityPolicy':
    case 'DeleteImmutabilityPolicy':
    case 'SetLegalHold':
      return protectBlob(scene);
    default:
      return answerForContainer(scene);
  }
}

/** What a fault answers in the place of the service; undefined when the request takes effect. */
function struckAnswer(fault: Fault | undefined): GuardAnswer | undefined {
  if (fault?.kind === 'drop' && fault.when === 'before-commit') return { status: 0, headers: {} };
  if (fault?.kind === 'html') {
    return { status: fault.status, headers: { 'content-type': 'text/html' }, body: '<html><body>proxy</body></html>' };
  }
  if (fault?.kind !== 'status') return undefined;
  const code = fault.status === 503 ? 'ServerBusy' : fault.status === 429 ? 'TooManyRequests' : 'InternalError';
  const after = fault.retryAfterSeconds === undefined ? undefined : { 'retry-after': String(fault.retryAfterSeconds) };
  return { ...refusalAnswer(new GuardRefusal(code, fault.message, after)), status: fault.status };
}

function refusalAnswer({ code, status, message, headers }: GuardRefusal): GuardAnswer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/xml', 'x-ms-error-code': code },
    body: errorXml(code, message),
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    // A request without an encoding comes in buffers.
    const piece = chunk as Buffer;
    size += piece.length;
    if (size > MOST_BODY_BYTES) throw new GuardRefusal('RequestBodyTooLarge');
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}
