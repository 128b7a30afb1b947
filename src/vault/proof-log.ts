import { z } from 'zod';
import { IntegrityError } from '../core/errors.ts';
import type { UntrustedRecord } from '../app/ports/retention.ts';
import type { Proof } from '../core/retention.ts';
import type { BlobInfo } from './blob/blob-store.ts';
import { organizationPrefix } from './epoch.ts';
import type { VaultContext } from './vault-context.ts';

const headerSchema = z.looseObject({
  kind: z.optional(z.string()),
  point: z.string(),
  depth: z.string(),
  result: z.enum(['good', 'damaged']),
});

/** Depths at which every byte of the point was held against its hash. */
const whole: readonly string[] = ['all-bytes', 'all-data'];
const READS_AT_ONCE = 16;

/** What the newest proofs say, and what nobody can read of them. */
export interface NewestProofs {
  readonly proofs: ReadonlyMap<string, Proof>;
  /** Records that cannot be trusted and are newer than what verified a point: they may have said that it is damaged. */
  readonly untrusted: readonly UntrustedRecord[];
}

type Reading = { readonly point: string; readonly proof: Proof } | { readonly untrusted: UntrustedRecord };

/**
 * What the newest proofs say of these points. A proof counts when the verifier or the restorer signed it, not who wrote the
 * point; that a point is damaged is believed at any depth, that it is verified only where every byte was read, and only
 * where no newer record is there that cannot be trusted.
 */
export async function readNewestProofs(
  context: VaultContext,
  organization: string,
  points: readonly string[],
): Promise<NewestProofs> {
  const proofs = new Map<string, Proof>();
  const untrusted: UntrustedRecord[] = [];
  let hiding: readonly UntrustedRecord[] = [];
  const wanted = new Set(points);
  const blobs = await Array.fromAsync(context.store.list(`${organizationPrefix(organization)}proofs/`));
  const newestFirst = blobs.sort((a, b) => (timeOf(context, a) < timeOf(context, b) ? 1 : -1));
  for (let start = 0; start < newestFirst.length && wanted.size > 0; start += READS_AT_ONCE) {
    const batch = newestFirst.slice(start, start + READS_AT_ONCE);
    for (const read of await Promise.all(batch.map((blob) => tryRead(context, blob)))) {
      if (read === undefined) continue;
      if ('untrusted' in read) untrusted.push(read.untrusted);
      else if (wanted.delete(read.point)) {
        const isHidden = read.proof === 'verified' && untrusted.length > 0;
        if (isHidden) hiding = [...untrusted];
        else proofs.set(read.point, read.proof);
      }
    }
  }
  return { proofs, untrusted: hiding };
}

async function tryRead(context: VaultContext, blob: BlobInfo): Promise<Reading | undefined> {
  try {
    const attested = context.store.capabilities.attestsTime ? blob.createdAt : undefined;
    const document = context.check(
      await context.store.get(blob.name),
      { type: 'proof', name: blob.name },
      { attested, signed: ({ at }) => (typeof at === 'string' ? at : '') },
    );
    const parsed = headerSchema.safeParse(document.header);
    // Other kinds of proof, of later releases, verify no bytes.
    if (!parsed.success || parsed.data.kind !== undefined) return undefined;
    if (context.describeSigner(document.header.signer).startsWith('writer ')) return undefined;
    const { point, depth, result } = parsed.data;
    if (result === 'damaged') return { point, proof: 'damaged' };
    return whole.includes(depth) ? { point, proof: 'verified' } : undefined;
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    return { untrusted: { name: blob.name, why: error.message } };
  }
}

function timeOf(context: VaultContext, { name, createdAt }: BlobInfo): string {
  return context.store.capabilities.attestsTime ? createdAt : name.slice(name.lastIndexOf('/') + 1);
}
