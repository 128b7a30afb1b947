import type { Fault } from '../control/fault-plan.ts';
import { unauthenticated } from './access-tokens.ts';
import { ApiError, failedPrecondition, notFound, notModelled } from './api-error.ts';
import { isDocument, textFrom } from './document.ts';
import { nextPageQuery } from './page-faults.ts';
import { decodedAppName, decodedDeveloperId, decodedOnce } from './path-decoding.ts';
import { parseRequestLine, type RequestLine } from './request-line.ts';
import type { Answer, Call, Route } from './route.ts';
import type { Match } from './router.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';
import type { SimulatorState } from './simulator-state.ts';
import { answerStorage, isStoragePath, storageMethod } from './storage.ts';
import { type ParsedBody, parsedBody, parsedFile, takesFile, uploadFlavour } from './upload.ts';

/** A request as it comes off the wire. */
export interface WireRequest {
  readonly http: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly token: string | undefined;
  readonly contentType: string;
  /** Scheme, host and port as the caller wrote them. */
  readonly origin?: string;
  /** The header `x-goog-content-length-range`, of uploads to the storage. */
  readonly lengthRange?: string | undefined;
  readBody(): Promise<Uint8Array<ArrayBuffer>>;
}

/** What goes back: a whole answer, one cut in half, or nothing but a closed connection. */
export interface WireAnswer {
  readonly delivery: 'whole' | 'truncated' | 'dropped';
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

interface Handling {
  readonly request: WireRequest;
  readonly line: RequestLine;
  readonly match: Match | undefined;
  readonly mutating: boolean;
  committed: boolean;
  fault: Fault | undefined;
  body: unknown;
}

/** Answers one request of the API: token, quota, faults, routing, rules, log, latency. */
export async function handleRequest(state: SimulatorState, request: WireRequest): Promise<WireAnswer> {
  const line = parseRequestLine(request.target);
  const match = line.segments === undefined ? undefined : state.router.find(request.http, line.segments);
  const isWrite = request.http !== 'GET' && request.http !== 'HEAD' && !isStoragePath(line.path);
  const mutating = isWrite && match?.route?.readOnly?.(line.query) !== true;
  const handling: Handling = { request, line, match, mutating, committed: false, fault: undefined, body: undefined };
  let wire: WireAnswer;
  try {
    wire = wireAnswer(await answerTo(state, handling));
  } catch (error) {
    wire = error instanceof DroppedConnection ? dropped : errorAnswer(state, error);
  }
  wire = delivered(handling.fault, wire);
  log(state, handling, wire.delivery === 'dropped' ? 0 : wire.status);
  const delayMs = state.latencyMs + (handling.fault?.kind === 'slow' ? handling.fault.delayMs : 0);
  if (delayMs > 0) await state.world.clock.wait(delayMs);
  return wire;
}

/** Thrown to close the connection without an answer. */
class DroppedConnection extends Error {}

/** Carries a page that is not JSON. */
class HtmlAnswer extends Error {
  readonly httpStatus: number;
  constructor(httpStatus: number, html: string) {
    super(html);
    this.httpStatus = httpStatus;
  }
}

const dropped: WireAnswer = { delivery: 'dropped', status: 0, headers: {}, body: undefined };

async function answerTo(state: SimulatorState, handling: Handling): Promise<Answer> {
  const { request, line, match, mutating } = handling;
  if (isStoragePath(line.path)) return storageAnswer(state, handling);
  if (match === undefined) throw new HtmlAnswer(404, notFoundPage(line.path));
  state.tokens.check(request.token, { methodId: match.methodId, organization: decodedName(match), mutating });
  takeQuota(state, match);
  const subject = { http: request.http, methodId: match.methodId, route: match.template, path: line.path };
  handling.fault = state.faults.draw(subject);
  strikeBefore(state, handling);
  if (match.methodId === 'organizations.list') return organizationList(state);
  const organization = organizationOf(state, match);
  if (match.route === undefined) throw notModelled(match.methodId);
  const body = await readBody(handling);
  handling.body = body.json;
  if (request.http === 'GET' && state.vanished.has(line.path)) throw notFound(`${line.path} not found`);
  organization.operations.settle();
  const { json, files } = body;
  const { origin = 'http://127.0.0.1' } = request;
  const seesSpaces = state.tokens.seesSpaces(request.token, organization.name);
  const path = decodedPath(state, match);
  const call = { organization, path, query: line.query, body: json, files, seesSpaces, origin };
  const answer = pageAnswer(state, { handling, route: match.route, call });
  handling.committed = mutating;
  return answer;
}

/** Another service: no token, no quota, but the same weather. */
async function storageAnswer(state: SimulatorState, handling: Handling): Promise<Answer> {
  const { request, line } = handling;
  const methodId = storageMethod(request.http);
  const fault = state.faults.draw({ http: request.http, methodId, route: methodId, path: line.path });
  if (fault?.kind !== 'expired-token') handling.fault = fault;
  strikeBefore(state, handling);
  return answerStorage(state, request);
}

function takeQuota(state: SimulatorState, match: Match): void {
  const { granted, retryAfterMs } = state.quota.take(match.values['organizationsId'] ?? '');
  if (granted) return;
  const tellsWhen = state.world.switches.retryAfterOnQuota === 'present';
  throw quotaExceeded(tellsWhen ? Math.ceil(retryAfterMs / 1000) : undefined);
}

function quotaExceeded(retryAfterSeconds: number | undefined): ApiError {
  const message =
    "Quota exceeded for quota metric 'Management API requests' and limit 'Management API requests per minute' of service 'apigee.googleapis.com'.";
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new ApiError({ httpStatus: 429, status: 'RESOURCE_EXHAUSTED', message, ...wait });
}

/** Faults that strike instead of the request. */
function strikeBefore(state: SimulatorState, { fault, request, line }: Handling): void {
  if (fault === undefined) return;
  if (fault.kind === 'drop' && fault.when === 'before-commit') throw new DroppedConnection();
  if (fault.kind === 'html')
    throw new HtmlAnswer(fault.status, `<!DOCTYPE html>\n<html><title>${fault.status}</title></html>\n`);
  if (fault.kind === 'vanish' && request.http === 'GET') state.vanished.add(line.path);
  if (fault.kind === 'expired-token') {
    state.tokens.expire(request.token ?? '');
    throw unauthenticated();
  }
  if (fault.kind === 'status') throw faultStatus(fault);
}

const canonicalStatus: { readonly [httpStatus: number]: string } = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function faultStatus(fault: Extract<Fault, { kind: 'status' }>): ApiError {
  if (fault.status === 429 && fault.message === undefined) return quotaExceeded(fault.retryAfterSeconds);
  const wait = fault.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: fault.retryAfterSeconds };
  const status = canonicalStatus[fault.status] ?? 'UNKNOWN';
  const usual = fault.status === 403 ? 'The caller does not have permission' : 'The service is currently unavailable.';
  return new ApiError({ httpStatus: fault.status, status, message: fault.message ?? usual, ...wait });
}

