import { join } from 'node:path';
import type {
  AuditSpoolState,
  AuditStream,
  AuditTrail,
  AuditUpload,
  OpenAuditStream,
  StoredAuditRecord,
} from '../../app/ports/audit.ts';
import type { NamedHead } from '../../core/audit/audit-objects.ts';
import type { Evidence, EvidenceProof } from '../../core/audit/evidence.ts';
import type { TrailFacts } from '../../core/audit/examine-trail.ts';
import { UserError } from '../../core/errors.ts';
import type { VaultContext } from '../vault-context.ts';
import { AuditSpool } from './audit-spool.ts';
import { VaultAuditStream } from './audit-stream.ts';
import { readAuditObjects, readManifestHeads } from './read-batches.ts';
import { readProofs } from './read-proofs.ts';
import { type RecordRange, readAuditRecords } from './read-records.ts';

/** The audit trail of an open vault. */
export class VaultAudit implements AuditTrail {
  readonly #context: VaultContext;
  readonly #folder: string | undefined;

  constructor(context: VaultContext, spoolFolder: string | undefined) {
    this.#context = context;
    this.#folder = spoolFolder;
  }

  open(request: OpenAuditStream): AuditStream {
    return new VaultAuditStream(this.#context, () => this.#spool(), request);
  }

  follow(stream: AuditStream): void {
    this.#context.auditStream = stream;
  }

  records(range: RecordRange): AsyncIterable<StoredAuditRecord> {
    return readAuditRecords(this.#context, range);
  }

  async facts(outside: readonly NamedHead[]): Promise<TrailFacts> {
    const objects = await readAuditObjects(this.#context);
    const named = [...(await readManifestHeads(this.#context)), ...outside];
    return { objects, named, waiting: this.#folder === undefined ? [] : await this.#spool().list() };
  }

  proofs(organization: string): Promise<readonly EvidenceProof[]> {
    return readProofs(this.#context, organization);
  }

  keys(): Evidence['keys'] {
    const { number, generations, signers } = this.#context.keyring;
    return {
      keyring: number,
      generations: generations.map(({ generation, since }) => ({ generation, since })),
      signers: signers.map(({ role, fingerprint, since, revoked }) => ({
        role,
        fingerprint,
        since,
        ...(revoked === undefined ? {} : { revoked }),
      })),
    };
  }

  async spool(): Promise<AuditSpoolState> {
    const spool = this.#spool();
    return { folder: spool.folder, waiting: await spool.list() };
  }

  async upload(): Promise<AuditUpload> {
    const spool = this.#spool();
    const uploaded: string[] = [];
    const refused: string[] = [];
    for (const name of await spool.list()) {
      const bytes = await spool.get(name);
      const outcome = await this.#context.store.put(name, bytes);
      // Somebody else may have brought the same batch.
      const isThere = outcome === 'created' || Buffer.compare(await this.#context.store.get(name), bytes) === 0;
      (isThere ? uploaded : refused).push(name);
      if (isThere) await spool.remove(name);
    }
    return { uploaded, refused };
  }

  #spool(): AuditSpool {
    if (this.#folder !== undefined) return new AuditSpool(join(this.#folder, this.#context.id), this.#context.random);
    throw new UserError({
      code: 'CONFIG_INVALID',
      message: 'There is no place for records of the audit trail that the vault does not take.',
      next: 'Name a folder in HOLDFAST_AUDIT_SPOOL.',
    });
  }
}
