import type { PlacedRecord } from './audit-action.ts';
import { type AuditIdentity, identitiesIn } from './audit-identity.ts';
import type { AuditFacts, AuditRecord } from './audit-record.ts';

/** What both formats for security monitors are made of. */
export interface SiemEvent {
  readonly uid: string;
  readonly atMs: number;
  readonly at: string;
  readonly event: AuditRecord['event'];
  readonly action: string;
  readonly effect: string | undefined;
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly result: string | undefined;
  readonly code: string | undefined;
  readonly user: string;
  readonly userType: 'user' | 'workload' | undefined;
  readonly host: string;
  readonly process: number | undefined;
  readonly version: string;
  readonly organization: string | undefined;
  readonly reason: string | undefined;
  readonly breakGlass: string | undefined;
  readonly facts: AuditFacts;
  /** As whom services were called, as far as this record says. */
  readonly identities: readonly AuditIdentity[];
  readonly signer: string;
  readonly batch: string;
}

/** The action that a record belongs to, as far as earlier records of the stream said. */
export interface ActionContext {
  readonly action: string;
  readonly effect: string;
  readonly organization?: string | undefined;
  readonly reason?: string | undefined;
  readonly breakGlass?: string | undefined;
}

export function toSiemEvent(placed: PlacedRecord, atMs: number, context: ActionContext | undefined): SiemEvent {
  const { record, hash, batch, signer, opened } = placed;
  const facts = 'facts' in record ? record.facts : record.event === 'began' ? record.given : {};
  const said = facts['organization'];
  return {
    uid: hash,
    at: record.at,
    atMs,
    event: record.event,
    action: context?.action ?? 'stream',
    effect: context?.effect,
    outcome: outcomeOf(record),
    result: record.event === 'ended' ? record.result : undefined,
    code: record.event === 'ended' ? record.code : undefined,
    user: opened?.principal.name ?? 'unknown',
    userType: opened?.principal.type,
    host: opened?.host ?? 'unknown',
    process: opened?.process,
    version: opened?.tool.split(' ').at(-1) ?? 'unknown',
    organization: typeof said === 'string' ? said : context?.organization,
    reason: context?.reason,
    breakGlass: context?.breakGlass,
    facts,
    identities: record.event === 'began' ? [] : identitiesIn(facts),
    signer: `${signer.role} ${signer.fingerprint}`,
    batch,
  };
}

function outcomeOf(record: AuditRecord): SiemEvent['outcome'] {
  if (record.event !== 'ended') return 'unknown';
  return record.result === 'done' || record.result === 'partial' ? 'success' : 'failure';
}

/** A fact as one text. */
export function factText(value: AuditFacts[string]): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}
