import type { Plan, PlannedResource } from '../../core/plan.ts';
import type { Output } from '../output.ts';
import { renderIgnored } from './difference.ts';
import { printable, sentence, wrapText } from './printable.ts';
import { formatCount, formatCounted, formatDuration, formatTime } from './quantity.ts';
import type { Style } from './style.ts';

const SHOWN_FIELDS = 8;

/** A plan for people: counts first, then every resource with its reason, deletions by themselves, and what to know before agreeing. */
export function renderPlan(plan: Plan, output: Output): string[] {
  const { style } = output;
  const of = (change: PlannedResource['change']): PlannedResource[] =>
    plan.resources.filter((resource) => resource.change === change);
  const [creates, updates, deletes, shown] = [of('create'), of('update'), of('delete'), of('shown')];
  return [
    `Restore of ${style.bold(printable(plan.organization))} to ${plan.point} (${formatTime(plan.pointTime)})`,
    ...wrapText(summaryOf(plan), output.width),
    ...(plan.signerRevoked === undefined
      ? []
      : [
          style.red(
            `The key that signed this point is revoked since ${formatTime(plan.signerRevoked)}; it was named all the same.`,
          ),
        ]),
    ...section('Create', creates, { sign: '+', paint: style.green }, output),
    ...section('Update', updates, { sign: '~', paint: style.yellow }, output),
    ...section('Delete', deletes, { sign: '-', paint: style.red }, output),
    ...section('Left as it is, although it differs', shown, { sign: '·', paint: style.dim }, output),
    ...notes(
      'Cannot be restored',
      plan.cannotRestore.map(({ id, why, next }) => `${id}: ${sentence(why)} ${next}`),
      output,
    ),
    ...notes(
      'Unknown, so left alone',
      plan.unknown.map(({ id, kind, reason }) => `${id === '' ? `every ${kind}` : id}: ${reason}`),
      output,
    ),
    ...notes(
      'Risks',
      plan.risks.map(({ id, risk }) => `${id}: ${risk}`),
      output,
    ),
    ...renderIgnored(plan.ignored ?? [], output),
    ...renderSecrets(plan, output),
  ];
}

/** `12 to create, 3 to update, 1 to delete: 24 calls, about 8 s` */
function summaryOf(plan: Plan): string {
  const count = (change: PlannedResource['change']): string =>
    formatCount(plan.resources.filter((resource) => resource.change === change).length);
  if (plan.calls.length === 0) return 'Nothing to do.';
  const { mutatingCalls, reads, seconds } = plan.estimate;
  const effort = `${formatCounted(mutatingCalls, 'call that writes', 'calls that write')}, about ${formatCounted(reads, 'that reads', 'that read')}, about ${formatDuration(seconds * 1000)}`;
  return `${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete: ${effort}.`;
}

interface Mark {
  readonly sign: string;
  readonly paint: Style['bold'];
}

function section(title: string, resources: readonly PlannedResource[], mark: Mark, output: Output): string[] {
  if (resources.length === 0) return [];
  const { style, width } = output;
  const whys = resources.map(whyOf);
  const [first = ''] = whys;
  // What all have in common is said once.
  const common = whys.every((why) => why === first) ? first : undefined;
  const lines = resources.flatMap((resource, index) => {
    const label = resource.label === undefined || resource.id.endsWith(resource.label) ? '' : ` (${resource.label})`;
    const why = common === undefined ? wrapText(printable(whys[index] ?? ''), width - 6) : [];
    return [
      `  ${mark.paint(`${mark.sign} ${printable(resource.id)}`)}${printable(label)}`,
      ...why.map((line) => style.dim(`      ${line}`)),
    ];
  });
  const heading = `${style.bold(title)} (${formatCount(resources.length)})`;
  return ['', common === undefined ? heading : `${heading}: ${printable(common)}`, ...lines];
}

/** The reason with the first of the fields that differ. */
function whyOf({ reason, fields }: PlannedResource): string {
  const more = fields.length - SHOWN_FIELDS;
  const shown = fields.slice(0, SHOWN_FIELDS).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return shown === '' ? reason : `${reason}: ${shown}`;
}

function notes(title: string, texts: readonly string[], { style, width }: Output): string[] {
  if (texts.length === 0) return [];
  const lines = texts.flatMap((text) =>
    wrapText(printable(text), width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`),
  );
  return ['', `${style.bold(title)} (${formatCount(texts.length)})`, ...lines];
}

function renderSecrets({ secretsRequired }: Plan, output: Output): string[] {
  const byResource = new Map<string, string[]>();
  for (const { id, name } of secretsRequired) byResource.set(id, [...(byResource.get(id) ?? []), name]);
  const texts = [...byResource].map(([id, names]) => `${id}: ${[...new Set(names)].join(', ')}`);
  return notes('Secrets that applying opens with restorer.key', texts, output);
}
