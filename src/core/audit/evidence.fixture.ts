import type { AuditAction } from './audit-action.ts';
import type { Evidence, EvidencePoint } from './evidence.ts';

const FROM = '2026-05-01T00:00:00.000Z';

/** A pack of a day in which nothing is recorded. */
export const noEvidence: Evidence = {
  vault: { id: 'v', description: 'd' },
  organization: 'acme',
  from: FROM,
  to: '2026-05-02T00:00:00.000Z',
  madeAt: '2026-05-02T00:00:00.000Z',
  tool: 'holdfast 0',
  trail: { findings: [], streams: 0, batches: 0, records: 0, notOpened: 0 },
  actions: [],
  backups: { objectiveMs: 3_600_000, taken: [], missed: [], damaged: [] },
  proofs: [],
  postures: [],
  drills: [],
  untrusted: [],
  restores: [],
  keys: { keyring: 1, generations: [], signers: [] },
};

export function pointAt(time: string, over: Partial<EvidencePoint> = {}): EvidencePoint {
  const common = { endedAt: time, time, timeAttested: true, resources: 1, signer: 'writer' };
  return { point: `p-${time}`, grade: 'complete', isWhole: true, ...common, ...over };
}

/** One that was done, of this verb. */
export function auditAction(action: string, over: Partial<AuditAction> = {}): AuditAction {
  return {
    stream: 's',
    act: 1,
    at: FROM,
    action,
    effect: 'changes',
    signer: 'verifier v',
    given: {},
    facts: {},
    result: 'done',
    records: [],
    ...over,
  };
}