function organizationOf(state: SimulatorState, match: Match): SimulatedOrganization {
  const name = decodedOnce(match.values['organizationsId'] ?? '');
  const organization = state.organizations.get(name);
  if (organization !== undefined) return organization;
  // The service does not say whether an organization exists that the caller may not see.
  const message = `Permission denied on resource "organizations/${name}" (or it may not exist)`;
  throw new ApiError({ httpStatus: 403, status: 'PERMISSION_DENIED', message });
}

function organizationList(state: SimulatorState): Answer {
  const organizations = [...state.organizations.values()].map(({ name, store }) => {
    const projectId = textFrom(store.find('organization', '', '')?.['projectId'] ?? name);
    return { organization: name, projectIds: [projectId], projectId, location: 'global' };
  });
  return { status: 200, body: organizations.length === 0 ? {} : { organizations } };
}

async function readBody({ request, match }: Handling): Promise<ParsedBody> {
  if (request.http === 'GET' || request.http === 'DELETE' || match === undefined) {
    return { json: undefined, files: undefined };
  }
  if (takesFile(match.methodId)) return await parsedFile(await request.readBody(), request.contentType);
  return await parsedBody(await request.readBody(), request.contentType, uploadFlavour(match.methodId));
}

function decodedPath(state: SimulatorState, match: Match): Call['path'] {
  const decoded: { [parameter: string]: string } = {};
  for (const [parameter, segment] of Object.entries(match.values)) {
    if (parameter === 'developersId') decoded[parameter] = decodedDeveloperId(state.world.switches, segment);
    else if (parameter === 'appsId') decoded[parameter] = decodedAppName(state.world.switches, segment);
    else decoded[parameter] = decodedOnce(segment);
  }
  return decoded;
}

