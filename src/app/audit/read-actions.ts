import { type ActionContext, type SiemEvent, toSiemEvent } from '../../core/audit/siem-event.ts';
import { type ActionFilter, type AuditAction, isWanted, joinActions } from '../../core/audit/audit-action.ts';
import type { AuditTrail, StoredAuditRecord } from '../ports/audit.ts';

export interface TrailRange {
  readonly since?: string;
  readonly until?: string;
}

/** The actions that began in the range and pass the filter, oldest first. */
export async function readActions(
  trail: AuditTrail,
  range: TrailRange,
  filter: ActionFilter,
): Promise<readonly AuditAction[]> {
  // How an action ended may stand behind the range.
  const { until, ...open } = range;
  const records = await Array.fromAsync(trail.records(open));
  return joinActions(records).filter(
    (action) => (until === undefined || action.at < until) && isWanted(action, filter),
  );
}

/** Records of the range one by one, with what earlier ones of their stream say of their action. */
export async function* readEvents(
  trail: AuditTrail,
  range: TrailRange,
): AsyncGenerator<{ readonly stored: StoredAuditRecord; readonly event: SiemEvent }> {
  const contexts = new Map<string, ActionContext>();
  for await (const stored of trail.records(range)) {
    const { record, stream } = stored;
    if (record.event === 'began') contexts.set(stream, record);
    yield { stored, event: toSiemEvent(stored, Date.parse(record.at), contexts.get(stream)) };
    if (record.event === 'ended') contexts.delete(stream);
  }
}
