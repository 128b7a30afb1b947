import { createPublicKey } from 'node:crypto';
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { KeyVaultKey } from '@azure/keyvault-keys';
import type { KeyVault, KeyVaultKeyFacts } from '../app/ports/key-vault.ts';
import { UserError } from '../core/errors.ts';
import { formatKeyVaultId, type KeyVaultId, parseKeyVaultId } from '../core/key-vault-id.ts';
import { keyVaultError } from './key-vault-error.ts';

export interface AzureKeyVaultOptions {
  readonly credential: TokenCredential;
  readonly signal: AbortSignal;
  /** Sends the requests in the place of the library's own client; for tests against a simulator on this machine. */
  readonly httpClient?: HttpClient | undefined;
  /** The first pause before a retry; a second unless given. */
  readonly retryPauseMs?: number;
}

const MOST_RETRIES = 4;
const LEAST_BITS = 2048;

/** RSA keys in Azure Key Vault, by the libraries of Azure. They are loaded when a key is first asked for. */
export function createAzureKeyVault({ credential, signal, httpClient, retryPauseMs }: AzureKeyVaultOptions): KeyVault {
  const options = {
    retryOptions: { maxRetries: MOST_RETRIES, ...(retryPauseMs !== undefined && { retryDelayInMs: retryPauseMs }) },
    ...(httpClient === undefined ? {} : { httpClient }),
  };
  return {
    async getKey(id) {
      const asked = parseKeyVaultId(id);
      try {
        const { KeyClient } = await import('@azure/keyvault-keys');
        const client = new KeyClient(asked.vaultUrl, credential, options);
        const version = asked.version === undefined ? {} : { version: asked.version };
        return factsOf(await client.getKey(asked.key, { ...version, abortSignal: signal }), id);
      } catch (error) {
        signal.throwIfAborted();
        throw keyVaultError(error, id, 'get');
      }
    },
    async unwrap(id, wrapped) {
      try {
        const { CryptographyClient } = await import('@azure/keyvault-keys');
        const client = new CryptographyClient(knownKey(parseKeyVaultId(id)), credential, options);
        const { result } = await client.unwrapKey('RSA-OAEP-256', wrapped, { abortSignal: signal });
        return result;
      } catch (error) {
        signal.throwIfAborted();
        throw keyVaultError(error, id, 'unwrapKey');
      }
    },
  };
}

/**
 * The key as the library wants to know it before it asks the service. Told nothing else, it would first read the key, which
 * takes another permission, and refuse one that has expired, which the service itself lets unwrap.
 */
function knownKey({ vaultUrl, key, version = '', ...rest }: KeyVaultId): KeyVaultKey {
  const id = formatKeyVaultId({ vaultUrl, key, version, ...rest });
  return { id, name: key, keyOperations: ['unwrapKey'], properties: { id, name: key, vaultUrl, version } };
}

function factsOf({ id, key, keyType, keyOperations, properties }: KeyVaultKey, asked: string): KeyVaultKeyFacts {
  const { n, e } = key ?? {};
  if (id === undefined || n === undefined || e === undefined || !(keyType === 'RSA' || keyType === 'RSA-HSM')) {
    throw unfit(asked, `it is of type ${keyType ?? 'unknown'}, and only RSA keys can be wrapped to`);
  }
  if (n.length * 8 < LEAST_BITS) throw unfit(asked, `it has ${n.length * 8} bits, and ${LEAST_BITS} are the least`);
  if (keyOperations?.includes('unwrapKey') === false) throw unfit(asked, 'its permitted operations lack unwrapKey');
  const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const jwk = createPublicKey({ key: { kty: 'RSA', n: toText(n), e: toText(e) }, format: 'jwk' });
  const { enabled, createdOn, expiresOn } = properties;
  return {
    id: formatKeyVaultId(parseKeyVaultId(id)),
    publicKey: new Uint8Array(jwk.export({ format: 'der', type: 'spki' })),
    enabled: enabled !== false,
    ...(createdOn !== undefined && { createdAt: createdOn.toISOString() }),
    ...(expiresOn !== undefined && { expiresAt: expiresOn.toISOString() }),
  };
}

function unfit(id: string, reason: string): UserError {
  return new UserError({
    code: 'KEY_INVALID',
    message: `The Key Vault key ${id} cannot be a recipient: ${reason}.`,
    resource: id,
    next: 'Make an RSA key of at least 2,048 bits whose operations include unwrapKey: az keyvault key create --kty RSA.',
  });
}
