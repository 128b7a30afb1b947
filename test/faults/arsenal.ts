import type { FaultRule } from '../../src/sim/apigee/index.ts';
import type { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import type { Lies } from './lying-blob-store.ts';
import type { AzureWire } from './plain-azure.ts';
import type { Ended, Handle, Sabotage, Scene, WireAnswer, WireRequest } from './scene.ts';

/** What goes wrong in a command, put together fault by fault; it counts how often each one struck. */
export class Arsenal {
  readonly abort = new AbortController();
  readonly scene: Scene;
  readonly random: SeededRandom;
  /** `capture` strikes reads only; `restore` strikes whatever is sent. */
  readonly phase: Phase;
  readonly struck = new Map<string, number>();
  readonly #rules: { readonly name: string; readonly rule: FaultRule }[] = [];
  readonly #wires: ((request: WireRequest, handle: Handle) => Promise<WireAnswer>)[] = [];
  readonly #stores: NonNullable<Sabotage['store']>[] = [];
  readonly #lies: Lies[] = [];
  readonly #azure: AzureWire[] = [];
  /** What others have begun to run meanwhile. */
  readonly meanwhile: Promise<Ended>[] = [];

  constructor(scene: Scene, random: SeededRandom, phase: Phase) {
    this.scene = scene;
    this.random = random;
    this.phase = phase;
  }

  strike(name: string): void {
    this.struck.set(name, (this.struck.get(name) ?? 0) + 1);
  }

  /** A fault of the simulator's own. */
  rule(name: string, rule: FaultRule): void {
    this.#rules.push({ name, rule: this.phase === 'capture' ? { http: 'GET', ...rule } : rule });
  }

  wire(layer: (request: WireRequest, handle: Handle) => Promise<WireAnswer>): void {
    this.#wires.push(layer);
  }

  store(script: NonNullable<Sabotage['store']>): void {
    this.#stores.push(script);
  }

  lie(lies: Lies): void {
    this.#lies.push(lies);
  }

  /** The store is reached as Azure's, with this in between. */
  azure(layer: AzureWire): void {
    this.#azure.push(layer);
  }

  /** Everything goes wrong from here on. */
  arm(): void {
    this.scene.simulator.setFaults(this.#rules.map(({ rule }) => rule));
    const layered = (request: WireRequest, handle: Handle, from = 0): Promise<WireAnswer> => {
      const layer = this.#wires[from];
      return layer === undefined ? handle(request) : layer(request, (inner) => layered(inner, handle, from + 1));
    };
    this.scene.sabotage = {
      wire: (request, handle) => layered(request, handle),
      ...(this.#azure.length === 0
        ? {}
        : {
            azure: (call, serve) =>
              this.#azure.reduce<() => ReturnType<AzureWire>>((inner, layer) => () => layer(call, inner), serve)(),
          }),
      lies: {
        torn: (name, bytes) => firstOf(this.#lies, ({ torn }) => torn?.(name, bytes)),
        hides: (operation, name) => this.#lies.some(({ hides }) => hides?.(operation, name) === true),
        instead: async (name, all) => {
          let read = name;
          for (const { instead } of this.#lies) read = (await instead?.(read, all)) ?? read;
          return read;
        },
      },
      store: {
        before: async (call) => {
          for (const script of this.#stores) await script.before?.(call);
        },
        after: async (call) => {
          for (const script of this.#stores) await script.after?.(call);
        },
        damage: (call, bytes) => this.#stores.reduce((left, script) => script.damage?.(call, left) ?? left, bytes),
      },
    };
  }

  /** Nothing goes wrong any more; answers how often each fault struck. */
  disarm(): ReadonlyMap<string, number> {
    for (const [index, { fired }] of this.scene.simulator.faultReport().entries()) {
      const name = this.#rules[index]?.name;
      if (name !== undefined && fired > 0) this.struck.set(name, (this.struck.get(name) ?? 0) + fired);
    }
    this.scene.simulator.setFaults([]);
    this.scene.sabotage = {};
    this.scene.renewsTokens = false;
    this.scene.time.setWallRight();
    return this.struck;
  }

  /** Whether this one of many is to be struck, at the given odds. */
  chance(odds: number): boolean {
    return this.random.fraction() < odds;
  }

  between(least: number, most: number): number {
    return least + this.random.integer(most - least + 1);
  }
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

export type Phase = 'capture' | 'restore';

/** What a fault leaves open: how a command may end under it. */
export interface Fault {
  readonly name: string;
  readonly phases: readonly Phase[];
  /** True for what passes by itself, or changes nothing that matters: the command must end with 0 all the same. */
  readonly passes?: true;
  /** Needs lists of more than one page. */
  readonly pages?: true;
  /** Strikes what only the restore of an emptied organization does for certain: environments made anew, deployments. */
  readonly needsEmptied?: true;
  /** Needs an earlier point in the vault, and changes of the organization since. */
  readonly needsPoint?: true;
  /** How many turns it has in a round of all faults, where one is too few to strike often enough; 1 unless given. */
  readonly turns?: number;
  arm(arsenal: Arsenal): void;
}
/** A fault that can strike captures and restores. */
export const both: readonly Phase[] = ['capture', 'restore'];

export const json = { 'content-type': 'application/json; charset=UTF-8' };

export function bodyText(answer: WireAnswer): string | undefined {
  return typeof answer.body === 'string' ? answer.body : undefined;
}

/** The object that is answered; undefined where another fault has struck the answer before. */
export function bodyObject(answer: WireAnswer): { readonly [field: string]: unknown } | undefined {
  const body = bodyText(answer);
  if (body === undefined || answer.status !== 200) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

/** A fault of the simulator's own that strikes a few of all requests. */
export function simple(
  name: string,
  fault: FaultRule['fault'],
  more: Partial<Omit<Fault, 'name' | 'arm'>> = {},
): Fault {
  return {
    name,
    phases: both,
    ...more,
    arm: (arsenal) =>
      arsenal.rule(name, { fault, probability: 0.05 + 0.1 * arsenal.random.fraction(), count: arsenal.between(1, 3) }),
  };
}
