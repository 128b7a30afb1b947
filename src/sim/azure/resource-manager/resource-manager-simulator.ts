import { type SimulatorClock, realClock } from '../../control/clock.ts';
import { type Fault, FaultPlan } from '../../control/fault-plan.ts';
import { SeededRandom } from '../../control/seeded-random.ts';
import { ArmFault, badRequest, notModelled } from './arm-fault.ts';
import { ArmOperations } from './arm-operations.ts';
import { type ArmRecord, isRecord } from './arm-record.ts';
import { checkArmBody } from './arm-types.ts';
import { ArmWorld, type ArmResource } from './arm-world.ts';
import { addBuiltInRoles, authorizationRoutes } from './authorization-routes.ts';
import { guardRoutes } from './guard-routes.ts';
import { instanceRoutes } from './instance-routes.ts';
import { jobRoutes, startBackup } from './job-routes.ts';
import { recoveryServicesRoutes } from './recovery-services-routes.ts';
import { type ArmAnswer, type ArmRoute, matchTemplate } from './route.ts';
import { storageRoutes } from './storage-routes.ts';
import { type ArmSwitches, usualSwitches } from './switches.ts';
import { vaultRoutes } from './vault-routes.ts';

const routes: readonly ArmRoute[] = [
  ...vaultRoutes,
  ...instanceRoutes,
  ...jobRoutes,
  ...guardRoutes,
  ...storageRoutes,
  ...authorizationRoutes,
  ...recoveryServicesRoutes,
];

export interface ArmRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The connection is cut instead. */
  readonly dropped?: true;
}

/** A request with its answer, for tests that count or look. */
export interface ArmExchange {
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly action: string;
  readonly request: unknown;
  readonly status: number;
}

/** Somebody who may not do something; without `caller` nobody may. */
export interface Denial {
  readonly caller?: string;
  /** `Microsoft.DataProtection/backupVaults/read`; `*` at the end stands for anything. */
  readonly action: string;
  /** Only addresses that hold this. */
  readonly within?: string;
}

/** Azure Resource Manager with Backup vaults, storage accounts and role assignments, in memory. */
export class ResourceManagerSimulator {
  readonly world: ArmWorld;
  readonly switches: ArmSwitches = usualSwitches();
  readonly operations: ArmOperations;
  readonly faults: FaultPlan;
  readonly denials: Denial[] = [];
  /** Tokens that are refused. */
  readonly refusedTokens = new Set<string>();
  readonly #exchanges: ArmExchange[] = [];

  constructor({ clock = realClock(), seed = 1 }: { readonly clock?: SimulatorClock; readonly seed?: number } = {}) {
    const random = new SeededRandom(seed);
    this.world = new ArmWorld(clock, random);
    this.operations = new ArmOperations(this.world, this.switches);
    this.faults = new FaultPlan(random);
    addBuiltInRoles(this.world);
  }

  get exchanges(): readonly ArmExchange[] {
    return this.#exchanges;
  }

  /** Requests that change something, as `METHOD path`. */
  get writes(): readonly string[] {
    const isRead = ({ method, action }: ArmExchange): boolean => method === 'GET' || /validate/i.test(action);
    return this.#exchanges.filter((exchange) => !isRead(exchange)).map(({ method, path }) => `${method} ${path}`);
  }

  forget(): void {
    this.#exchanges.length = 0;
  }

  /** Changes a resource behind everybody's back. */
  edit(id: string, change: (resource: ArmResource) => void): void {
    const resource = this.world.find(id);
    if (resource === undefined) throw new Error(`There is no ${id} to edit.`);
    change(resource);
  }

  /** A backup as the schedule starts it, with its job at its end. */
  async runSchedule(instanceId: string): Promise<string> {
    const instance = this.world.find(instanceId);
    if (instance === undefined) throw new Error(`There is no ${instanceId} to back up.`);
    const job = await startBackup(this, instance, { isUserTriggered: false });
    await this.pass(this.switches.jobMs);
    return job;
  }

  /** Moves a virtual clock, and lets happen what happens meanwhile. */
  async pass(durationMs: number): Promise<void> {
    this.world.clock.advance(durationMs);
    await this.world.settle();
  }

