import type { AuditEffect, AuditFacts, AuditOpened, AuditPrincipal, AuditRecord, AuditResult } from './audit-record.ts';

/** A record with where it lies and who signed it. */
export interface PlacedRecord {
  readonly record: AuditRecord;
  readonly hash: string;
  readonly batch: string;
  readonly stream: string;
  readonly signer: { readonly role: string; readonly fingerprint: string };
  readonly opened?: AuditOpened;
}

/** One action from its first record to its last. */
export interface AuditAction {
  readonly stream: string;
  readonly act: number;
  readonly at: string;
  readonly endedAt?: string;
  readonly action: string;
  readonly effect: AuditEffect;
  /** As asked for, or as it turned out. */
  readonly organization?: string;
  readonly principal?: AuditPrincipal;
  readonly host?: string;
  readonly tool?: string;
  readonly signer: string;
  readonly given: AuditFacts;
  readonly reason?: string;
  readonly breakGlass?: string;
  /** What was declared before and noted at the end. */
  readonly facts: AuditFacts;
  /** `open`: it was killed, or still runs. */
  readonly result: AuditResult | 'open';
  readonly exit?: number;
  readonly code?: string;
  /** Hashes of its records, in order. */
  readonly records: readonly string[];
}

export interface ActionFilter {
  readonly action?: string;
  /** Part of the name or of a claim, without regard to case. */
  readonly principal?: string;
  readonly result?: string;
  /** Actions of this organization, and those of none. */
  readonly organization?: string;
}

/** Puts the records of each action together, in the order in which they began. */
export function joinActions(records: readonly PlacedRecord[]): AuditAction[] {
  const actions = new Map<string, AuditAction>();
  for (const placed of records) {
    const { record } = placed;
    if (record.event === 'opened') continue;
    // What continues a stream counts from one again, so the place of a continued action is its own.
    const key = `${placed.stream} ${record.act}`;
    const known = actions.get(key) ?? (record.event === 'began' ? undefined : findContinued(actions, placed));
    if (record.event === 'began') actions.set(key, began(placed, record));
    else if (known !== undefined) actions.set(`${known.stream} ${known.act}`, joined(known, placed));
  }
  return [...actions.values()];
}

/** The open action of the same process, where its stream had to be continued in another. */
function findContinued(actions: ReadonlyMap<string, AuditAction>, placed: PlacedRecord): AuditAction | undefined {
  const { opened } = placed;
  return [...actions.values()].findLast(
    ({ result, host, principal, act }) =>
      result === 'open' &&
      host === opened?.host &&
      principal?.name === opened?.principal.name &&
      'act' in placed.record &&
      act === placed.record.act,
  );
}

function began(placed: PlacedRecord, record: Extract<AuditRecord, { event: 'began' }>): AuditAction {
  const { stream, hash, signer, opened } = placed;
  const { act, at, action, effect, organization, given, reason, breakGlass } = record;
  return {
    stream,
    act,
    at,
    action,
    effect,
    ...(organization === undefined ? {} : { organization }),
    ...(opened === undefined ? {} : { principal: opened.principal, host: opened.host, tool: opened.tool }),
    signer: `${signer.role} ${signer.fingerprint}`,
    given,
    ...(reason === undefined ? {} : { reason }),
    ...(breakGlass === undefined ? {} : { breakGlass }),
    facts: {},
    result: 'open',
    records: [hash],
  };
}

function joined(action: AuditAction, { record, hash }: PlacedRecord): AuditAction {
  const records = [...action.records, hash];
  if (record.event !== 'declared' && record.event !== 'ended') return { ...action, records };
  const facts = { ...action.facts, ...record.facts };
  const said = facts['organization'];
  const organization = typeof said === 'string' ? { organization: said } : {};
  if (record.event === 'declared') return { ...action, ...organization, facts, records };
  const { result, exit, code, at } = record;
  return {
    ...action,
    ...organization,
    facts,
    records,
    result,
    exit,
    endedAt: at,
    ...(code === undefined ? {} : { code }),
  };
}

export function isWanted(action: AuditAction, filter: ActionFilter): boolean {
  if (filter.action !== undefined && action.action !== filter.action && !action.action.startsWith(`${filter.action} `))
    return false;
  if (filter.result !== undefined && action.result !== filter.result) return false;
  if (filter.organization !== undefined && (action.organization ?? filter.organization) !== filter.organization)
    return false;
  return filter.principal === undefined || hasPrincipal(action, filter.principal.toLowerCase());
}

function hasPrincipal({ principal, host }: AuditAction, part: string): boolean {
  const names = [principal?.name, host, ...Object.values(principal?.claims ?? {})];
  return names.some((name) => name?.toLowerCase().includes(part) === true);
}