/** Runs the route; for a paged list the faults that repeat or skip a page. */
function pageAnswer(
  state: SimulatorState,
  { handling, route, call }: { readonly handling: Handling; readonly route: Route; readonly call: Call },
): Answer {
  const { fault, line } = handling;
  if (route.paging === undefined) return route.handle(call);
  if (fault?.kind === 'repeat-page') {
    const previous = state.pageFaults.previous(line.path, call.query);
    if (previous !== undefined) return previous;
  }
  let answer = route.handle(call);
  if (fault?.kind === 'skip-page') {
    const query = nextPageQuery(route.paging, call.query, answer);
    if (query !== undefined) answer = route.handle({ ...call, query });
  }
  if (state.faults.hasKind('repeat-page')) state.pageFaults.remember(line.path, call.query, answer);
  return answer;
}

function wireAnswer(answer: Answer): WireAnswer {
  if (answer.bytes !== undefined) {
    const headers = { 'content-type': answer.contentType ?? 'application/octet-stream' };
    return { delivery: 'whole', status: answer.status, headers, body: answer.bytes };
  }
  if (answer.body === undefined) return { delivery: 'whole', status: answer.status, headers: {}, body: undefined };
  return jsonAnswer(answer.status, answer.body);
}

function jsonAnswer(status: number, body: object): WireAnswer {
  const headers = { 'content-type': 'application/json; charset=UTF-8' };
  return { delivery: 'whole', status, headers, body: JSON.stringify(body) };
}

function errorAnswer(state: SimulatorState, error: unknown): WireAnswer {
  if (error instanceof HtmlAnswer) {
    const headers = { 'content-type': 'text/html; charset=UTF-8' };
    return { delivery: 'whole', status: error.httpStatus, headers, body: error.message };
  }
  if (!(error instanceof ApiError)) throw error;
  const requestId = state.world.random.text(19, '123456789');
  const { nameClash } = state.world.switches;
  const isOtherClash = error.status === 'ALREADY_EXISTS' && nameClash === 'failed-precondition';
  const told = isOtherClash ? failedPrecondition(error.message) : error;
  const answer = jsonAnswer(told.httpStatus, told.body(requestId));
  if (told.retryAfterSeconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(told.retryAfterSeconds) } };
}

/** Faults that strike after the request took effect. */
function delivered(fault: Fault | undefined, wire: WireAnswer): WireAnswer {
  if (fault?.kind === 'drop' && fault.when === 'after-commit') return { ...wire, delivery: 'dropped' };
  return fault?.kind === 'truncate' && wire.body !== undefined ? { ...wire, delivery: 'truncated' } : wire;
}

function log(state: SimulatorState, handling: Handling, status: number): void {
  const { request, line, match, mutating, committed, fault, body } = handling;
  const keeps = mutating && state.log.keepBodies && isDocument(body);
  state.log.add({
    atMs: state.world.clock.nowMs(),
    organization: decodedName(match),
    http: request.http,
    methodId: match?.methodId ?? (isStoragePath(line.path) ? storageMethod(request.http) : 'unknown'),
    route: match?.template ?? line.path,
    path: request.target,
    status,
    mutating,
    committed,
    ...(fault === undefined ? {} : { fault: fault.kind }),
    ...(keeps ? { body } : {}),
  });
}

function decodedName(match: Match | undefined): string {
  const segment = match?.values['organizationsId'] ?? '';
  return segment.includes('%') ? decodeURIComponent(segment) : segment;
}

function notFoundPage(path: string): string {
  const shown = path.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p>The requested URL <code>${shown}</code> was not found on this server.\n</html>\n`;
}
