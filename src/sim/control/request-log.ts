/** One request as the simulator saw it. */
export interface LoggedRequest {
  readonly sequence: number;
  readonly atMs: number;
  readonly organization: string;
  readonly http: string;
  /** Method id of the API description, or the simulator's own name for an undocumented list; `unknown` when nothing matched. */
  readonly methodId: string;
  readonly route: string;
  readonly path: string;
  /** The status sent, 0 when the connection was dropped. */
  readonly status: number;
  readonly mutating: boolean;
  /** The organization changed: also true when the answer was lost afterwards. */
  readonly committed: boolean;
  /** Name of the fault that hit the request. */
  readonly fault?: string;
  /** Body of a mutating request, only while `keepBodies` is on: it may hold secrets and is kept in memory only. */
  readonly body?: unknown;
}

/** Everything that was asked of the simulator since the last reset, with counts by route. */
export class RequestLog {
  keepBodies = false;
  #entries: LoggedRequest[] = [];
  #counts = new Map<string, number>();
  #sequence = 0;

  add(entry: Omit<LoggedRequest, 'sequence'>): void {
    this.#sequence += 1;
    this.#entries.push({ sequence: this.#sequence, ...entry });
    const key = `${entry.http} ${entry.route}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  /** Requests that changed something or tried to. */
  get mutations(): readonly LoggedRequest[] {
    return this.#entries.filter((entry) => entry.mutating);
  }

  /** Number of requests by `METHOD route`, all organizations together or one. */
  counts(organization?: string): { readonly [route: string]: number } {
    if (organization === undefined) return Object.fromEntries(this.#counts);
    const counts: { [route: string]: number } = {};
    for (const entry of this.#entries) {
      if (entry.organization !== organization) continue;
      const key = `${entry.http} ${entry.route}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  reset(): void {
    this.#entries = [];
    this.#counts = new Map();
    this.#sequence = 0;
  }
}
