import { z } from 'zod';
import type { RecordKind, RecordStore, VaultRecord, VerifiedPoint } from '../app/ports/records.ts';
import { HoldfastError } from '../core/errors.ts';
import type { JsonValue } from '../core/json.ts';
import { organizationPrefix } from './epoch.ts';
import { compactTime } from './manifest.ts';
import { instant } from './scalar-schemas.ts';
import type { SignedDocument } from './signed-document.ts';
import type { VaultContext } from './vault-context.ts';

const recordHeader = z.looseObject({ kind: z.optional(z.string()), at: instant });
const verificationHeader = z.looseObject({
  kind: z.undefined().optional(),
  at: instant,
  point: z.string(),
  depth: z.string(),
  result: z.string(),
});

interface Proofs {
  readonly documents: readonly SignedDocument[];
  readonly untrusted: readonly { readonly name: string; readonly why: string }[];
}

/** Records below `proofs/` that are no verifications, and what the verifications say. */
export class ProofRecords implements RecordStore {
  readonly #context: VaultContext;

  constructor(context: VaultContext) {
    this.#context = context;
  }

  async writeRecord(
    organization: string,
    { kind, at, content }: { readonly kind: RecordKind; readonly at: string; readonly content: JsonValue },
  ): Promise<string> {
    const id = Buffer.from(this.#context.random.bytes(8)).toString('hex');
    const name = `${organizationPrefix(organization)}proofs/${compactTime(at)}-${id}`;
    const signer = this.#context.hasSigningKey('verifier') ? 'verifier' : 'restorer';
    const sealed = { secretClass: 'meta', content } as const;
    const bytes = await this.#context.encode({ type: 'proof', name, header: { kind, at }, signer, sealed });
    await this.#context.store.put(name, bytes);
    return name;
  }

  async listRecords(organization: string, kind: RecordKind): ReturnType<RecordStore['listRecords']> {
    const { documents, untrusted } = await this.#readAll(organization);
    const records: VaultRecord[] = [];
    for (const document of documents) {
      const header = recordHeader.safeParse(document.header);
      if (!header.success || header.data.kind !== kind) continue;
      // Signed and sealed by this tool: read as written.
      const content = (await this.#context.openBody(document)) as JsonValue;
      records.push({ name: document.name, at: header.data.at, signer: document.header.signer, content });
    }
    return { records: records.toSorted((a, b) => (a.at < b.at ? 1 : -1)), untrusted };
  }

  async listVerified(organization: string): Promise<readonly VerifiedPoint[]> {
    const { documents } = await this.#readAll(organization);
    return documents.flatMap((document) => {
      const { success, data } = verificationHeader.safeParse(document.header);
      if (!success || data.depth !== 'all-data' || data.result !== 'good') return [];
      return [{ point: data.point, verifiedAt: data.at }];
    });
  }

  async #readAll(organization: string): Promise<Proofs> {
    const documents: SignedDocument[] = [];
    const untrusted: { readonly name: string; readonly why: string }[] = [];
    for await (const { name, createdAt } of this.#context.store.list(`${organizationPrefix(organization)}proofs/`)) {
      const attested = this.#context.store.capabilities.attestsTime ? createdAt : undefined;
      const signed = ({ at }: SignedDocument['header']): string => (typeof at === 'string' ? at : '');
      try {
        const bytes = await this.#context.store.get(name);
        documents.push(this.#context.check(bytes, { type: 'proof', name }, { attested, signed }));
      } catch (error) {
        if (!(error instanceof HoldfastError) || error.exit !== 13) throw error;
        untrusted.push({ name, why: error.message });
      }
    }
    return { documents, untrusted };
  }
}
