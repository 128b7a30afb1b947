import type { AlienBatch } from '../../core/audit/audit-objects.ts';
import { HoldfastError } from '../../core/errors.ts';
import { sha256Hex, sha256Tag } from '../digest.ts';
import { assertSigned, dissectDocument, type SignedDocument } from '../signed-document.ts';
import type { VaultContext } from '../vault-context.ts';
import { type BatchHeader, parseBatchHeader } from './audit-batch.ts';
import { batchName, parseBatchName } from './audit-name.ts';

export interface BatchSigner {
  readonly role: string;
  readonly fingerprint: string;
}

export interface GenuineBatch {
  readonly state: 'genuine';
  readonly document: SignedDocument;
  readonly header: BatchHeader;
  readonly signer: BatchSigner;
  /** The store's word where it attests, else the process's. */
  readonly time: string;
}

/** A blob of the trail as the store gives it. */
export interface AuditBlob {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly createdAt: string;
}

/** Whether a blob below `audit/` is a batch that one of this vault's keys signed for this very place; else what it is. */
export function authenticateBatch(context: VaultContext, blob: AuditBlob): GenuineBatch | AlienBatch {
  const { name, bytes, createdAt } = blob;
  const hash = sha256Hex(bytes);
  const alien = (kind: AlienBatch['kind'], reason: string): AlienBatch => ({
    state: 'alien',
    name,
    hash,
    createdAt,
    kind,
    reason,
  });
  const place = parseBatchName(name);
  if (place === undefined) return alien('squatted', 'its name is none of the audit trail');
  let document: SignedDocument;
  let header: BatchHeader;
  try {
    document = dissectDocument(bytes, name);
    header = parseBatchHeader(document);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return alien('squatted', 'it holds something that is no signed batch');
  }
  const signed = document.header;
  if (signed.vault !== context.id) return alien('replayed', `it is of another vault, ${signed.vault.slice(0, 16)}…`);
  const isOwnPlace = header.stream === place.stream && batchName(place.stream, place.number) === signed.name;
  if (signed.type !== 'audit' || !isOwnPlace) return alien('replayed', `it was written as ${signed.name}`);
  const signer = findSigner(context, header.signer);
  if (signer === undefined) return alien('unknown-signer', `its signer ${header.signer} is not in the keyring`);
  if (!isGenuine(document, signer.publicKey)) return alien('rewritten', 'its signature does not match its bytes');
  if ((header.keyring ?? 0) > context.keyring.number) {
    return alien('unknown-signer', `it was written under keyring ${header.keyring}, which is missing here`);
  }
  const time = context.store.capabilities.attestsTime ? createdAt : header.at;
  if (signer.revoked !== undefined && time >= signer.revoked) {
    return alien('revoked-signer', `the ${signer.role} key ${header.signer} is revoked since ${signer.revoked}`);
  }
  return { state: 'genuine', document, header, time, signer: { role: signer.role, fingerprint: header.signer } };
}

interface KnownSigner {
  readonly role: string;
  readonly publicKey: Uint8Array;
  readonly revoked?: string;
}

const roles: readonly string[] = ['writer', 'restorer', 'verifier', 'pruner'];

function findSigner({ keyring, rootPublicKey }: VaultContext, fingerprint: string): KnownSigner | undefined {
  if (sha256Tag(rootPublicKey) === fingerprint) return { role: 'root', publicKey: rootPublicKey };
  return keyring.signers.find((signer) => signer.fingerprint === fingerprint && roles.includes(signer.role));
}

function isGenuine(document: SignedDocument, publicKey: Uint8Array): boolean {
  try {
    assertSigned(document, publicKey);
    return true;
  } catch (error) {
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}
