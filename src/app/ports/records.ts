import type { JsonValue } from '../../core/json.ts';

/** What was found of a vault's protection (`posture`), or of restoring it from Azure Backup (`drill`). */
export type RecordKind = 'posture' | 'drill';

export interface VaultRecord {
  readonly name: string;
  readonly at: string;
  /** Fingerprint of who signed it. */
  readonly signer: string;
  /** As it was written; of a later release perhaps. */
  readonly content: JsonValue;
}

export interface VerifiedPoint {
  readonly point: string;
  readonly verifiedAt: string;
}

/** Signed records beside those of verifications. */
export interface RecordStore {
  /** Signs with the verifier's key, or the restorer's, and seals it so that every key opens it. Returns its name. */
  writeRecord(
    organization: string,
    record: { readonly kind: RecordKind; readonly at: string; readonly content: JsonValue },
  ): Promise<string>;
  /** Newest first. One that is damaged, or signed by nobody who may, is named and not counted. */
  listRecords(
    organization: string,
    kind: RecordKind,
  ): Promise<{
    readonly records: readonly VaultRecord[];
    readonly untrusted: readonly { readonly name: string; readonly why: string }[];
  }>;
  /** Points that were found good, all of their data; untrusted records do not count. */
  listVerified(organization: string): Promise<readonly VerifiedPoint[]>;
}
