import assert from 'node:assert/strict';
import type { PointReader, Vault } from '../../src/app/ports/vault.ts';
import type { Hole, TemplateValue } from '../../src/core/call.ts';
import { holesOf } from '../../src/core/call-holes.ts';
import { findKindOf } from '../../src/core/kind-of.ts';
import type { CallOutcome, Plan, PlannedCall } from '../../src/core/plan.ts';
import type { DumpLine, LoggedRequest } from '../../src/sim/apigee/index.ts';

/** What is needed to tell how the calls of a plan look on the wire. */
export interface RunEvidence {
  readonly vault: Vault;
  readonly plan: Plan;
  readonly run: number;
  /** Dump from before the restore: the only place that has the keys which only live had. */
  readonly before: readonly DumpLine[];
  /** Mutating requests as the simulator saw them, with bodies. */
  readonly log: readonly LoggedRequest[];
}

interface ExpectedRequest {
  readonly call: PlannedCall;
  readonly line: string;
  readonly body: unknown;
}

/**
 * Asserts that the simulator saw exactly the calls of the plan, once each, with their holes filled, in an order in which
 * each came after all it needs; answers how many there were.
 */
export async function assertSentExactly(evidence: RunEvidence): Promise<number> {
  const { vault, plan, run, log } = evidence;
  const { outcomes, intents } = await vault.readRun(plan.organization, run);
  const skipped = new Set(outcomes.filter(({ status }) => status === 'skipped').map(({ call }) => call));
  const calls = plan.calls.filter(({ id }) => !skipped.has(id));
  for (const call of plan.calls) {
    if (skipped.has(call.id)) assert.notEqual(call.onlyIfAssigned, undefined, `${call.id} was skipped without a rule`);
  }
  assert.deepEqual(intents.flat().sort(), calls.map(({ id }) => id).sort(), 'an intent for each call that was sent');
  const point = await vault.openPoint(plan.organization, plan.point);
  const filler = new WireFiller(point, evidence, outcomes);
  const expected: ExpectedRequest[] = [];
  for (const call of calls) expected.push(await filler.fill(call));
  assert.deepEqual(log.map(lineOf).sort(), expected.map(({ line }) => line).sort(), 'the requests are the calls');
  assertOrder(expected, log);
  return calls.length;
}

/** The calls of the plan that the requests belong to; a request that is none of them fails. */
export async function sentCalls(evidence: RunEvidence): Promise<ReadonlySet<string>> {
  const { vault, plan, run, log } = evidence;
  const { outcomes } = await vault.readRun(plan.organization, run);
  const filler = new WireFiller(await vault.openPoint(plan.organization, plan.point), evidence, outcomes);
  const sent = new Set<string>();
  const expected: ExpectedRequest[] = [];
  for (const call of plan.calls) if (filler.canFill(call)) expected.push(await filler.fill(call));
  for (const request of log) {
    // The body of a request whose connection was cut at once is not known.
    const isCut = !request.committed && request.body === undefined;
    const matching = expected.filter(
      ({ line, body }) => line === lineOf(request) && (isCut || sameBody(body, request.body)),
    );
    assert.ok(matching.length > 0, `no call of the plan is ${lineOf(request)}`);
    // Imports into one proxy look alike on the wire, and are sent in the plan's order.
    const call = matching.find(({ call: one }) => !sent.has(one.id)) ?? matching.at(-1);
    if (call !== undefined) sent.add(call.call.id);
  }
  return sent;
}

/** The request with app names encoded once: how often they are is found out when they are sent. */
function lineOf({ http, path }: Pick<LoggedRequest, 'http' | 'path'>): string {
  return `${http} ${path.replace(/(?<=\/apps\/)[^/?]+/, encodedOnce)}`;
}

function encodedOnce(name: string): string {
  return /^(?:[^%]|%25[0-9A-F]{2})*$/.test(name) ? decodeURIComponent(name) : name;
}

