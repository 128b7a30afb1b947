import { checkOf, fail, pass, type PostureCheck } from './posture/posture-check.ts';
import type { PostureReadings } from './posture/posture-readings.ts';
import { checkRoles } from './posture/role-checks.ts';
import { checkStorage } from './posture/storage-checks.ts';
import { checkBackups, checkVault } from './posture/vault-checks.ts';

const DAY_MS = 86_400_000;

/** What became weaker since an earlier posture. */
export interface Weakening {
  readonly id: string;
  readonly before: string;
  readonly now: string;
}

/** Every check of a vault's protection, in the order in which they are shown. */
export function judgePosture(readings: PostureReadings): readonly PostureCheck[] {
  return [
    ...checkVault(readings),
    ...checkBackups(readings),
    ...checkStorage(readings),
    ...checkRoles(readings),
    ...checkOwn(readings),
  ];
}

/** Checks that passed and do not any more, and those that are weaker although they still pass. */
export function findWeakenings(before: readonly PostureCheck[], now: readonly PostureCheck[]): readonly Weakening[] {
  const earlier = new Map(before.map((check) => [check.id, check]));
  return now.flatMap((check) => {
    const old = earlier.get(check.id);
    if (old === undefined) return [];
    const isWorse = old.state === 'pass' && check.state !== 'pass';
    const isWeaker = old.strength !== undefined && check.strength !== undefined && check.strength < old.strength;
    return isWorse || isWeaker ? [{ id: check.id, before: old.evidence, now: check.evidence }] : [];
  });
}

/** What Holdfast itself has to keep: its identities, its secrets, its proofs. */
function checkOwn({ capture, secrets, verified, verifiedWithinDays, nowMs }: PostureReadings): PostureCheck[] {
  return [
    checkOf(
      {
        id: 'capture-cannot-write',
        thing: 'What the capture identity may do in the organization',
        remedy: 'Give it the role that holdfast init identity --roles prints for capture, and no other.',
      },
      capture,
      ({ canWrite, evidence }) => (canWrite ? fail(evidence) : pass(evidence)),
    ),
    checkOf(
      {
        id: 'secrets-overdue',
        thing: 'The age of keys and secrets',
        remedy: 'Rotate them: holdfast secrets status names each.',
      },
      secrets,
      ({ overdue, checked }) =>
        overdue.length === 0
          ? pass(`None of ${checked} keys and secrets is overdue.`)
          : fail(`Overdue: ${overdue.join('; ')}.`),
    ),
    checkOf(
      {
        id: 'verified-point',
        thing: 'The records of verifications',
        remedy: 'Verify and record it: holdfast verify latest --all-data --record.',
      },
      verified,
      (newest) => {
        if (newest === undefined) return fail('No point was ever verified whole and recorded.');
        const days = (nowMs - Date.parse(newest.endedAt)) / DAY_MS;
        const evidence = `The newest point that was verified whole, ${newest.point}, ended at ${newest.endedAt}`;
        if (days <= verifiedWithinDays) return pass(`${evidence}.`);
        return fail(`${evidence}: ${Math.floor(days)} days ago; the objective is ${verifiedWithinDays}.`);
      },
    ),
  ];
}
