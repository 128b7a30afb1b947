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

/** Runs a reading of one point; damage that it meets names the point that is hurt, where no point is named yet. */
export async function hurting<Value>(point: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    throw namingPoint(error, point);
  }
}

/** The same for what is read piece by piece. */
export async function* hurtingEach<Value>(point: string, items: AsyncIterable<Value>): AsyncGenerator<Value> {
  try {
    yield* items;
  } catch (error) {
    throw namingPoint(error, point);
  }
}

function namingPoint(error: unknown, point: string): unknown {
  if (!(error instanceof IntegrityError) || error.points.length > 0) return error;
  const { code, message, damaged: name, next, resource, cause } = error;
  return new IntegrityError({
    code,
    message,
    damaged: name,
    points: [point],
    cause,
    ...(next === undefined ? {} : { next }),
    ...(resource === undefined ? {} : { resource }),
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
