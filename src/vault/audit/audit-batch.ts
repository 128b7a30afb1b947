import { z } from 'zod';
import type { AuditEntry, AuditHead, AuditRecord } from '../../core/audit/audit-record.ts';
import { damaged } from '../damage.ts';
import { sha256Hex } from '../digest.ts';
import type { SigningKey } from '../ed25519.ts';
import { count, instant } from '../scalar-schemas.ts';
import { encodeDocument, type SignedDocument } from '../signed-document.ts';
import type { VaultContext } from '../vault-context.ts';
import { batchName } from './audit-name.ts';
import { recordSchema } from './record-schema.ts';

const head = z.object({ name: z.string(), hash: z.string() });

const headerSchema = z.looseObject({
  stream: z.string(),
  at: instant,
  count,
  previous: z.nullable(head),
  signer: z.string(),
  keyring: z.optional(z.number()),
  heads: z.optional(z.array(head)),
  continues: z.optional(head),
  last: z.optional(z.literal(true)),
  spooled: z.optional(z.literal(true)),
});

export type BatchHeader = z.infer<typeof headerSchema>;

const bodySchema = z.looseObject({ lines: z.array(z.string()) });
/** What a batch says beside its lines. */
export interface BatchDraft {
  readonly stream: string;
  readonly number: number;
  readonly at: string;
  readonly lines: readonly string[];
  readonly previous: AuditHead | undefined;
  readonly heads?: readonly AuditHead[];
  readonly continues?: AuditHead | undefined;
  readonly last: boolean;
  readonly spooled: boolean;
}

/** The bytes of a batch, sealed to meta and signed. */
export async function encodeBatch(
  context: VaultContext,
  signingKey: SigningKey,
  draft: BatchDraft,
): Promise<Uint8Array> {
  const { stream, number, at, lines, previous, heads, continues, last, spooled } = draft;
  const name = batchName(stream, number);
  const key = await context.createKey('meta', 'document', name);
  return encodeDocument({
    signingKey,
    header: {
      type: 'audit',
      vault: context.id,
      name,
      keyring: context.keyring.number,
      stream,
      at,
      count: lines.length,
      previous: previous ?? null,
      ...(heads !== undefined && { heads }),
      ...(continues !== undefined && { continues }),
      ...(last && { last }),
      ...(spooled && { spooled }),
      seal: { class: 'meta', generation: key.generation },
    },
    sealed: { key, content: { lines } },
  });
}

/** The header of a batch whose signature was checked. IntegrityError `VAULT_DAMAGED`. */
export function parseBatchHeader(document: SignedDocument): BatchHeader {
  const parsed = headerSchema.safeParse(document.header);
  if (!parsed.success)
    throw damaged(document.name, 'its header is not that of a batch of the audit trail', parsed.error);
  return parsed.data;
}

/** The lines of a batch, as written. */
export function parseBatchLines(name: string, body: unknown): readonly string[] {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw damaged(name, 'its body is not that of a batch of the audit trail', parsed.error);
  return parsed.data.lines;
}

export function parseLine(name: string, line: string): AuditRecord {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw damaged(name, 'a line of it is no record', cause);
  }
}

/** The text of a record: what its hash is of. */
export function formatLine(entry: AuditEntry, at: string, previous: string | null): string {
  return JSON.stringify({ previous, at, ...entry });
}

export function hashLine(line: string): string {
  return sha256Hex(Buffer.from(line));
}
