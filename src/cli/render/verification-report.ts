import type { OutputDocument } from '../schema/documents.ts';
import type { JunitCase, JunitReport } from './junit.ts';
import type { SarifReport } from './sarif.ts';

type Verification = OutputDocument<'verify'>;

/** What a damaged object hurts, as a clause. */
export function hurtBy({ points, run }: Verification['damaged'][number]): string {
  if (points.length > 0) return `hurts ${points.join(', ')}`;
  return run === undefined ? 'hurts no point' : `hurts the journal of run ${run}, and no point`;
}

/** A verification as test cases: one for each point, one for damage that hurts no point, skipped ones for what was not checked. */
export function verificationJunit({ organization, depth, points, damaged, notChecked }: Verification): JunitReport {
  const classname = `holdfast.verify.${depth}`;
  const ofPoints = points.map((point): JunitCase => {
    const hurt = damaged.filter((one) => one.points.includes(point));
    const lines = hurt.map(({ object, reason }) => `${object}: ${reason}`);
    const message = `${hurt.length} damaged`;
    return { classname, name: point, ...(hurt.length === 0 ? {} : { outcome: { type: 'failure', message, lines } }) };
  });
  const alone = damaged.filter((one) => one.points.length === 0);
  const ofNobody = alone.map(
    (one): JunitCase => ({
      classname,
      name: one.object,
      outcome: { type: 'failure', message: `${one.reason} It ${hurtBy(one)}.` },
    }),
  );
  const left = notChecked.map(
    ({ object, reason }): JunitCase => ({
      classname,
      name: object,
      outcome: { type: 'skipped', message: `not checked: ${reason}` },
    }),
  );
  return { name: 'verify', suites: [{ name: organization, cases: [...ofPoints, ...ofNobody, ...left] }] };
}

/** Damage as errors, what was not checked as notes; the places are names in the vault. */
export function verificationSarif({ damaged, notChecked }: Verification): SarifReport {
  return {
    rules: [
      { id: 'verify/damaged', text: 'Bytes in the vault are not what was written.' },
      { id: 'verify/not-checked', text: 'The keys at hand do not open this, so its inside was not checked.' },
    ],
    results: [
      ...damaged.map((damage) => ({
        rule: 'verify/damaged',
        level: 'error' as const,
        message: `${damage.object}: ${damage.reason} It ${hurtBy(damage)}.`,
        thing: { kind: 'object', name: damage.object },
        uri: damage.object,
        fingerprint: `verify/damaged ${damage.object}`,
      })),
      ...notChecked.map(({ object, reason }) => ({
        rule: 'verify/not-checked',
        level: 'note' as const,
        message: `${object}: ${reason}`,
        thing: { kind: 'object', name: object },
        uri: object,
        fingerprint: `verify/not-checked ${object}`,
      })),
    ],
  };
}
