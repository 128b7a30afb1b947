import type { ProtectionReport } from '../../app/protection/apply-protection-plan.ts';
import type { ProtectionStatus } from '../../app/protection/protection-status.ts';
import { nameOf } from '../../core/protection/arm-id.ts';
import type { JsonValue } from '../../core/json.ts';
import type { Reading } from '../../core/protection/readings.ts';
import type { ProtectionPlan, ProtectionStep } from '../../core/protection/protection-plan.ts';
import type { Output } from '../output.ts';
import { printable, sentence, wrapText } from './printable.ts';
import { formatCounted, formatTime } from './quantity.ts';

/** A protection plan for people: each request with its reason and what it changes. */
export function renderProtectionPlan(plan: ProtectionPlan, output: Output): string[] {
  const { style } = output;
  const heading = `Protection of ${style.bold(nameOf(plan.accountId))} by the Backup vault ${style.bold(nameOf(plan.vaultId))}`;
  const summary =
    plan.steps.length === 0 ? 'Nothing to do.' : `${formatCounted(plan.steps.length, 'request')} to send.`;
  return [
    heading,
    summary,
    ...plan.steps.flatMap((step, index) => renderStep(step, index, output)),
    ...renderList('In place', plan.inPlace, output),
    ...renderList('To know', plan.notes, output),
  ];
}

function renderStep(step: ProtectionStep, index: number, { style, width }: Output): string[] {
  const indented = (text: string): string[] => wrapText(printable(text), width - 5).map((line) => `     ${line}`);
  return [
    '',
    `${style.green(`${String(index + 1).padStart(2)}.`)}  ${printable(capitalized(step.what))}`,
    ...indented(step.why),
    ...step.changes.flatMap(({ field, from, to }) =>
      indented(`${field}: ${from === null ? '' : `${shown(from)} → `}${shown(to)}`),
    ),
    ...(step.awaitsRole === undefined ? [] : indented('Waits until the role of the vault’s identity counts.')),
  ];
}

function shown(value: JsonValue): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : (value as readonly JsonValue[]).map(shown).join(', ');
  return JSON.stringify(value);
}

function renderList(title: string, items: readonly string[], { style, width }: Output): string[] {
  if (items.length === 0) return [];
  return [
    '',
    style.bold(title),
    ...items.flatMap((item) =>
      wrapText(printable(sentence(capitalized(item))), width - 4).map(
        (line, index) => `${index === 0 ? '  · ' : '    '}${line}`,
      ),
    ),
  ];
}

export function renderProtectionReport(report: ProtectionReport, plan: ProtectionPlan, output: Output): string[] {
  const { style } = output;
  const vault = style.bold(nameOf(report.vaultId));
  const heading = {
    done:
      report.steps.length === 0
        ? `Nothing to do: the Backup vault ${vault} protects as asked for.`
        : `Done: the Backup vault ${vault} protects as asked for.`,
    partial: style.yellow(`Not all was done for the Backup vault ${nameOf(report.vaultId)}.`),
    differs: style.red(
      `All was sent for the Backup vault ${nameOf(report.vaultId)}, and it is still not as asked for.`,
    ),
  }[report.status];
  const steps = report.steps.flatMap(({ what, state, error }) => {
    const mark = { done: style.green('done'), failed: style.red('failed'), notExecuted: style.dim('not sent') }[state];
    const why = error === null ? [] : [error.message, ...(error.next === null ? [] : [`→ ${error.next}`])];
    return [
      `  ${mark}  ${printable(capitalized(what))}`,
      ...why.flatMap((text) => wrapText(printable(text), output.width - 8).map((line) => `        ${line}`)),
    ];
  });
  return [
    heading,
    ...steps,
    ...renderList('Still to do', report.remaining, output),
    ...(report.steps.length === 0 ? renderList('In place', plan.inPlace, output) : []),
    ...renderList('To know', report.notes, output),
  ];
}

export function renderProtectionStatus(status: ProtectionStatus, output: Output): string[] {
  const { instance, recoveryPoints, lastJob, wholeness } = status;
  const whole = wholeness?.newestExpectedWhole;
  const rows: readonly (readonly [string, string])[] = [
    ['Backup instance', seen(instance, (own) => `${own.name} in ${nameOf(own.vaultId)}: ${own.state}`)],
    ['Last backup job', seen(lastJob, (job) => `${job.status}, begun ${formatTime(job.startedAt)}`)],
    [
      'Newest recovery point',
      seen(recoveryPoints, ([newest]) =>
        newest === undefined ? NONE : `${newest.state ?? 'no known state'}, of ${formatTime(newest.time)}`,
      ),
    ],
    ['Newest point', wholeness === undefined ? NOT_KNOWN : pointText(wholeness.newestPoint)],
    [
      'Newest expected whole',
      wholeness === undefined
        ? NOT_KNOWN
        : whole === undefined
          ? NONE
          : `${pointText(whole)}, in the recovery point of ${formatTime(whole.recoveryPointTime)}`,
    ],
  ];
  const title = (text: string): string => text.padEnd(23);
  return [
    `Azure Backup of ${output.style.bold(nameOf(status.accountId))}`,
    ...rows.map(([name, text]) => `  ${title(name)}${printable(text)}`),
    ...renderList('Findings', status.findings, output),
    ...renderList('Not known', status.unknown, output),
    ...renderList(
      'To know',
      wholeness?.newestExpectedWhole === undefined
        ? []
        : [
            'Expected is not proven: replication keeps no order, and only a restore from the recovery point shows that a point is whole in it',
          ],
      output,
    ),
  ];
}

const NONE = 'none';
const NOT_KNOWN = 'not known';

function seen<Facts>(reading: Reading<Facts | undefined>, show: (facts: Facts) => string): string {
  if (reading.state === 'present') return reading.facts === undefined ? NONE : show(reading.facts);
  return reading.state === 'unreadable' ? NOT_KNOWN : NONE;
}

function pointText(point: { readonly id: string; readonly endedAt: string } | undefined): string {
  return point === undefined ? NONE : `${point.id}, ended ${formatTime(point.endedAt)}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
