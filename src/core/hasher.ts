/**
 * Hash functions handed in by the vault, keyed by its keyring (`docs/vault-format.md`), so that core stays free of
 * cryptography. All answers are 128-bit tags in lower-case hex (32 characters), stable for the life of the vault.
 */
export interface Hasher {
  /** HMAC-SHA-256 under the equality key, domain `config`. */
  config(canonical: string): string;
  /** HMAC-SHA-256 under the equality key, domain `secret`. */
  secret(value: string): string;
  /** HMAC-SHA-256 under the id key: the TAG in `…/keys/~TAG`. */
  idTag(value: string): string;
  /** Plain SHA-256 cut to 128 bits: the DIGEST in `…/revisions/~DIGEST`; the same in every vault. */
  digest(bytes: Uint8Array): string;
}
