import type { PointDetails } from '../../core/point.ts';
import { codeCell, codeSpan, fitComment, markdownRows, markdownSection } from './markdown.ts';
import { formatBytes, formatCount, formatCounted, formatTime } from './quantity.ts';

/** A point with its ledger for a comment on a pull request. */
export function pointMarkdown(point: PointDetails): readonly string[] {
  const { ledger, moved, notCaptured } = point;
  const titles = ['kind', 'listed', 'captured', 'holes', 'n/a', 'unreadable', 'accepted', 'suspected credentials'];
  const rows = ledger.map((row) => [
    codeCell(row.kind),
    ...[row.listed, row.captured, row.denied + row.failed + row.vanished].map(formatCount),
    ...[row.notApplicable, row.unreadable, row.accepted, row.credentials].map(formatCount),
  ]);
  const head = [
    `### Point ${codeSpan(point.id)} of ${codeSpan(point.organization)}: **${point.grade}**`,
    '',
    `Taken ${formatTime(point.startedAt)} to ${formatTime(point.endedAt)} by ${codeSpan(point.tool)} as ${codeSpan(point.identity)}, signed by ${codeSpan(point.signer)}: ${formatCounted(point.resources, 'resource')}, ${formatBytes(point.bytesWritten)} written, ${formatCounted(point.calls, 'call')}.`,
    '',
    ...markdownRows(titles, rows),
  ];
  const exceptions = ledger.flatMap(({ kind, exceptions: gaps }) =>
    gaps.map(
      ({ at, state, reason }) =>
        `- **${state}** ${at === '' ? `every ${codeSpan(kind)}` : codeSpan(at)}: ${codeSpan(reason)}`,
    ),
  );
  const notes = ledger.flatMap((row) => row.notes.map((note) => `- ${codeSpan(row.kind)}: ${codeSpan(note)}`));
  return fitComment(
    [
      head,
      ...markdownSection('Exceptions', exceptions),
      ...markdownSection('Left out on purpose', notes),
      ...markdownSection(
        'Moved while it was taken',
        moved.map((line) => `- ${codeSpan(line)}`),
      ),
      ...markdownSection(
        'Suspected credentials in clear',
        point.findings.map((line) => `- ${codeSpan(line)}`),
      ),
      ['', `Not captured by this version: ${notCaptured.map(({ kind }) => codeSpan(kind)).join(', ')}.`],
    ],
    (left) => `${formatCounted(left, 'more line')} left out, to fit into a comment; \`-o json\` has all of it.`,
  );
}
