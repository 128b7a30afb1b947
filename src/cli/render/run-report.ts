import type { ResourceReport, RunReport } from '../../core/plan.ts';
import type { Output } from '../output.ts';
import { printable, sentence, wrapText } from './printable.ts';
import { formatCount, formatCounted, formatDuration } from './quantity.ts';

const verdicts: Readonly<Record<RunReport['status'], string>> = {
  done: 'Done: every planned call was sent and what was written reads back as planned.',
  partial: 'Partial: not every planned call could be carried out.',
  differs: 'Something reads back otherwise than planned.',
};

const sentButOpen = 'Partial: every planned call was carried out, but part of the organization could not be compared.';

const order: readonly ResourceReport['result'][] = [
  'failed',
  'differs',
  'notExecuted',
  'skipped',
  'created',
  'updated',
  'deleted',
  'same',
];

/** What became of each resource of a run, the bad news first. */
export function renderRunReport(report: RunReport, output: Output): string[] {
  const { style, width } = output;
  const residue = section(
    'Cannot be restored:',
    report.cannotRestore.map(({ id, why, next }) => `${id === '' ? '' : `${id}: `}${sentence(why)} ${next}`),
    width,
  );
  if (report.calls.planned === 0) {
    return residue.length === 0 && report.status === 'done'
      ? [style.green('Nothing to do: the organization is as the point has it.')]
      : [style.yellow('Nothing to do: no call would bring the organization nearer to the point.'), ...residue];
  }
  const { planned, done, failed, skipped, notExecuted } = report.calls;
  const allSent = failed === 0 && notExecuted === 0;
  const words = report.status === 'partial' && allSent ? sentButOpen : verdicts[report.status];
  const verdict = report.status === 'done' ? style.green(words) : style.yellow(words);
  const durationMs = Date.parse(report.endedAt) - Date.parse(report.startedAt);
  const others = [
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} not needed`] : []),
    ...(notExecuted > 0 ? [`${formatCount(notExecuted)} not sent`] : []),
  ];
  const calls = [`${formatCount(done)} of ${formatCounted(planned, 'planned call')} done`, ...others].join(', ');
  return [
    verdict,
    `Run ${report.run} of ${printable(report.organization)}: ${calls}, in ${formatDuration(durationMs)}.`,
    `The touched resources as they were before: point ${report.safetyPoint}.`,
    '',
    ...order
      .flatMap((result) => report.resources.filter((resource) => resource.result === result))
      .flatMap((resource) => renderResource(resource, output)),
    ...residue,
    ...section(
      'Named anew by the server:',
      report.identityMap.map(({ id, was, is }) => `${id}: was ${was}, is ${is}`),
      width,
    ),
  ];
}

function renderResource({ id, label, result, why }: ResourceReport, { style, width }: Output): string[] {
  const isGood = result === 'created' || result === 'updated' || result === 'deleted' || result === 'same';
  const word = (isGood ? style.green : style.yellow)(result.padEnd(11));
  const named = label === undefined || id.endsWith(label) ? '' : ` (${label})`;
  const reasons =
    why === undefined ? [] : wrapText(printable(why), width - 13).map((line) => style.dim(`             ${line}`));
  return [`  ${word}${printable(id + named)}`, ...reasons];
}

function section(title: string, texts: readonly string[], width: number): string[] {
  if (texts.length === 0) return [];
  const lines = texts.flatMap((text) =>
    wrapText(printable(text), width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`),
  );
  return ['', title, ...lines];
}
