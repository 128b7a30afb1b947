import { readEvents } from '../../app/audit/read-actions.ts';
import type { StoredAuditRecord } from '../../app/ports/audit.ts';
import { toCef } from '../../core/audit/cef.ts';
import { toOcsf } from '../../core/audit/ocsf.ts';
import type { SiemEvent } from '../../core/audit/siem-event.ts';
import type { CommandContext } from '../command.ts';
import { printable, safeJson } from '../render/printable.ts';
import { readRange } from './read-range.ts';

type Format = (stored: StoredAuditRecord, event: SiemEvent) => string;

const formats: Readonly<Record<string, Format>> = {
  jsonl: (stored) => safeJson(formatRecord(stored)),
  ocsf: (_, event) => safeJson(JSON.stringify(toOcsf(event))),
  cef: (_, event) => printable(toCef(event)),
};

/** `holdfast audit export`: every record of the range, one a line. */
export async function exportTrail(context: CommandContext): Promise<number> {
  const { house, flags, output } = context;
  const range = readRange(context);
  const format = formats[flags.get('format')];
  const vault = await house.openVault();
  for await (const { stored, event } of readEvents(vault.audit, range)) {
    if (output.isClosed()) break;
    if (format !== undefined) await output.write(`${format(stored, event)}\n`);
  }
  return 0;
}

/** The record with its place; its own text stands in it as it was signed, so that its hash can be checked. */
export function formatRecord({ line, hash, batch, index, signer, time }: StoredAuditRecord): string {
  const place = JSON.stringify({ hash, batch, index, time, signer: `${signer.role} ${signer.fingerprint}` });
  return `${place.slice(0, -1)},"record":${line}}`;
}
