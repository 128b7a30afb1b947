import { assertOrganizationIsThere, resolveOrganization } from '../../app/points.ts';
import type { PointSummary, Scope } from '../../core/point.ts';
import type { Command } from '../command.ts';
import type { Output } from '../output.ts';
import { usualFormats } from '../output.ts';
import { codeCell, codeSpan, markdownRows } from '../render/markdown.ts';
import { printable } from '../render/printable.ts';
import { formatBytes, formatCount, formatTime } from '../render/quantity.ts';
import { renderTable } from '../render/table.ts';
import type { OutputDocument } from '../schema/documents.ts';

export const points: Command = {
  arguments: [],
  options: [],
  formats: [...usualFormats, 'ndjson', 'markdown'],
  details: [
    'Oldest first. A point that cannot be trusted is listed by name, and the exit code is 13.',
    'With -o ndjson each point is a line.',
  ],
  vaultAsOf: 'reads',
  examples: ['holdfast points', 'holdfast points -o json'],
  async run({ house, flags, output }) {
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    const listed = await vault.listPoints(organization);
    if (listed.points.length + listed.damaged.length === 0) await assertOrganizationIsThere(vault, organization);
    const damaged = listed.damaged.map(({ name, error }) => ({ name, reason: error.message }));
    const document: OutputDocument<'points'> = {
      schema: 'holdfast/points/1',
      organization,
      points: listed.points,
      damaged,
    };
    await output.document(
      document,
      () => [
        ...renderPoints(listed.points, output),
        ...damaged.map(({ name, reason }) => output.style.red(`damaged  ${printable(name)}: ${printable(reason)}`)),
      ],
      {
        ndjson: () => [...listed.points, ...damaged.map((one) => ({ damaged: one }))],
        markdown: () => pointsMarkdown(listed.points, damaged),
      },
    );
    return damaged.length === 0 ? 0 : 13;
  },
};

function renderPoints(listed: readonly PointSummary[], output: Output): string[] {
  if (listed.length === 0) return ['No points yet. Take one with `holdfast backup`.'];
  return renderTable({
    columns: [
      { title: 'Point' },
      { title: 'Ended' },
      { title: 'Grade' },
      { title: 'Scope', flexible: true },
      { title: 'Resources', align: 'right' },
      { title: 'Written', align: 'right' },
    ],
    rows: listed.map((point) => [
      point.id,
      formatTime(point.endedAt),
      point.grade,
      // The column is narrow at 80 columns; `show` says it in full.
      point.scope.type === 'run' ? `run ${point.scope.run}` : describeScope(point.scope),
      formatCount(point.resources),
      formatBytes(point.bytesWritten),
    ]),
    width: output.width,
    style: output.style,
  });
}

function pointsMarkdown(
  listed: readonly PointSummary[],
  damaged: readonly { readonly name: string; readonly reason: string }[],
): readonly string[] {
  const rows = listed.map((point) => [
    codeCell(point.id),
    formatTime(point.endedAt),
    point.grade,
    codeCell(describeScope(point.scope)),
    formatCount(point.resources),
    formatBytes(point.bytesWritten),
  ]);
  const titles = ['point', 'ended', 'grade', 'scope', 'resources', 'written'];
  return [
    ...(listed.length === 0 ? ['No points yet.'] : markdownRows(titles, rows)),
    ...damaged.flatMap(({ name, reason }) => ['', `**damaged** ${codeSpan(name)}: ${codeSpan(reason)}`]),
  ];
}

/** `all`, `selection`, or `before run 3`. */
export function describeScope(scope: Scope): string {
  switch (scope.type) {
    case 'all':
      return 'all';
    case 'selection': {
      const { only, kinds, preset } = scope.selection;
      return ['only', ...(preset === undefined ? [] : [preset]), ...kinds, ...only].join(' ');
    }
    case 'run':
      return `before run ${scope.run}`;
  }
}
