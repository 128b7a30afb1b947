import { type RemoteError, UserError } from '../../src/core/errors.ts';
import type { FaultRule } from '../../src/sim/apigee/index.ts';
import type { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import type { BlobCall } from '../../src/vault/blob/faulty-blob-store.ts';
import { storeDenied, storeFailed, storeFull, storeUnreachable } from '../../src/vault/blob/blob-error.ts';
import type { Handle, Sabotage, Scene, WireAnswer, WireRequest } from './scene.ts';

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

  /** Everything goes wrong from here on. */
  arm(): void {
    this.scene.simulator.setFaults(this.#rules.map(({ rule }) => rule));
    const layered = (request: WireRequest, handle: Handle, from = 0): Promise<WireAnswer> => {
      const layer = this.#wires[from];
      return layer === undefined ? handle(request) : layer(request, (inner) => layered(inner, handle, from + 1));
    };
    this.scene.sabotage = {
      wire: (request, handle) => layered(request, handle),
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
  arm(arsenal: Arsenal): void;
}

const both: readonly Phase[] = ['capture', 'restore'];

function simple(name: string, fault: FaultRule['fault'], more: Partial<Omit<Fault, 'name' | 'arm'>> = {}): Fault {
  return {
    name,
    phases: both,
    ...more,
    arm: (arsenal) =>
      arsenal.rule(name, { fault, probability: 0.05 + 0.1 * arsenal.random.fraction(), count: arsenal.between(1, 3) }),
  };
}

/** Alters the answers of some reads; `alter` answers undefined for what it leaves as it is. */
function altered(
  name: string,
  alter: (answer: WireAnswer) => WireAnswer | undefined,
  more: Partial<Fault> = {},
): Fault {
  return {
    name,
    phases: both,
    ...more,
    arm(arsenal) {
      let left = arsenal.between(1, 2);
      const odds = 0.05 + 0.1 * arsenal.random.fraction();
      arsenal.wire(async (request, handle) => {
        const answer = await handle(request);
        if (left === 0 || request.http !== 'GET' || answer.delivery !== 'whole' || answer.status !== 200) return answer;
        if (!arsenal.chance(odds)) return answer;
        const instead = alter(answer);
        if (instead === undefined) return answer;
        left -= 1;
        arsenal.strike(name);
        return instead;
      });
    },
  };
}

const json = { 'content-type': 'application/json; charset=UTF-8' };

function bodyText(answer: WireAnswer): string | undefined {
  return typeof answer.body === 'string' ? answer.body : undefined;
}

const halfJson = altered(
  'malformed JSON',
  (answer) => {
    const body = bodyText(answer);
    return body === undefined || body.length < 4
      ? undefined
      : { ...answer, body: body.slice(0, Math.ceil(body.length / 2)) };
  },
  { passes: true },
);
const wrongType = altered('wrong content type', (answer) =>
  // In the place of a file that may hold any text, nobody can tell it from the file.
  /json|zip/.test(answer.headers['content-type'] ?? '')
    ? {
        ...answer,
        headers: { 'content-type': 'text/plain' },
        body: 'upstream connect error or disconnect/reset before headers',
      }
    : undefined,
);
const nullJson = altered('JSON of another shape', (answer) => ({ ...answer, headers: json, body: 'null' }));
const html = altered('HTML with status 200', (answer) => ({
  ...answer,
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><title>Sign in</title>',
}));

/** Refuses one path, whichever comes, from then on. */
function refusedPath(name: string, status: number, message: string): Fault {
  return {
    name,
    phases: both,
    arm(arsenal) {
      let nth = arsenal.between(2, 30);
      let refused: string | undefined;
      arsenal.wire((request, handle) => {
        const path = request.target.replace(/\?.*/, '');
        if (request.http !== 'GET') return handle(request);
        nth -= 1;
        if (nth === 0) refused = path;
        if (path !== refused) return handle(request);
        arsenal.strike(name);
        const body = JSON.stringify({ error: { code: status, message, status: 'PERMISSION_DENIED' } });
        return Promise.resolve({ delivery: 'whole', status, headers: json, body });
      });
    },
  };
}

const goneOnce: Fault = {
  name: '404 in between',
  phases: both,
  arm: (arsenal) =>
    arsenal.rule(goneOnce.name, { fault: { kind: 'status', status: 404 }, http: 'GET', nth: arsenal.between(2, 40) }),
};

/** Pages that go in a circle: the token of a page leads to the page itself. */
const tokenLoop: Fault = {
  name: 'page token that loops',
  phases: ['capture'],
  pages: true,
  arm(arsenal) {
    let path: string | undefined;
    arsenal.wire(async (request, handle) => {
      const token = /[?&]pageToken=([^&]+)/.exec(request.target)?.[1];
      const answer = await handle(request);
      const body = bodyText(answer);
      if (token === undefined || body === undefined || answer.status !== 200) return answer;
      const own = request.target.replace(/\?.*/, '');
      path ??= own;
      if (path !== own) return answer;
      arsenal.strike(tokenLoop.name);
      // The body is an object of the simulator's own.
      const page = JSON.parse(body) as object;
      return { ...answer, body: JSON.stringify({ ...page, nextPageToken: decodeURIComponent(token) }) };
    });
  },
};

const pageSkipped: Fault = {
  name: 'list page skipped',
  phases: ['capture'],
  pages: true,
  arm: (arsenal) =>
    arsenal.rule(pageSkipped.name, {
      fault: { kind: 'skip-page' },
      // Entries of a map are listed once, whole and without totals: of them a page left out cannot be noticed.
      path: '^(?!.*/entries)',
      probability: 0.3,
      count: arsenal.between(1, 3),
    }),
};

/** Someone works on the organization while it is read. */
const movesMeanwhile: Fault = {
  name: 'changed while it is read',
  phases: ['capture'],
  arm(arsenal) {
    let nth = arsenal.between(5, 60);
    const seed = arsenal.random.integer(1_000_000);
    arsenal.wire((request, handle) => {
      nth -= 1;
      if (nth === 0) {
        arsenal.scene.simulator.mutate({ seed, count: arsenal.between(1, 3), allowResidue: true });
        arsenal.strike(movesMeanwhile.name);
      }
      return handle(request);
    });
  },
};

function expiredToken(name: string, renews: boolean): Fault {
  return {
    name,
    phases: both,
    ...(renews ? { passes: true } : {}),
    arm(arsenal) {
      arsenal.scene.renewsTokens = renews;
      arsenal.rule(name, { fault: { kind: 'expired-token' }, nth: arsenal.between(2, 50) });
    },
  };
}

function clockJump(name: string, jump: (arsenal: Arsenal) => void): Fault {
  return {
    name,
    phases: both,
    arm(arsenal) {
      let nth = arsenal.between(2, 60);
      arsenal.wire((request, handle) => {
        nth -= 1;
        if (nth === 0) {
          jump(arsenal);
          arsenal.strike(name);
        }
        return handle(request);
      });
    },
  };
}

/** From one request on nothing is answered any more. */
const silence: Fault = {
  name: 'endpoint falls silent',
  phases: both,
  arm(arsenal) {
    let nth = arsenal.between(2, 60);
    arsenal.wire((request, handle) => {
      nth -= 1;
      if (nth > 0) return handle(request);
      arsenal.strike(silence.name);
      return Promise.resolve({ delivery: 'dropped', status: 0, headers: {}, body: undefined });
    });
  },
};

// ---------------------------------------------------------------- writes

function refusedWrites(status: number): Fault {
  const name = `writes refused with ${status}`;
  return {
    name,
    phases: ['restore'],
    arm(arsenal) {
      const odds = 0.1 + 0.3 * arsenal.random.fraction();
      for (const http of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        arsenal.rule(name, { fault: { kind: 'status', status }, http, probability: odds });
      }
    },
  };
}

const startsOperation = /\/v1\/organizations\/[^/]+\/(environments|envgroups)(\/[^/]+(\/attachments(\/[^/]+)?)?)?$/;

function isOperationStart({ http, target }: WireRequest): boolean {
  return http !== 'GET' && startsOperation.test(target.replace(/\?.*/, ''));
}

const locked: Fault = {
  name: 'locked by another operation',
  phases: ['restore'],
  needsEmptied: true,
  passes: true,
  arm(arsenal) {
    let left = arsenal.between(1, 4);
    arsenal.wire((request, handle) => {
      if (left === 0 || !isOperationStart(request)) return handle(request);
      left -= 1;
      arsenal.strike(locked.name);
      const message = 'the resource is locked by another operation where environment x is being created';
      const body = JSON.stringify({ error: { code: 400, message, status: 'FAILED_PRECONDITION' } });
      return Promise.resolve({ delivery: 'whole', status: 400, headers: json, body });
    });
  },
};

/** An operation that is started and never takes effect: it fails, or does not end. */
function deadOperation(name: string, ending: object): Fault {
  return {
    name,
    phases: ['restore'],
    needsEmptied: true,
    arm(arsenal) {
      let left = 1;
      const operation = `organizations/acme-prod/operations/00000000-dead-4000-8000-000000000000`;
      arsenal.wire((request, handle) => {
        const isPoll = request.http === 'GET' && request.target.includes(operation);
        const isStart = left > 0 && isOperationStart(request);
        if (!isPoll && !isStart) return handle(request);
        if (isStart) {
          left -= 1;
          arsenal.strike(name);
        }
        const state = { name: operation, metadata: { state: 'IN_PROGRESS' } };
        const body = JSON.stringify(isPoll ? { ...state, ...ending } : state);
        return Promise.resolve({ delivery: 'whole', status: 200, headers: json, body });
      });
    },
  };
}

/** A deployment whose runtime reports an error, or nothing at all. */
function deadDeployment(name: string, state: string): Fault {
  return {
    name,
    phases: ['restore'],
    needsEmptied: true,
    arm(arsenal) {
      let broken: string | undefined;
      arsenal.wire(async (request, handle) => {
        const path = request.target.replace(/\?.*/, '');
        if (broken === undefined && request.http === 'POST' && path.endsWith('/deployments')) broken = path;
        const answer = await handle(request);
        const body = bodyText(answer);
        if (request.http !== 'GET' || path !== broken || body === undefined || answer.status !== 200) return answer;
        arsenal.strike(name);
        // The body is an object of the simulator's own.
        return { ...answer, body: JSON.stringify({ ...(JSON.parse(body) as object), state }) };
      });
    },
  };
}

// ---------------------------------------------------------------- store

function trouble({ operation, name }: BlobCall): { operation: string; place: string; cause: undefined } {
  return {
    operation: `${operation === 'put' ? 'write' : 'read'} ${name}`,
    place: 'store of the test',
    cause: undefined,
  };
}

function brokenStore(
  name: string,
  make: (call: BlobCall) => RemoteError,
  operations: readonly string[] = ['put'],
): Fault {
  return {
    name,
    phases: both,
    arm(arsenal) {
      const from = arsenal.between(1, arsenal.phase === 'capture' ? 25 : 20);
      let seen = 0;
      arsenal.store({
        before: (call) => {
          if (!operations.includes(call.operation)) return;
          seen += 1;
          if (seen < from) return;
          arsenal.strike(name);
          throw make(call);
        },
      });
    },
  };
}

function passingStore(name: string, when: 'before' | 'after', operations: readonly string[]): Fault {
  return {
    name,
    phases: both,
    passes: true,
    arm(arsenal) {
      let left = arsenal.between(1, 3);
      const hook = (call: BlobCall): void => {
        if (left === 0 || !operations.includes(call.operation) || !arsenal.chance(0.2)) return;
        left -= 1;
        arsenal.strike(name);
        throw storeUnreachable(trouble(call), call.operation === 'put');
      };
      arsenal.store(when === 'before' ? { before: hook } : { after: hook });
    },
  };
}

/** A bit that comes back wrong, each time the blob is read. */
const bitFlip: Fault = {
  name: 'a blob reads wrong',
  phases: both,
  arm(arsenal) {
    let nth = arsenal.between(2, 25);
    let hurt: string | undefined;
    const at = arsenal.random.fraction();
    arsenal.store({
      damage: ({ name, operation }, bytes) => {
        nth -= 1;
        if (nth === 0) hurt = name;
        if (name !== hurt || bytes.length === 0 || operation === 'list') return bytes;
        arsenal.strike(bitFlip.name);
        const changed = new Uint8Array(bytes);
        const index = Math.floor(at * changed.length);
        changed[index] = (changed[index] ?? 0) ^ (1 << arsenal.random.integer(8));
        return changed;
      },
    });
  },
};

/** What was written a moment ago is not there yet; a capture reads back what its point rests on. */
const lag: Fault = {
  name: 'read after write lags',
  phases: ['capture'],
  arm(arsenal) {
    const left = new Map<string, number>();
    arsenal.store({
      after: ({ operation, name }) => {
        if (operation === 'put' && /\/(points|indexes)\//.test(name) && arsenal.chance(0.7)) left.set(name, 2);
      },
      before: (call) => {
        const lags = left.get(call.name) ?? 0;
        if (call.operation === 'put' || lags === 0) return;
        left.set(call.name, lags - 1);
        arsenal.strike(lag.name);
        throw storeFailed(trouble(call), 'no blob of that name yet');
      },
    });
  },
};

// ---------------------------------------------------------------- the process

function killedAt(name: string, when: 'put' | 'request', side: 'before' | 'after'): Fault {
  return {
    name,
    phases: both,
    arm(arsenal) {
      let nth = arsenal.between(1, when === 'put' ? 20 : 60);
      const die = (): void => {
        nth -= 1;
        if (nth !== 0) return;
        arsenal.strike(name);
        arsenal.scene.kill();
      };
      if (when === 'put') {
        const hook = ({ operation }: BlobCall): void => {
          if (operation === 'put') die();
        };
        arsenal.store(side === 'before' ? { before: hook } : { after: hook });
        return;
      }
      arsenal.wire(async (request, handle) => {
        if (side === 'before') die();
        const answer = await handle(request);
        if (side === 'after') die();
        return answer;
      });
    },
  };
}

const interrupted: Fault = {
  name: 'interrupted by a person',
  phases: both,
  arm(arsenal) {
    let nth = arsenal.between(2, 60);
    arsenal.wire((request, handle) => {
      nth -= 1;
      if (nth === 0) {
        arsenal.strike(interrupted.name);
        arsenal.abort.abort(new UserError({ code: 'INTERRUPTED', message: 'Interrupted.' }));
      }
      return handle(request);
    });
  },
};

const HOUR_MS = 3_600_000;

/** Everything that can go wrong, by name. */
export const faults: readonly Fault[] = [
  simple('429 with Retry-After', { kind: 'status', status: 429, retryAfterSeconds: 2 }, { passes: true }),
  simple('429 without', { kind: 'status', status: 429 }, { passes: true }),
  simple('500', { kind: 'status', status: 500 }, { passes: true }),
  simple('503', { kind: 'status', status: 503 }, { passes: true }),
  simple('slow answer', { kind: 'slow', delayMs: 15 }, { passes: true }),
  simple('connection reset before the commit', { kind: 'drop', when: 'before-commit' }, { passes: true }),
  simple('answer lost after the commit', { kind: 'drop', when: 'after-commit' }, { passes: true }),
  simple('body cut off', { kind: 'truncate' }, { passes: true }),
  simple('HTML with status 502', { kind: 'html', status: 502 }, { passes: true }),
  halfJson,
  wrongType,
  nullJson,
  html,
  refusedPath('403 on a path', 403, 'The caller does not have permission'),
  goneOnce,
  { ...simple('vanished', { kind: 'vanish' }), phases: ['capture'] },
  tokenLoop,
  { ...simple('list page repeated', { kind: 'repeat-page' }), phases: ['capture'], pages: true },
  pageSkipped,
  movesMeanwhile,
  expiredToken('token expires for good', false),
  expiredToken('token expires and is renewed', true),
  clockJump('wall clock set forth', ({ scene }) => scene.time.shiftWall(2 * HOUR_MS)),
  clockJump('wall clock set back', ({ scene }) => scene.time.shiftWall(-2 * HOUR_MS)),
  clockJump('suspended for ten minutes', ({ scene }) => scene.time.leap(600_000)),
  silence,
  refusedWrites(400),
  refusedWrites(403),
  refusedWrites(409),
  locked,
  deadOperation('operation fails', { done: true, error: { code: 13, message: 'internal error' } }),
  deadOperation('operation hangs', {}),
  deadDeployment('deployment fails', 'ERROR'),
  deadDeployment('deployment never gets ready', 'PROGRESSING'),
  passingStore('store unreachable for a moment', 'before', ['put', 'get', 'getRange', 'find', 'list']),
  passingStore('answer of the store lost', 'after', ['put']),
  brokenStore('store fails', (call) => storeFailed(trouble(call))),
  brokenStore('disk full', (call) => storeFull(trouble(call))),
  brokenStore('store denies', (call) => storeDenied(trouble(call))),
  brokenStore('store unreachable for good', (call) => storeUnreachable(trouble(call), call.operation === 'put'), [
    'put',
    'get',
    'getRange',
    'find',
  ]),
  bitFlip,
  lag,
  killedAt('killed before a write to the vault', 'put', 'before'),
  killedAt('killed after a write to the vault', 'put', 'after'),
  killedAt('killed before a request', 'request', 'before'),
  killedAt('killed after a request', 'request', 'after'),
  interrupted,
];
