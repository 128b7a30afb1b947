/** Where a secret lives that gets old. */
export type SecretKind =
  | 'vault-key'
  | 'key-vault-key'
  | 'configured'
  | 'app-key'
  | 'service-account-key'
  | 'storage-account-key';

/** What was found out about one secret, or about a place where there may be some. Never the secret. */
export interface SecretReading {
  readonly kind: SecretKind;
  readonly name: string;
  /** When it was made or last rotated. */
  readonly madeAt?: string;
  /** When it ends by itself. */
  readonly expiresAt?: string;
  /** Over the usual age. */
  readonly maxAgeDays?: number;
  /** What is wrong with it whatever its age. */
  readonly problem?: string;
  /** Why its age is not known. */
  readonly unknown?: string;
  /** What is said about it besides. */
  readonly note?: string;
  /** How it is rotated, as an imperative sentence. */
  readonly remedy: string;
}

export interface SecretStatus {
  readonly kind: SecretKind;
  readonly name: string;
  readonly state: 'ok' | 'overdue' | 'unknown';
  readonly ageDays?: number;
  /** When it has to be rotated at the latest. */
  readonly dueAt?: string;
  readonly evidence: string;
  readonly remedy?: string;
}

export interface SecretRules {
  readonly nowMs: number;
  /** Age from which a secret is overdue. */
  readonly maxAgeDays: number;
}

/** Age from which a secret is overdue, where nobody said otherwise. */
export const DEFAULT_SECRET_AGE_DAYS = 90;
/** A secret that ends by itself has to be renewed this long before. */
export const RENEWAL_DAYS = 14;
const DAY_MS = 86_400_000;
/** A day may have begun where it was written down, and clocks differ. */
const CLOCKS_APART_MS = DAY_MS;

/** Whether a secret is due. What is not known is never ok. */
export function judgeSecret(reading: SecretReading, rules: SecretRules): SecretStatus {
  const { kind, name, remedy, madeAt, expiresAt, note } = reading;
  const { nowMs } = rules;
  const madeMs = madeAt === undefined ? Number.NaN : Date.parse(madeAt);
  const ageDays = Number.isNaN(madeMs) ? undefined : Math.max(0, Math.floor((nowMs - madeMs) / DAY_MS));
  const maxAgeDays = reading.maxAgeDays ?? rules.maxAgeDays;
  const dueMs = dueOf(madeMs, maxAgeDays, expiresAt);
  const dueAt = dueMs === undefined ? undefined : isoOf(dueMs);
  const common = {
    kind,
    name,
    ...(ageDays !== undefined && { ageDays }),
    ...(dueAt !== undefined && { dueAt }),
  };
  const told = (text: string): string => (note === undefined ? text : `${text} ${note}`);
  if (reading.problem !== undefined) return { ...common, state: 'overdue', evidence: told(reading.problem), remedy };
  if (reading.unknown !== undefined) return { ...common, state: 'unknown', evidence: told(reading.unknown), remedy };
  if (madeMs > nowMs + CLOCKS_APART_MS) {
    const evidence = told(`Its day, ${isoOf(madeMs).slice(0, 10)}, is yet to come, so its age is not known.`);
    return { kind, name, state: 'unknown', evidence, remedy };
  }
  if (dueMs === undefined) {
    return note === undefined
      ? { ...common, state: 'unknown', evidence: 'Its age is not known.', remedy }
      : { ...common, state: 'ok', evidence: note };
  }
  const age = ageDays === undefined ? '' : `${ageDays} days old`;
  const end = expiresAt === undefined ? '' : `ends on ${expiresAt.slice(0, 10)}`;
  const facts = [age, end].filter((text) => text !== '').join('; ');
  const evidence = told(`${facts.charAt(0).toUpperCase()}${facts.slice(1)}.`);
  return nowMs < dueMs ? { ...common, state: 'ok', evidence } : { ...common, state: 'overdue', evidence, remedy };
}

/** The earlier of its age's end and some time before its own; undefined where neither is known. */
function dueOf(madeMs: number, maxAgeDays: number, expiresAt: string | undefined): number | undefined {
  const byAge = Number.isNaN(madeMs) ? [] : [madeMs + maxAgeDays * DAY_MS];
  const endsMs = expiresAt === undefined ? Number.NaN : Date.parse(expiresAt);
  const byEnd = Number.isNaN(endsMs) ? [] : [endsMs - RENEWAL_DAYS * DAY_MS];
  const dues = [...byAge, ...byEnd];
  return dues.length === 0 ? undefined : Math.min(...dues);
}

/** `2026-11-29T00:00:00.000Z` of milliseconds since 1970; core has no Date of its own making. */
function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
