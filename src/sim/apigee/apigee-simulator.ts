import { type SimulatorClock, realClock, virtualClock } from '../control/clock.ts';
import { FaultPlan, type FaultRule } from '../control/fault-plan.ts';
import { MinuteQuota } from '../control/quota.ts';
import { RequestLog } from '../control/request-log.ts';
import { SeededRandom } from '../control/seeded-random.ts';
import { AccessTokens, type TokenRule } from './access-tokens.ts';
import { type DumpLine, dumpLines } from './dump.ts';
import { inProcessTarget } from './in-process-target.ts';
import { modelledRoutes } from './kinds/routes.ts';
import { type ListingFloor, listingFloor } from './listing-floor.ts';
import type { OrganizationSeed } from './organization-seed.ts';
import { PageFaults } from './page-faults.ts';
import { handleRequest, type WireAnswer, type WireRequest } from './request-handling.ts';
import { Router } from './router.ts';
import { checkRuntime, type RuntimeRequest, type RuntimeVerdict } from './runtime-check.ts';
import { createSeed, type SeedName } from './seeds/index.ts';
import { mutate } from './seeds/mutate.ts';
import { wreck } from './seeds/wreck.ts';
import { SimulatedOrganization } from './simulated-organization.ts';
import type { SimulatedWorld, SimulatorTimings } from './simulated-world.ts';
import type { SimulatorState } from './simulator-state.ts';
import { defaultSwitches, type SimulatorSwitches } from './switches.ts';
import type { WreckTarget } from './wreck-target.ts';

/** How a simulator starts; everything can be left out. */
export interface SimulatorOptions {
  /** `acme-prod` when left out. */
  readonly organization?: string;
  /** `empty` when left out. */
  readonly seed?: SeedName;
  /** Instead of `seed`: an organization of one's own. */
  readonly seedFunction?: (organizationName: string) => OrganizationSeed;
  readonly latencyMs?: number;
  readonly quotaPerMinute?: number;
  readonly switches?: Partial<SimulatorSwitches>;
  readonly timings?: Partial<SimulatorTimings>;
  readonly faults?: readonly FaultRule[];
  readonly tokens?: TokenRule;
  /** Seed of ids, minted keys and fault probabilities; 1 when left out. */
  readonly randomSeed?: number;
  /** The machine's time, or one that stands until it is advanced; real when left out. */
  readonly clock?: 'real' | 'virtual';
}

const defaultTimings: SimulatorTimings = { operationMs: 200, deploymentMs: 200, cascadeMs: 200 };

/** A simulated Apigee: its organizations and everything that can be done to them from outside the API. */
export class ApigeeSimulator {
  readonly clock: SimulatorClock;
  readonly log = new RequestLog();
  readonly #state: SimulatorState;
  readonly #defaultOrganization: string;

  constructor(options: SimulatorOptions = {}) {
    this.clock = options.clock === 'virtual' ? virtualClock() : realClock();
    const random = new SeededRandom(options.randomSeed ?? 1);
    const organizations = new Map<string, SimulatedOrganization>();
    const world: SimulatedWorld = {
      clock: this.clock,
      random,
      switches: { ...defaultSwitches, ...options.switches },
      timings: { ...defaultTimings, ...options.timings },
      consumerKeyElsewhere: (name, key) =>
        [...organizations.values()].some((other) => other.name !== name && other.apps.findByKey(key) !== undefined),
    };
    const tokens = new AccessTokens();
    tokens.set(options.tokens ?? {});
    this.#state = {
      world,
      organizations,
      router: new Router(modelledRoutes),
      log: this.log,
      faults: new FaultPlan(random, options.faults),
      quota: new MinuteQuota(this.clock, options.quotaPerMinute),
      tokens,
      pageFaults: new PageFaults(),
      vanished: new Set(),
      latencyMs: options.latencyMs ?? 0,
    };
    this.#defaultOrganization = options.organization ?? 'acme-prod';
    const seed = options.seedFunction?.(this.#defaultOrganization) ?? options.seed ?? 'empty';
    this.addOrganization(this.#defaultOrganization, seed);
  }

  /** Answers one request of the API. */
  handle(request: WireRequest): Promise<WireAnswer> {
    return handleRequest(this.#state, request);
  }

  /** Adds an organization, or puts a new one in the place of the one of that name. */
  addOrganization(name: string, seed: SeedName | OrganizationSeed): void {
    if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(name)) throw new RangeError(`organization name ${name} is invalid`);
    const content = typeof seed === 'string' ? createSeed(seed, name) : seed;
    this.#state.organizations.get(name)?.close();
    this.#state.organizations.set(name, new SimulatedOrganization(name, this.#state.world, content));
  }

  get organizationNames(): readonly string[] {
    return [...this.#state.organizations.keys()];
  }

  /** In-process access to an organization through the API's own rules; the first organization when none is named. */
  target(organization?: string): WreckTarget {
    return inProcessTarget(this.#organization(organization), this.#state.router);
  }

  /** A botched update; answers in plain words what it did. */
  wreck(organization?: string): readonly string[] {
    return wreck(this.target(organization));
  }

  /** So many random changes; the same seed makes the same changes of the same organization. */
  mutate(
    options: { readonly seed: number; readonly count: number; readonly allowResidue?: boolean },
    organization?: string,
  ): ReturnType<typeof mutate> {
    return mutate(this.target(organization), options);
  }

  setLatency(latencyMs: number): void {
    this.#state.latencyMs = latencyMs;
  }

  /** undefined: no quota. */
  setQuota(perMinute: number | undefined): void {
    this.#state.quota.set(perMinute);
  }

  /** Replaces the fault plan; resources that vanished come back. */
  setFaults(rules: readonly FaultRule[]): void {
    this.#state.faults.set(rules);
    this.#state.vanished.clear();
  }

  faultReport(): ReturnType<FaultPlan['report']> {
    return this.#state.faults.report();
  }

  setTokens(rule: TokenRule): void {
    this.#state.tokens.set(rule);
  }

  get switches(): SimulatorSwitches {
    return this.#state.world.switches;
  }

  setSwitches(changes: Partial<SimulatorSwitches>): void {
    this.#state.world.switches = { ...this.#state.world.switches, ...changes };
  }

  setTimings(changes: Partial<SimulatorTimings>): void {
    this.#state.world.timings = { ...this.#state.world.timings, ...changes };
  }

  /** Ends every operation and delayed deletion, in all organizations. */
  settle(): void {
    for (const organization of this.#state.organizations.values()) organization.operations.settleAll();
  }

  listingFloor(organization?: string): ListingFloor {
    return listingFloor(this.#organization(organization));
  }

  /** What the organization means, secrets included, line by line; see `dumpDifferences`. */
  dump(organization?: string): Iterable<DumpLine> {
    const dumped = this.#organization(organization);
    dumped.operations.settle();
    return dumpLines(dumped);
  }

  /** Whether a client's call with an API key gets through. */
  checkRuntime(request: RuntimeRequest, organization?: string): RuntimeVerdict {
    const checked = this.#organization(organization);
    checked.operations.settle();
    return checkRuntime(checked, request);
  }

  /** Gives the stores back; a closed simulator answers nothing. */
  close(): void {
    for (const organization of this.#state.organizations.values()) organization.close();
    this.#state.organizations.clear();
  }

  #organization(name: string | undefined): SimulatedOrganization {
    const organization = this.#state.organizations.get(name ?? this.#defaultOrganization);
    if (organization === undefined) throw new RangeError(`the simulator has no organization ${name}`);
    return organization;
  }
}
