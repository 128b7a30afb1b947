import type { SecretKind, SecretReading } from '../../core/secret-age.ts';

/** A place where secrets live that get old. */
export interface SecretSource {
  readonly kind: SecretKind;
  /** The place in words, for a row of its own when it cannot be read. */
  readonly name: string;
  /** What to do so that it can be read. */
  readonly remedy: string;
  /** Complete, or throws. Never a secret. */
  read(): Promise<readonly SecretReading[]>;
}
