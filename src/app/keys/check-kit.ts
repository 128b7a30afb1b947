import { isFullPoint } from '../points.ts';
import type { Clock, Progress } from '../ports/surroundings.ts';
import type { Vault } from '../ports/vault.ts';
import { verifyPoints } from '../verify.ts';

export interface KitCheck {
  readonly organization: string;
  /** Absent where the organization has no point of all of it yet. */
  readonly point?: string;
  /** `opens`: every byte of the point was read and opened. */
  readonly result: 'opens' | 'damaged' | 'no point';
  readonly objects: number;
  readonly bytes: number;
  readonly reasons: readonly string[];
}

/** Opens, of each organization, every byte of the newest full point with the keys that the vault was opened with. */
export async function checkKit(deps: {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly progress: Progress;
}): Promise<readonly KitCheck[]> {
  const { vault } = deps;
  const checks: KitCheck[] = [];
  for (const organization of await vault.organizations()) {
    const { points } = await vault.listPoints(organization);
    const newest = points.filter(isFullPoint).at(-1);
    if (newest === undefined) {
      checks.push({ organization, result: 'no point', objects: 0, bytes: 0, reasons: [] });
      continue;
    }
    const point = await vault.openPoint(organization, newest.id);
    const { findings, checkedObjects, checkedBytes } = await verifyPoints(deps, {
      organization,
      point,
      allData: true,
      record: false,
    });
    const reasons = findings.flatMap((finding) =>
      finding.type === 'checked' || finding.type === 'swept' ? [] : [`${finding.object}: ${finding.reason}`],
    );
    const result = reasons.length === 0 ? 'opens' : 'damaged';
    checks.push({ organization, point: newest.id, result, objects: checkedObjects, bytes: checkedBytes, reasons });
  }
  return checks;
}
