import { UserError } from '../core/errors.ts';
import type { Clock, Progress } from './ports/surroundings.ts';
import type { PointReader, Vault, VerifyFinding } from './ports/vault.ts';

export interface Verification {
  readonly result: 'good' | 'damaged';
  readonly points: readonly string[];
  readonly checkedObjects: number;
  readonly checkedBytes: number;
  readonly findings: readonly VerifyFinding[];
  /** Names of the signed records in the vault, one per point, when asked for. */
  readonly records: readonly string[];
}

export interface VerifyOptions {
  readonly organization: string;
  /** One point, or all. */
  readonly point?: PointReader;
  readonly allData: boolean;
  readonly record: boolean;
}

/**
 * Checks signatures and structure, and with `allData` every byte the keys at hand open. What could not be checked for lack of
 * a key is a finding, not a success. Never throws for damage: the result says it.
 */
export async function verifyPoints(
  deps: { readonly vault: Vault; readonly clock: Clock; readonly progress: Progress },
  options: VerifyOptions,
): Promise<Verification> {
  const { vault, clock, progress } = deps;
  if (options.record && !vault.abilities.signProofs) {
    throw new UserError({
      code: 'KEY_MISSING',
      message: 'Recording a verification needs verifier.key or restorer.key, which sign it.',
      next: 'Verify without --record, or put verifier.key into the keys folder (HOLDFAST_KEYS) or its contents into HOLDFAST_VERIFIER_KEY.',
    });
  }
  progress.phase(options.allData ? 'verifying all data' : 'verifying structure');
  const findings: VerifyFinding[] = [];
  let [checkedObjects, checkedBytes] = [0, 0];
  const points = new Set<string>();
  const point = options.point?.details.id;
  const request = {
    organization: options.organization,
    allData: options.allData,
    ...(point === undefined ? {} : { point }),
  };
  for await (const finding of vault.verify(request)) {
    if (finding.type !== 'checked') {
      findings.push(finding);
      if (finding.type === 'damaged') for (const id of finding.points) points.add(id);
      continue;
    }
    checkedObjects += finding.objects;
    checkedBytes += finding.bytes;
    for (const id of finding.points) points.add(id);
    progress.advance(checkedObjects, undefined, 'objects');
  }
  const result = findings.some(({ type }) => type === 'damaged') ? 'damaged' : 'good';
  const verified = [...points].sort();
  const records: string[] = [];
  const at = clock.now();
  // A record must not claim more than was looked at.
  const isOpened = !findings.some(({ type }) => type === 'notChecked');
  const depth = !options.allData ? 'structure' : isOpened ? 'all-data' : 'all-bytes';
  for (const id of options.record ? verified : []) {
    const hurt = findings.some((finding) => finding.type === 'damaged' && finding.points.includes(id));
    const good = !hurt && !findings.some(hurtsUnknown);
    const record = { point: id, depth, result: good ? 'good' : 'damaged', checkedObjects, checkedBytes, at } as const;
    records.push(await vault.recordVerification(options.organization, record));
  }
  return { result, points: verified, checkedObjects, checkedBytes, findings, records };
}

/** Damage of which nobody knows what it hurts. Journals, holds and prunes are no part of any point. */
function hurtsUnknown(finding: VerifyFinding): boolean {
  return (
    finding.type === 'damaged' && finding.points.length === 0 && finding.run === undefined && finding.hurtsNone !== true
  );
}
