import { RemoteError } from '../../core/errors.ts';
import type { Reading } from '../../core/protection/readings.ts';

/**
 * A look at something in Azure: there, not there, or not readable, which is neither. Only what ends the run is thrown: no
 * credential, an interruption, a bug.
 */
export async function look<Facts>(read: () => Promise<Facts>): Promise<Reading<Facts>> {
  try {
    return { state: 'present', facts: await read() };
  } catch (error) {
    if (!(error instanceof RemoteError) || error.code === 'UNAUTHENTICATED') throw error;
    if (error.code === 'REMOTE_NOT_FOUND') return { state: 'absent', code: error.reason ?? 'ResourceNotFound' };
    return { state: 'unreadable', reason: error.message, next: error.next ?? '' };
  }
}

/** The same without one where there is nothing to look at. */
export function notAsked<Facts>(): Reading<Facts> {
  return { state: 'notAsked' };
}
