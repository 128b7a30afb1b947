import type { Reading } from '../protection/readings.ts';

export interface PostureCheck {
  /** Stable: `vault-soft-delete`. */
  readonly id: string;
  /** `unknown` is no pass: it could not be read, or Azure's word for it is not known. */
  readonly state: 'pass' | 'fail' | 'unknown';
  /** What was seen, a sentence. */
  readonly evidence: string;
  /** What to do; whatever does not pass has one. */
  readonly remedy?: string | undefined;
  /** How strong it is, to be compared with an earlier one: more is stronger. Absent where there is nothing to compare. */
  readonly strength?: number | undefined;
}

export interface Judged {
  readonly state: PostureCheck['state'];
  readonly evidence: string;
  readonly strength?: number | undefined;
}

export function pass(evidence: string, strength?: number): Judged {
  return { state: 'pass', evidence, strength };
}

export function fail(evidence: string, strength?: number): Judged {
  return { state: 'fail', evidence, strength };
}

export function unknown(evidence: string): Judged {
  return { state: 'unknown', evidence };
}

/** A check of one thing: what could not be read, or is not there, is unknown. */
export function checkOf<Facts>(
  what: { readonly id: string; readonly thing: string; readonly remedy: string },
  reading: Reading<Facts>,
  judge: (facts: Facts) => Judged,
): PostureCheck {
  const { id, thing, remedy } = what;
  const judged = reading.state === 'present' ? judge(reading.facts) : unknown(whyUnknown(thing, reading));
  const { state, evidence, strength } = judged;
  const next = reading.state === 'present' ? remedy : lookedRemedy(reading);
  return {
    id,
    state,
    evidence,
    ...(state === 'pass' ? {} : { remedy: next }),
    ...(strength === undefined ? {} : { strength }),
  };
}

function whyUnknown(thing: string, reading: Exclude<Reading<never>, { state: 'present' }>): string {
  if (reading.state === 'unreadable') return `${thing} could not be read: ${reading.reason}`;
  if (reading.state === 'absent') {
    return `${thing} could not be found (${reading.code}): not there, or not seen by this identity.`;
  }
  return `${thing} could not be looked at, because what stands above is not known.`;
}

function lookedRemedy(reading: Exclude<Reading<never>, { state: 'present' }>): string {
  if (reading.state === 'unreadable')
    return reading.next ?? `Let this identity read it (Reader on the resource), and look again.`;
  if (reading.state === 'absent')
    return `Check its name in the section protect of holdfast.yaml, or make it: holdfast protect plan.`;
  return 'See to the checks before this one first.';
}
