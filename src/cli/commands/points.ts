import { assertOrganizationIsThere, resolveOrganization } from '../../app/points.ts';
import type { Vault } from '../../app/ports/vault.ts';
import { judgePoints } from '../../app/prune/judge-points.ts';
import type { PointSummary, Scope } from '../../core/point.ts';
import type { Command, CommandContext } from '../command.ts';
import { verbOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { usualFormats } from '../output.ts';
import { codeCell, codeSpan, markdownRows } from '../render/markdown.ts';
import { pruneContext } from '../prune-context.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatBytes, formatCount, formatCounted, formatTime } from '../render/quantity.ts';
import { renderTable } from '../render/table.ts';
import type { OutputDocument } from '../schema/documents.ts';

export const points: Command = {
  arguments: [],
  options: [verbOptions.why],
  formats: [...usualFormats, 'ndjson', 'markdown'],
  details: [
    'Oldest first. A point that cannot be trusted is listed by name, and the exit code is 13.',
    'With -o ndjson each point is a line. What was pruned stands apart from what is lost. With --why each point comes with',
    'the rules of `retention` in the configuration that keep it; `holdfast prune` shows what would go.',
  ],
  vaultAsOf: 'reads',
  examples: ['holdfast points', 'holdfast points --why', 'holdfast points -o json'],
  async run(context) {
    const { house, flags, output } = context;
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
      swept: listed.swept.map(({ point, prune, sweptAt, signer }) => ({ point, prune, sweptAt, signer })),
      ...(flags.is('why') ? { retention: await explain(context, vault, organization) } : {}),
    };
    context.progress.clear();
    await output.document(
      document,
      () => [
        ...renderPoints(listed.points, output),
        ...renderSwept(document),
        ...renderReasons(document, output),
        ...damaged.map(({ name, reason }) => output.style.red(`damaged  ${printable(name)}: ${printable(reason)}`)),
      ],
      {
        ndjson: () => {
          const keeps = new Map(document.retention?.map((one) => [one.point, { keeps: one.keeps }]));
          return [
            ...listed.points.map((point) => ({ ...point, ...keeps.get(point.id) })),
            ...damaged.map((one) => ({ damaged: one })),
            ...document.swept.map((one) => ({ swept: one })),
          ];
        },
        markdown: () => pointsMarkdown(listed.points, damaged),
      },
    );
    return damaged.length === 0 ? 0 : 13;
  },
};

async function explain(
  context: CommandContext,
  vault: Vault,
  organization: string,
): Promise<NonNullable<OutputDocument<'points'>['retention']>> {
  const { deps, request } = pruneContext(context, vault, organization);
  const { decision } = await judgePoints(deps, request);
  return decision.points.map(({ point, keeps }) => ({ point: point.id, keeps }));
}

function renderSwept({ swept }: OutputDocument<'points'>): string[] {
  const last = swept
    .map(({ sweptAt }) => sweptAt)
    .sort()
    .at(-1);
  if (last === undefined) return [];
  return [`${formatCounted(swept.length, 'point')} more were pruned, last on ${formatTime(last)}; they are not lost.`];
}

function renderReasons({ retention = [] }: OutputDocument<'points'>, { width }: Output): string[] {
  return retention.flatMap(({ point, keeps }) => [
    '',
    `${point} ${keeps.length === 0 ? 'is kept by nothing; `holdfast prune --mark` would mark it' : 'is kept:'}`,
    ...keeps.flatMap(({ why }) => wrapText(printable(why), width - 4).map((line) => `  ${line}`)),
  ]);
}

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