/** Each request is told apart by its line and body; equal ones (imports into one proxy) came in the plan's order. */
function assertOrder(expected: readonly ExpectedRequest[], log: readonly LoggedRequest[]): void {
  const left = [...log];
  const positions = new Map<string, number>();
  for (const { call, line, body } of expected) {
    const index = left.findIndex((request) => lineOf(request) === line && sameBody(body, request.body));
    const [request] = index < 0 ? [] : left.splice(index, 1);
    assert.ok(request, `no request has the body of ${call.id}: ${JSON.stringify(body)?.slice(0, 500)}`);
    positions.set(call.id, request.sequence);
  }
  for (const { call } of expected) {
    for (const need of [...call.needs, ...call.after]) {
      const needed = positions.get(need);
      // A skipped call has no position.
      if (needed !== undefined) assert.ok(needed < (positions.get(call.id) ?? 0), `${call.id} was sent before ${need}`);
    }
  }
}

/** Lifetimes are counted from the moment of sending. */
function sameBody(expected: unknown, sent: unknown): boolean {
  if (expected === undefined) return true;
  return comparable(expected) === comparable(sent);
}

function comparable(body: unknown): string {
  return JSON.stringify(body, (name, value: unknown) => (name === 'expiresInSeconds' ? undefined : value)) ?? '';
}

function isHole(value: object): value is { readonly $hole: Hole } {
  return '$hole' in value;
}

class WireFiller {
  readonly #point: PointReader;
  readonly #evidence: RunEvidence;
  readonly #assigned = new Map<string, string>();
  readonly #liveKeys: ReadonlyMap<string, string>;

  constructor(point: PointReader, evidence: RunEvidence, outcomes: readonly CallOutcome[]) {
    this.#point = point;
    this.#evidence = evidence;
    for (const { call, assigned = {} } of outcomes) {
      for (const [field, value] of Object.entries(assigned)) this.#assigned.set(`${call} ${field}`, value);
    }
    const keys = evidence.before.filter(({ kind }) => kind === 'key').map(({ value }) => String(value['consumerKey']));
    this.#liveKeys = new Map(keys.map((key) => [`~${evidence.vault.hasher.idTag(key)}`, key]));
  }

  /** False while the server has not assigned what the call says. */
  canFill(call: PlannedCall): boolean {
    return holesOf(call).every((hole) => hole.hole !== 'assigned' || this.#assigned.has(`${hole.call} ${hole.field}`));
  }

  async fill(call: PlannedCall): Promise<ExpectedRequest> {
    const parts: string[] = [];
    for (const part of call.path) {
      parts.push(typeof part === 'string' ? part : encodeURIComponent(await this.#hole(part)));
    }
    const query = new URLSearchParams(call.query).toString();
    const below = parts.join('');
    const slash = below === '' || below.startsWith(':') ? '' : '/';
    const path = `/v1/organizations/${this.#evidence.plan.organization}${slash}${below}`;
    const body = call.body?.type === 'json' ? await this.#value(call.body.value) : undefined;
    return { call, line: `${call.method} ${path}${query === '' ? '' : `?${query}`}`, body };
  }

  async #value(value: TemplateValue): Promise<unknown> {
    if (Array.isArray(value)) {
      const elements: readonly TemplateValue[] = value;
      return Promise.all(elements.map((element) => this.#value(element)));
    }
    if (typeof value !== 'object' || value === null) return value;
    if (isHole(value)) return this.#hole(value.$hole);
    const filled: { [field: string]: unknown } = {};
    for (const [field, inner] of Object.entries(value)) filled[field] = await this.#value(inner);
    return filled;
  }

  async #hole(hole: Hole): Promise<string> {
    const value = await this.#find(hole);
    assert.ok(value !== undefined, `nothing fills ${JSON.stringify(hole)}`);
    return value;
  }

  async #find(hole: Hole): Promise<string | undefined> {
    switch (hole.hole) {
      case 'assigned':
        return this.#assigned.get(`${hole.call} ${hole.field}`);
      case 'live':
        return this.#liveKeys.get(hole.id.slice(hole.id.lastIndexOf('/') + 1));
      case 'secondsUntil':
        return '';
      case 'secret': {
        const kind = findKindOf(hole.id);
        const entry = kind === undefined ? undefined : await this.#point.find(hole.id, kind.name);
        return entry === undefined ? undefined : (await this.#point.readSecrets(entry)).get(hole.name);
      }
    }
  }
}