  async handle(request: ArmRequest): Promise<WireAnswer> {
    const { clock } = this.world;
    if (clock.mode === 'virtual') clock.advance(this.switches.tickMs);
    await this.world.settle();
    const url = new URL(request.target, 'https://management.azure.com');
    const caller = /^Bearer (.+)$/.exec(String(request.headers['authorization'] ?? ''))?.[1];
    const found = findRoute(request.method, url.pathname);
    const fault = this.#drawFault(request.method, url.pathname, found?.route);
    const isDropped = fault?.kind === 'drop';
    if (isDropped && fault.when === 'before-commit') return { status: 0, headers: {}, body: undefined, dropped: true };
    const answer =
      fault === undefined || isDropped ? await this.#answer({ request, url, caller, found }) : faultAnswer(fault);
    this.#exchanges.push({
      caller: caller ?? '',
      method: request.method,
      path: url.pathname,
      action: found?.route.action ?? '',
      request: parseLeniently(request.body),
      status: answer.status,
    });
    return isDropped ? { ...answer, dropped: true } : answer;
  }

  #drawFault(http: string, path: string, route: ArmRoute | undefined): Fault | undefined {
    return this.faults.draw({ http, methodId: route?.action ?? 'unknown', route: route?.template ?? '', path });
  }

  async #answer({ request, url, caller, found }: Incoming): Promise<WireAnswer> {
    try {
      if (caller === undefined || this.refusedTokens.has(caller)) {
        throw new ArmFault(401, 'InvalidAuthenticationToken', 'The access token is missing or invalid.');
      }
      if (found === undefined) throw notModelled(`${request.method} ${url.pathname}`);
      const { route, names } = found;
      this.#authorize(route, url.pathname, caller);
      this.#assertPlace(url.pathname);
      const apiVersion = versionOf(url, route);
      const body = readBody(request.body, route);
      const answer = await route.handle({
        world: this.world,
        switches: this.switches,
        operations: this.operations,
        path: url.pathname,
        names,
        query: url.searchParams,
        headers: request.headers,
        body,
        apiVersion,
      });
      return toWire(checkedAnswer(answer, route));
    } catch (error) {
      if (!(error instanceof ArmFault)) throw error;
      const { status, code, message, headers } = error;
      return toWire({ status, headers, body: { error: { code, message } } });
    }
  }

  #authorize({ action }: ArmRoute, path: string, caller: string): void {
    const denied = this.denials.some(
      (denial) =>
        (denial.caller === undefined || denial.caller === caller) &&
        fits(denial.action, action) &&
        path.toLowerCase().includes((denial.within ?? '').toLowerCase()),
    );
    if (!denied) return;
    throw new ArmFault(
      403,
      'AuthorizationFailed',
      `The client does not have authorization to perform action '${action}' over scope '${path}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  }

  #assertPlace(path: string): void {
    const [, word, subscription = '', , group] = path.split('/');
    if (word !== 'subscriptions') return;
    const groups = this.world.subscriptions.get(subscription.toLowerCase());
    if (groups === undefined) {
      throw new ArmFault(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
    }
    if (!/^\/subscriptions\/[^/]+\/resourceGroups\//i.test(path) || groups.has((group ?? '').toLowerCase())) return;
    throw new ArmFault(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  }
}

interface Incoming {
  readonly request: ArmRequest;
  readonly url: URL;
  readonly caller: string | undefined;
  readonly found: { readonly route: ArmRoute; readonly names: Readonly<Record<string, string>> } | undefined;
}

function findRoute(method: string, path: string): Incoming['found'] {
  for (const route of routes) {
    if (route.method !== method) continue;
    const names = matchTemplate(route.template, path);
    if (names !== undefined) return { route, names };
  }
  return undefined;
}

function fits(pattern: string, action: string): boolean {
  if (!pattern.endsWith('*')) return pattern.toLowerCase() === action.toLowerCase();
  return action.toLowerCase().startsWith(pattern.slice(0, -1).toLowerCase());
}

function versionOf({ searchParams }: URL, { apiVersions, template }: ArmRoute): string {
  const version = searchParams.get('api-version');
  if (version === null) {
    throw badRequest(
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  if (apiVersions.includes(version)) return version;
  throw badRequest(
    'InvalidApiVersionParameter',
    `The simulator answers ${template} for the versions ${apiVersions.join(', ')}, not for ${version}.`,
  );
}

function readBody(text: string, { request }: ArmRoute): ArmRecord {
  if (text === '') {
    if (request === undefined) return {};
    throw badRequest('InvalidRequestContent', 'The request content was missing.');
  }
  const body = parseLeniently(text);
  if (!isRecord(body))
    throw badRequest('InvalidRequestContent', 'The request content was invalid and could not be deserialized.');
  if (request === undefined) {
    if (Object.keys(body).length > 0)
      throw badRequest('InvalidRequestContent', 'The request has content that it does not take.');
    return {};
  }
  const problems = checkArmBody(request.type, body, request.direction);
  if (problems.length === 0) return body;
  throw badRequest('InvalidRequestContent', `The request is not of type ${request.type}: ${problems.join('; ')}.`);
}

/** Our own answers keep to the types too: a simulator that says what Azure cannot say would teach something wrong. */
function checkedAnswer(answer: ArmAnswer, route: ArmRoute): ArmAnswer {
  if (answer.body === undefined || answer.type === '*') return answer;
  const { answer: told } = route;
  const type = answer.type ?? (typeof told === 'object' ? told.list : told);
  if (type === undefined) throw new Error(`${route.method} ${route.template} answers a body of no type.`);
  const items: unknown = typeof told === 'object' && isRecord(answer.body) ? answer.body['value'] : [answer.body];
  const problems = (Array.isArray(items) ? items : []).flatMap((item) => checkArmBody(type, item, 'answer'));
  if (problems.length > 0)
    throw new Error(`${route.method} ${route.template} answers no ${type}: ${problems.join('; ')}`);
  return answer;
}

function toWire({ status, headers = {}, body }: ArmAnswer): WireAnswer {
  const type: Readonly<Record<string, string>> =
    body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: body === undefined ? undefined : JSON.stringify(body) };
}

function faultAnswer(fault: Fault): WireAnswer {
  switch (fault.kind) {
    case 'status': {
      const code =
        fault.status === 429 ? 'TooManyRequests' : fault.status === 503 ? 'ServerTimeout' : 'InternalServerError';
      const retry: Readonly<Record<string, string>> =
        fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
      return toWire({
        status: fault.status,
        headers: retry,
        body: { error: { code, message: fault.message ?? 'Simulated.' } },
      });
    }
    case 'html':
      return { status: fault.status, headers: { 'content-type': 'text/html' }, body: '<html>A proxy speaks.</html>' };
    default:
      throw new Error(`The simulator of resource manager has no fault ${fault.kind}.`);
  }
}

function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
