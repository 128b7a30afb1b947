import type { AuditAction } from './audit-action.ts';
import type { TrailState } from './examine-trail.ts';

export interface EvidencePoint {
  readonly point: string;
  readonly endedAt: string;
  /** The store's time where it attests, else the signed one. */
  readonly time: string;
  readonly timeAttested: boolean;
  readonly grade: 'complete' | 'partial' | 'interrupted';
  /** Whether it covers the whole organization. */
  readonly isWhole: boolean;
  readonly resources: number;
  readonly signer: string;
}

/** A time longer than the objective in which no whole backup was taken. */
export interface MissedSpan {
  readonly from: string;
  readonly to: string;
  /** How many times the objective passed without one. */
  readonly missed: number;
}

export interface EvidenceProof {
  readonly name: string;
  readonly point: string;
  readonly at: string;
  readonly depth: string;
  readonly result: string;
  readonly checkedObjects: number;
  readonly signer: string;
}

/** A signed record of what protected the vault in Azure. */
export interface EvidencePosture {
  readonly name: string;
  readonly at: string;
  readonly signer: string;
  readonly passed: number;
  /** Ids of checks that failed, and of those that could not be told. */
  readonly failed: readonly string[];
  readonly unknown: readonly string[];
  /** Ids of checks that were better in the posture before. */
  readonly weakened: readonly string[];
}

/** A signed record of a restore out of Azure Backup that was tried. */
export interface EvidenceDrill {
  readonly name: string;
  readonly at: string;
  readonly signer: string;
  /** `proven`, `olderProven`, `notProven`, or a word of a later release. */
  readonly result: string;
  readonly why?: string;
  readonly point?: string;
  readonly targetContainer?: string;
  readonly checkedObjects: number;
}

export interface EvidenceRestore {
  readonly run: number;
  readonly startedAt: string;
  readonly planHash: string;
  readonly status: string;
  /** Who ran it, by the trail. */
  readonly principal?: string;
  /** As whom Apigee was called, and who issued that identity's token. */
  readonly identity?: string;
  readonly issuer?: string;
  readonly reason?: string;
  /** Undefined: none is recorded. */
  readonly approver?: string;
}

export interface EvidenceKey {
  readonly role: string;
  readonly fingerprint: string;
  readonly since: string;
  readonly revoked?: string;
}

/** What an auditor is handed about one organization and a time. */
export interface Evidence {
  readonly vault: { readonly id: string; readonly description: string };
  readonly organization: string;
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  readonly tool: string;
  readonly trail: TrailState;
  readonly actions: readonly AuditAction[];
  readonly backups: {
    readonly objectiveMs: number;
    readonly taken: readonly EvidencePoint[];
    readonly missed: readonly MissedSpan[];
    /** Manifests that cannot be trusted. */
    readonly damaged: readonly string[];
  };
  readonly proofs: readonly EvidenceProof[];
  readonly postures: readonly EvidencePosture[];
  readonly drills: readonly EvidenceDrill[];
  /** Names of signed records of any kind and time that cannot be trusted: they prove nothing. */
  readonly untrusted: readonly string[];
  readonly restores: readonly EvidenceRestore[];
  readonly keys: {
    readonly keyring: number;
    readonly generations: readonly { readonly generation: number; readonly since: string }[];
    readonly signers: readonly EvidenceKey[];
  };
}

/** Points of the time, and the newest whole one before it, from which the first objective counts. */
export function findMissed(
  points: readonly EvidencePoint[],
  span: { readonly fromMs: number; readonly toMs: number; readonly objectiveMs: number },
  format: (epochMs: number) => string,
): MissedSpan[] {
  const { fromMs, toMs, objectiveMs } = span;
  const times = points
    .filter(({ isWhole, grade }) => isWhole && grade !== 'interrupted')
    .map(({ time }) => Date.parse(time))
    .sort((a, b) => a - b);
  const before = times.filter((time) => time < fromMs).at(-1) ?? fromMs;
  const within = times.filter((time) => time >= fromMs && time < toMs);
  const missed: MissedSpan[] = [];
  let last = before;
  for (const time of [...within, toMs]) {
    const count = Math.floor((time - last) / objectiveMs);
    // What lies before the time is another pack's business.
    const begin = Math.max(last, fromMs);
    if (time - last > objectiveMs && time > begin)
      missed.push({ from: format(begin), to: format(time), missed: count });
    last = time;
  }
  return missed;
}

/** Actions whose first word is one of these. */
export function actionsOf({ actions }: Evidence, ...words: readonly string[]): AuditAction[] {
  return actions.filter(({ action }) => words.includes(action.split(' ')[0] ?? ''));
}
