import type { Output } from '../output.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { printable, wrapText } from './printable.ts';
import { formatBytes, formatCounted, formatTime } from './quantity.ts';

type Document = OutputDocument<'prune'>;

const INDENT = '      ';
const MOST_LEFT = 10;

/** What stays and why, what goes, what was marked, what was swept; refusals first. */
export function renderPrune(document: Document, output: Output): string[] {
  const { style } = output;
  return [
    ...wrap(`Retention of ${printable(document.organization)}: ${describePolicy(document)}`, output, '').map(
      style.bold,
    ),
    ...document.refusals.flatMap((text) => wrap(`Refused: ${text}`, output, '').map((line) => style.red(line))),
    ...renderEpochs(document, output),
    '',
    ...renderStays(document, output),
    '',
    ...renderGoes(document, output),
    ...renderLongerKeeps(document, output),
    ...renderMarks(document, output),
    ...renderSweeps(document, output),
    ...renderNext(document, output),
  ];
}

function describePolicy({ policy, graceDays }: Document): string {
  const { zone, minimumVerified, guaranteedDays, ...spans } = policy;
  const counted = Object.entries(spans).filter(([, kept]) => kept > 0);
  return [
    ...counted.map(([rule, kept]) => `${kept} ${rule}`),
    `all of ${formatCounted(guaranteedDays, 'day')}`,
    `at least ${minimumVerified} verified`,
    `grace ${formatCounted(graceDays, 'day')}`,
    zone,
  ].join(', ');
}

function renderEpochs({ epochs }: Document, output: Output): string[] {
  const open = epochs.slice(0, -1).filter(({ closed }) => !closed);
  return open.flatMap(({ epoch, why }) => wrap(`Epoch ${epoch} is open: ${why ?? ''}`, output, ''));
}

function renderStays({ stays }: Document, output: Output): string[] {
  if (stays.length === 0) return ['No point stays.'];
  return [
    `Stay: ${formatCounted(stays.length, 'point')}`,
    ...stays.flatMap(({ point, time, keeps }) => [
      `  ${point}  ${formatTime(time)}`,
      ...keeps.flatMap(({ why }) => wrap(why, output, INDENT)),
    ]),
  ];
}

function renderGoes({ action, goes, givenUp, objects, bytes, left }: Document, output: Output): string[] {
  if (goes.length + givenUp.length + objects + left.length === 0) return ['Nothing goes.'];
  const what = action === 'sweep' ? 'Nothing kept these before the sweep' : 'Would go';
  return [
    `${what}: ${formatCounted(goes.length, 'point')}, with ${formatCounted(objects, 'pack or index', 'packs and indexes')}, ${formatBytes(bytes)}`,
    ...goes.map(({ point, time, epoch }) => `  ${point}  ${formatTime(time)}  epoch ${epoch}`),
    ...givenUp.map((name) => `  given up: ${printable(name)}`),
    ...renderLeft(left, output),
  ];
}

function renderLeft(left: Document['left'], output: Output): string[] {
  if (left.length === 0) return [];
  const more = left.length - MOST_LEFT;
  return [
    `Held by the store though nobody needs it: ${formatCounted(left.length, 'object')}`,
    ...left
      .slice(0, MOST_LEFT)
      .flatMap(({ name, why, until }) =>
        wrap(`${name}: ${why}${until === undefined ? '' : ` until ${formatTime(until)}`}`, output, '  '),
      ),
    ...(more > 0 ? [`  and ${more} more: -o json names them`] : []),
  ];
}

function renderLongerKeeps({ longerKeeps }: Document, output: Output): string[] {
  if (longerKeeps.length === 0) return [];
  const text = `${formatCounted(longerKeeps.length, 'point')} that stay rest on blobs that are no longer protected: ${longerKeeps.map(({ point }) => point).join(', ')}. Extend the protection, or copy the vault.`;
  return ['', ...wrap(text, output, '')];
}

function renderMarks({ marks }: Document, output: Output): string[] {
  const shown = marks.filter(({ points, waiting, unfinished }) => points.length + waiting.length > 0 || unfinished);
  if (shown.length === 0) return [];
  return [
    '',
    'Marked before:',
    ...shown.flatMap(({ prune, markedAt, dueAt, void: reason, unfinished, points, waiting }) => {
      const when =
        reason === undefined ? `may be swept from ${formatTime(dueAt ?? '')}` : `counts for nothing: ${reason}`;
      const begun = unfinished ? '; its sweep was begun and did not end' : '';
      return [
        `prune ${prune} of ${formatTime(markedAt)}: ${formatCounted(points.length, 'point')}, ${when}${begun}`,
        ...waiting.map(({ point, dueAt: from }) => `${point} was held: it may be swept from ${formatTime(from)}`),
      ].flatMap((text) => wrap(text, output, '  '));
    }),
  ];
}

function renderSweeps({ action, sweeps }: Document, output: Output): string[] {
  if (action !== 'sweep') return [];
  if (sweeps.length === 0) return ['', 'No mark is due that has anything left to sweep. Nothing was deleted.'];
  return sweeps.flatMap(({ prune, points, withdrawn, objects, bytes, left }) => [
    '',
    output.style.bold(
      `Swept by prune ${prune}: ${formatCounted(points.length, 'point')}, ${formatCounted(objects, 'pack or index', 'packs and indexes')}, ${formatBytes(bytes)}`,
    ),
    ...points.map((point) => `  ${point}`),
    ...withdrawn.flatMap(({ point, why }) => wrap(`${point} stays: ${why}`, output, '  ')),
    ...renderLeft(left, output),
  ]);
}

function renderNext({ action, goes, graceDays, marked, marks, refusals }: Document, output: Output): string[] {
  if (refusals.length > 0) return ['', 'Nothing was written or deleted.'];
  if (action === 'sweep') return [];
  if (action === 'mark') {
    const text =
      marked === undefined
        ? 'There was nothing to mark that is not marked already.'
        : `Marked as prune ${marked}. In ${formatCounted(graceDays, 'day')} \`holdfast prune --sweep\` deletes what is then still kept by nothing.`;
    return ['', ...wrap(text, output, '')];
  }
  if (goes.length === 0) return ['', 'Nothing was written or deleted.'];
  const isMarked = marks.some(({ points }) => points.length > 0);
  const next = isMarked
    ? '`holdfast prune --sweep` deletes what is due.'
    : `\`holdfast prune --mark\` signs this; ${formatCounted(graceDays, 'day')} later \`holdfast prune --sweep\` deletes it.`;
  return ['', ...wrap(`Nothing was written or deleted. ${next}`, output, '')];
}

function wrap(text: string, { width }: Output, indent: string): string[] {
  return wrapText(printable(text), width - indent.length - 2).map(
    (line, index) => `${indent}${index === 0 || indent === '' ? '' : '  '}${line}`,
  );
}
