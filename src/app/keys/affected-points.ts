import type { PointSummary } from '../../core/point.ts';
import type { Vault } from '../ports/vault.ts';

export interface SignedPoint {
  readonly organization: string;
  readonly id: string;
  readonly time: string;
}

/** The points of the vault that this signer signed at the instant or later: those that its revocation takes away. */
export async function pointsSignedSince(
  vault: Vault,
  fingerprint: string,
  from: string,
): Promise<readonly SignedPoint[]> {
  const signed: SignedPoint[] = [];
  for (const organization of await vault.organizations()) {
    const { points } = await vault.listPoints(organization);
    signed.push(...points.filter((point) => isOf(point, fingerprint) && point.time >= from).map(toSigned));
  }
  return signed;
}

function isOf({ signer }: PointSummary, fingerprint: string): boolean {
  return signer.endsWith(` ${fingerprint}`);
}

function toSigned({ organization, id, time }: PointSummary): SignedPoint {
  return { organization, id, time };
}
