import { IntegrityError } from '../core/errors.ts';

const NEXT = 'Run holdfast verify to see which points need it; restore the blob from the backup of the vault.';

/** Bytes in the vault are not what was written. */
export function damaged(name: string, reason: string, cause?: unknown): IntegrityError {
  return new IntegrityError({
    code: 'VAULT_DAMAGED',
    message: `${name} is damaged: ${reason}.`,
    damaged: name,
    next: NEXT,
    cause,
  });
}

/** A signature does not hold, or its signer may not sign this. */
export function badSignature(name: string, reason: string): IntegrityError {
  return new IntegrityError({
    code: 'SIGNATURE_INVALID',
    message: `${name} is not to be trusted: ${reason}.`,
    damaged: name,
    next: 'Find out who could write to the vault; use another point.',
  });
}
