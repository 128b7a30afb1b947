/** A key in Azure Key Vault as its public half shows it. */
export interface KeyVaultKeyFacts {
  /** With its version: `https://NAME.vault.azure.net/keys/KEY/VERSION`. */
  readonly id: string;
  /** RSA public key, SPKI DER. */
  readonly publicKey: Uint8Array;
  readonly enabled: boolean;
  readonly createdAt?: string;
  readonly expiresAt?: string;
}

/** RSA keys whose private halves never leave Azure Key Vault. */
export interface KeyVault {
  /**
   * The key of an id, in its newest version where the id names none. UserError `KEY_INVALID` for what is no RSA key of at least
   * 2,048 bits that may unwrap; RemoteError `KEY_VAULT_REFUSED`.
   */
  getKey(id: string): Promise<KeyVaultKeyFacts>;
  /** What was encrypted to the key by RSA-OAEP-256. RemoteError `KEY_VAULT_REFUSED` for a key or caller that may not. */
  unwrap(id: string, wrapped: Uint8Array): Promise<Uint8Array>;
}
