import type { AuditAction } from '../../core/audit/audit-action.ts';
import { factText } from '../../core/audit/siem-event.ts';
import type { Output } from '../output.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatTime } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

type Document = OutputDocument<'audit-list'>;

export function describeActions(actions: readonly AuditAction[]): Document {
  return { schema: 'holdfast/audit-list/1', actions: actions.map(describeAction) };
}

export function describeAction(action: AuditAction): Document['actions'][number] {
  const { principal, ...rest } = action;
  return { ...rest, principal: principal ?? null };
}

/** A line for each action, and one below it for on what and why. */
export function renderActions(actions: readonly AuditAction[], { style, width }: Output): string[] {
  if (actions.length === 0) return ['No actions.'];
  const widest = Math.max(...actions.map(({ action }) => action.length));
  return actions.flatMap((action) => [
    [formatTime(action.at), action.action.padEnd(widest), paintResult(action, style), printable(whoOf(action))].join(
      '  ',
    ),
    ...wrapText(printable(subjectOf(action)), width - 4).flatMap((line) => (line === '' ? [] : [`    ${line}`])),
  ]);
}

function paintResult({ result, code }: AuditAction, style: Output['style']): string {
  const text = code === undefined ? result : `${result} (${code})`;
  if (result === 'done') return style.green(text);
  return result === 'failed' ? style.red(text) : style.yellow(text);
}

function whoOf({ principal, host }: AuditAction): string {
  return `${principal?.name ?? 'unknown'}@${host ?? 'unknown'}`;
}

/** `acme-prod p1234…: why`, with break-glass first. */
function subjectOf({ organization, facts, reason, breakGlass, given }: AuditAction): string {
  const point = facts['point'] ?? given['POINT'] ?? given['point'];
  const parts = [organization, point, facts['ids']].flatMap((part) => (part === undefined ? [] : [factText(part)]));
  const why = [
    ...(breakGlass === undefined ? [] : [`BREAK-GLASS ${breakGlass}`]),
    ...(reason === undefined ? [] : [reason]),
  ];
  return `${parts.join(' ')}${why.length === 0 ? '' : `: ${why.join('; ')}`}`;
}
