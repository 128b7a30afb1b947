import type { AuditAction } from './audit-action.ts';
import { actionsOf, type Evidence } from './evidence.ts';

interface Measured {
  /** What is evidence. */
  readonly good: number;
  /** What is to be explained: it failed, or it found something. */
  readonly bad: number;
}

/** Drills that were signed, and those that only the trail has. */
export function countDrills(evidence: Evidence): Measured {
  const { drills } = evidence;
  const signed = new Set(drills.map(({ targetContainer }) => targetContainer));
  const others = actionsOf(evidence, 'drill', 'rehearse').filter(({ facts }) => {
    const container = facts['targetContainer'];
    return typeof container !== 'string' || !signed.has(container);
  });
  const proven = (result: unknown): boolean => result === 'proven' || result === 'olderProven';
  const isGood = (action: AuditAction): boolean => isDone(action) && action.facts['result'] !== 'notProven';
  const good = drills.filter(({ result }) => proven(result)).length + others.filter(isGood).length;
  return { good, bad: drills.length + others.length - good };
}

/** Postures that were signed, and measurements that only the trail has. */
export function countPostures(evidence: Evidence): Measured {
  const { postures } = evidence;
  const signed = new Set(postures.map(({ name }) => name));
  const others = actionsOf(evidence, 'posture', 'doctor', 'drift').filter(({ facts }) => {
    const { record } = facts;
    return typeof record !== 'string' || !signed.has(record);
  });
  const isClean = ({ failed, unknown, weakened }: Evidence['postures'][number]): boolean =>
    failed.length + unknown.length + weakened.length === 0;
  const good = postures.filter(isClean).length + others.filter(isDone).length;
  return { good, bad: postures.length + others.length - good };
}

function isDone({ result }: AuditAction): boolean {
  return result === 'done' || result === 'partial';
}
