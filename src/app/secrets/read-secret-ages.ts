import { HoldfastError } from '../../core/errors.ts';
import { judgeSecret, type SecretReading, type SecretRules, type SecretStatus } from '../../core/secret-age.ts';
import type { SecretSource } from '../ports/secrets.ts';

/**
 * Reads all sources at once and judges what they have. A source that cannot be read is one row of state `unknown` with the
 * reason; an interruption is thrown.
 */
export async function readSecretAges(
  sources: readonly SecretSource[],
  rules: SecretRules,
  signal: AbortSignal,
): Promise<readonly SecretStatus[]> {
  const read = await Promise.all(sources.map((source) => readOrExplain(source)));
  signal.throwIfAborted();
  return read.flat().map((reading) => judgeSecret(reading, rules));
}

async function readOrExplain(source: SecretSource): Promise<readonly SecretReading[]> {
  const { kind, name, remedy } = source;
  try {
    return await source.read();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return [{ kind, name, unknown: error.message, remedy: error.next ?? remedy }];
  }
}
