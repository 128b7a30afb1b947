import { RemoteError } from './errors.ts';

/**
 * Whether what another side answered may pass, and how long it asked us to wait; any other error is for good. What must not be
 * repeated is not sent again where nobody knows whether it took effect.
 */
export function judgeRemoteError(
  error: unknown,
  { mayRepeat } = { mayRepeat: true },
): {
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
} {
  if (!(error instanceof RemoteError)) return { retryable: false };
  return { retryable: error.retryable && (mayRepeat || !error.ambiguous), retryAfterMs: error.retryAfterMs };
}
