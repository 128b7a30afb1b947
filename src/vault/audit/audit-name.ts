import { compactTime } from '../manifest.ts';

/** Below it lies the trail. */
export const AUDIT_PREFIX = 'audit/';

const NAME = /^audit\/((\d{4})(\d{2})(\d{2})T\d{9}Z-[0-9a-f]{16})\/(\d{6})$/;

export interface AuditName {
  readonly stream: string;
  readonly number: number;
}

/** `<time>-<16 hex>` */
export function newStreamName(now: string, random: Uint8Array): string {
  return `${compactTime(now)}-${Buffer.from(random).toString('hex')}`;
}

export function batchName(stream: string, number: number): string {
  return `${AUDIT_PREFIX}${stream}/${String(number).padStart(6, '0')}`;
}

/** Undefined when the name is not one of a batch. */
export function parseBatchName(name: string): AuditName | undefined {
  const [, stream, , , , number] = NAME.exec(name) ?? [];
  return stream === undefined || number === undefined ? undefined : { stream, number: Number(number) };
}

/** Names of the streams that were opened on the day of an instant begin so. */
export function dayPrefix(instant: string): string {
  return `${AUDIT_PREFIX}${compactTime(instant).slice(0, 'YYYYMMDD'.length)}`;
}

/** The prefix of the day that the name of a stream says: it sorts as the days do. */
export function dayOfStream(stream: string): string {
  return `${AUDIT_PREFIX}${stream.slice(0, 'YYYYMMDD'.length)}`;
}
