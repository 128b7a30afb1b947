import { isRestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { HoldfastError, RemoteError } from '../core/errors.ts';

type Operation = 'get' | 'unwrapKey';

/** The answer as the library hands it on. */
const detailsSchema = z.looseObject({
  error: z.looseObject({
    code: z.optional(z.string()),
    message: z.optional(z.string()),
    innerError: z.optional(z.nullable(z.looseObject({ code: z.optional(z.string()) }))),
  }),
});

const ROOT = 'root.key opens the vault meanwhile.';

/** What Azure Key Vault refused, in our words; errors of our own as they are. */
export function keyVaultError(error: unknown, id: string, operation: Operation): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const status = isRestError(error) ? error.statusCode : undefined;
  const { code, message } = answerOf(error);
  const common = { operation: `${operation} of Key Vault`, resource: id, cause: error };
  if (status === undefined) {
    return new RemoteError({
      ...common,
      code: 'REMOTE_UNREACHABLE',
      message: `Azure Key Vault was not reached for ${id}: ${error instanceof Error ? error.message : 'no answer'}.`,
      next: 'Check the network, the name of the Key Vault and its firewall.',
    });
  }
  if (status === 401) {
    return new RemoteError({
      ...common,
      status,
      code: 'UNAUTHENTICATED',
      message: `Azure Key Vault does not accept the token for ${id}: ${message}`,
      next: 'Check identity.azure: the identity must be of the tenant of the Key Vault.',
    });
  }
  if (status === 429 || status >= 500) {
    return new RemoteError({
      ...common,
      status,
      code: 'REMOTE_FAILED',
      message: `Azure Key Vault answered ${status} for ${id}, also after retries.`,
      next: 'Run it again later.',
    });
  }
  const [what, next] = refusal(status, code, operation);
  return new RemoteError({
    ...common,
    status,
    code: 'KEY_VAULT_REFUSED',
    message: `Azure Key Vault refuses ${operation} with the key ${id}: ${what}${message === '' ? '' : ` (${message})`}.`,
    next,
  });
}

function refusal(status: number, code: string, operation: Operation): readonly [what: string, next: string] {
  if (status === 404) return ['there is no such key', `Recover it (az keyvault key recover); ${ROOT}`];
  if (code === 'KeyDisabled') return ['it is disabled', `Enable that version of the key; ${ROOT}`];
  if (code === 'KeyExpired') return ['it has expired', `Give that version of the key a later end; ${ROOT}`];
  if (code === 'ForbiddenByFirewall')
    return [
      'its firewall does not let this machine in',
      'Run where the Key Vault lets callers in, or add this network.',
    ];
  if (code === 'KeyOperationForbidden')
    return [`its permitted operations lack ${operation}`, `Add ${operation} to the operations of the key; ${ROOT}`];
  if (status === 403) {
    const role = operation === 'get' ? 'Key Vault Crypto User or Key Vault Reader' : 'Key Vault Crypto User';
    return [
      'this identity may not',
      `Grant it the role ${role} on the key (or ${operation} in the access policy), wait for it to take effect; ${ROOT}`,
    ];
  }
  return [`it answered ${status}`, `See what the answer says; ${ROOT}`];
}

function answerOf(error: unknown): { readonly code: string; readonly message: string } {
  const details = detailsSchema.safeParse(isRestError(error) ? error.details : undefined);
  if (!details.success) return { code: '', message: '' };
  const { code = '', message = '', innerError } = details.data.error;
  // The first line says it; the others name the caller by its ids.
  return { code: innerError?.code ?? code, message: message.split(/\r?\n/)[0]?.replace(/\.$/, '') ?? '' };
}
