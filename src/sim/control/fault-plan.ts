import type { SeededRandom } from './seeded-random.ts';

/** What goes wrong. */
export type Fault =
  /** An error answer before anything is done: 429 (with or without Retry-After), 500, 503, 403, 404 and so on. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number; readonly message?: string }
  /** The connection is cut, before the request takes effect or after. */
  | { readonly kind: 'drop'; readonly when: 'before-commit' | 'after-commit' }
  /** The request takes effect, half of the answer's body is sent, then the connection is cut. */
  | { readonly kind: 'truncate' }
  /** The request's token has expired: 401 for every request that carries it, until another token is used. */
  | { readonly kind: 'expired-token' }
  /** The answer takes this much longer. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** A paged list answers with the page it gave before. */
  | { readonly kind: 'repeat-page' }
  /** A paged list leaves the page asked for out and answers with the next. */
  | { readonly kind: 'skip-page' }
  /** A GET answers 404 from now on, although lists still name the resource. */
  | { readonly kind: 'vanish' }
  /** An HTML page instead of JSON, as a proxy or a load balancer sends it. */
  | { readonly kind: 'html'; readonly status: number };

/** When a fault strikes. Without `nth` and `probability` every matching request is hit, up to `count`. */
export interface FaultRule {
  readonly fault: Fault;
  /** HTTP method. */
  readonly http?: string;
  /** Method id (`organizations.developers.get`) or route template; `*` stands for any text. */
  readonly route?: string;
  /** Regular expression over the path as sent. */
  readonly path?: string;
  /** Only the nth matching request, 1 is the first. */
  readonly nth?: number;
  /** 0 to 1, drawn from the simulator's seeded generator. */
  readonly probability?: number;
  /** At most so many times. */
  readonly count?: number;
}

/** What of a request the rules look at. */
export interface FaultSubject {
  readonly http: string;
  readonly methodId: string;
  readonly route: string;
  readonly path: string;
}

interface ArmedRule {
  readonly rule: FaultRule;
  readonly route: RegExp | undefined;
  readonly path: RegExp | undefined;
  seen: number;
  fired: number;
}

/** The rules in force, with their counters. The first rule that strikes wins. */
export class FaultPlan {
  readonly #random: SeededRandom;
  #rules: ArmedRule[] = [];

  constructor(random: SeededRandom, rules: readonly FaultRule[] = []) {
    this.#random = random;
    this.set(rules);
  }

  /** Replaces all rules; counters start anew. */
  set(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({
      rule,
      route: rule.route === undefined ? undefined : globExpression(rule.route),
      path: rule.path === undefined ? undefined : new RegExp(rule.path),
      seen: 0,
      fired: 0,
    }));
  }

  /** The rules with how often each was matched and struck. */
  report(): readonly { readonly rule: FaultRule; readonly seen: number; readonly fired: number }[] {
    return this.#rules.map(({ rule, seen, fired }) => ({ rule, seen, fired }));
  }

  /** Whether any rule brings this kind of fault. */
  hasKind(kind: Fault['kind']): boolean {
    return this.#rules.some((armed) => armed.rule.fault.kind === kind);
  }

  /** The fault that hits this request, if any. Counts the request. */
  draw(subject: FaultSubject): Fault | undefined {
    for (const armed of this.#rules) {
      if (!matches(armed, subject)) continue;
      armed.seen += 1;
      if (!this.#strikes(armed)) continue;
      armed.fired += 1;
      return armed.rule.fault;
    }
    return undefined;
  }

  #strikes({ rule, seen, fired }: ArmedRule): boolean {
    if (rule.count !== undefined && fired >= rule.count) return false;
    if (rule.nth !== undefined && seen !== rule.nth) return false;
    return rule.probability === undefined || this.#random.fraction() < rule.probability;
  }
}

function matches(armed: ArmedRule, subject: FaultSubject): boolean {
  if (armed.rule.http !== undefined && armed.rule.http !== subject.http) return false;
  if (armed.route !== undefined && !armed.route.test(subject.methodId) && !armed.route.test(subject.route))
    return false;
  return armed.path === undefined || armed.path.test(subject.path);
}

function globExpression(glob: string): RegExp {
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}
