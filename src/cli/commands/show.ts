import { resolveOrganization, resolvePoint } from '../../app/points.ts';
import type { PointDetails } from '../../core/point.ts';
import type { Command } from '../command.ts';
import type { Output } from '../output.ts';
import { usualFormats } from '../output.ts';
import { suspectedCredentialsSarif } from '../render/point-sarif.ts';
import { pointMarkdown } from '../render/point-markdown.ts';
import { renderLedger, renderNotCaptured } from '../render/ledger.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatBytes, formatCount, formatTime } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { describeScope } from './points.ts';

export const show: Command = {
  arguments: [{ name: 'POINT', summary: 'an id, a unique prefix of it, a time, or latest' }],
  options: [],
  formats: [...usualFormats, 'ndjson', 'markdown', 'sarif'],
  details: [
    'With -o ndjson each row of the ledger is a line. Credentials in clear that a scan of bundles and configuration suspects',
    'are listed by place, never with the value; -o sarif has them alone, for code scanning.',
  ],
  vaultAsOf: 'reads',
  examples: ['holdfast show latest', 'holdfast show 2026-01-15T08:00:00Z -o json'],
  async run({ house, flags, output, progress, clock, argument }) {
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    const { details } = await resolvePoint(vault, organization, argument('POINT'), {
      nowMs: clock.epochMs(),
      progress,
    });
    const document: OutputDocument<'show'> = { schema: 'holdfast/show/1', ...details };
    await output.document(document, () => renderPoint(details, output), {
      ndjson: () => details.ledger,
      markdown: () => pointMarkdown(details),
      sarif: () => suspectedCredentialsSarif(details),
    });
    return 0;
  },
};

function renderPoint(point: PointDetails, output: Output): string[] {
  const { style } = output;
  const rows: [string, string][] = [
    ['Point', style.bold(point.id)],
    ['Organization', printable(point.organization)],
    ['Grade', `${point.grade}${point.consistent ? '' : ' (some things moved while it was taken)'}`],
    ['Scope', printable(describeScope(point.scope))],
    ['Taken', `${formatTime(point.startedAt)} to ${formatTime(point.endedAt)}`],
    ['Time', `${formatTime(point.time)} (${point.timeAttested ? 'attested by the store' : 'as signed'})`],
    ['Epoch', `${point.epoch}${point.parent === undefined ? '' : `, after ${point.parent}`}`],
    ['Resources', `${formatCount(point.resources)}, ${formatBytes(point.bytesWritten)} written`],
    ['Calls', describeCalls(point)],
    ['Signed by', printable(point.signer)],
    ['Taken by', printable(`${point.tool}, as ${point.identity}`)],
  ];
  return [
    ...rows.map(([name, value]) => `${style.dim(name.padEnd(13))}${value}`),
    '',
    ...renderLedger(point.ledger, output, 'all'),
    ...notesOf(point, output),
    ...section('Moved while it was taken:', point.moved, output),
    ...section('Credentials found in configuration (seen by reader.key):', point.findings, output),
    '',
    ...renderNotCaptured(point.notCaptured, output),
  ];
}

/** `1,204 calls (floor 1,100, efficiency 91 %)`, or without `unit` where that stands before it. */
export function describeCalls(point: Pick<PointDetails, 'calls' | 'floor' | 'efficiency'>, unit = ''): string {
  return `${formatCount(point.calls)}${unit} (floor ${formatCount(point.floor)}, efficiency ${Math.round(point.efficiency * 100)} %)`;
}

function notesOf(point: PointDetails, output: Output): string[] {
  const notes = point.ledger.flatMap(({ kind, notes: said }) => said.map((note) => `${kind}: ${note}`));
  return section('Left out on purpose:', notes, output);
}

function section(title: string, lines: readonly string[], output: Output): string[] {
  if (lines.length === 0) return [];
  const wrapped = lines.flatMap((line) => wrapText(printable(line), output.width - 4));
  return ['', title, ...wrapped.map((line) => `  ${line}`)];
}
