import { z } from 'zod';
import type { EvidenceProof } from '../../core/audit/evidence.ts';
import { IntegrityError } from '../../core/errors.ts';
import { organizationPrefix } from '../epoch.ts';
import { count, instant } from '../scalar-schemas.ts';
import type { VaultContext } from '../vault-context.ts';
import { readBlobs } from './read-batches.ts';

const proofSchema = z.looseObject({
  point: z.string(),
  depth: z.string(),
  result: z.string(),
  at: instant,
  checkedObjects: count,
  signer: z.string(),
});

/** The signed records of verifications, oldest first; those that cannot be trusted prove nothing and are left out. */
export async function readProofs(context: VaultContext, organization: string): Promise<readonly EvidenceProof[]> {
  const blobs = await Array.fromAsync(context.store.list(`${organizationPrefix(organization)}proofs/`));
  const attests = context.store.capabilities.attestsTime;
  const proofs: EvidenceProof[] = [];
  for await (const { name, bytes, createdAt } of readBlobs(context, blobs)) {
    try {
      const { header } = context.check(
        bytes,
        { type: 'proof', name },
        { attested: attests ? createdAt : undefined, signed: ({ at }) => String(at) },
      );
      const parsed = proofSchema.safeParse(header);
      if (!parsed.success) continue;
      const { point, depth, result, at, checkedObjects, signer } = parsed.data;
      proofs.push({ name, point, depth, result, at, checkedObjects, signer: context.describeSigner(signer) });
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
    }
  }
  return proofs;
}
