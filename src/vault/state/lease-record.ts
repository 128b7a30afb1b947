/** What is written beside a lease, for the one who is refused. */
export interface LeaseRecord {
  readonly organization: string;
  /** Who runs: a person or job, host and process, for people. */
  readonly holder: string;
  /** When the lease was taken, by the holder's wall clock. */
  readonly since: string;
  /** Different for each lease that was ever taken. */
  readonly nonce: string;
  readonly renewals: number;
  /** When it was last renewed, by the holder's wall clock. */
  readonly renewedAt: string;
}

const COUNTER_DIGITS = 10;

/** The record as bytes whose number does not depend on how often it was renewed, so that it can be rewritten in place. */
export function encodeLeaseRecord(record: LeaseRecord): Buffer {
  const renewals = String(record.renewals).padStart(COUNTER_DIGITS, '0');
  return Buffer.from(`${JSON.stringify({ ...record, renewals })}\n`);
}

/** The record in the bytes, or undefined when they hold none. */
export function findLeaseRecord(bytes: Uint8Array): LeaseRecord | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (typeof value !== 'object' || value === null) return undefined;
    const fields = new Map<string, unknown>(Object.entries(value));
    const text = (name: string): string => {
      const field = fields.get(name);
      if (typeof field !== 'string') throw new TypeError(`${name} is no text`);
      return field;
    };
    return {
      organization: text('organization'),
      holder: text('holder'),
      since: text('since'),
      nonce: text('nonce'),
      renewals: Number(text('renewals')),
      renewedAt: text('renewedAt'),
    };
  } catch {
    return undefined;
  }
}
