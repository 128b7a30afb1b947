import type { OutputDocument } from '../schema/documents.ts';
import type { Output } from '../output.ts';
import type { JunitReport } from './junit.ts';
import { padToWidth, printable, wrapText } from './printable.ts';
import type { SarifReport } from './sarif.ts';

type Document = OutputDocument<'posture'>;
type Check = Document['checks'][number];

const STATE_COLUMN = 8;

export function renderPosture(document: Document, output: Output): string[] {
  const { style, width } = output;
  const { counts, weakened, comparedWith, record, notes } = document;
  const bullets = (text: string): string[] =>
    wrapText(printable(text), width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
  return [
    ...(weakened.length === 0 ? [] : [style.red(`WEAKER than at ${comparedWith ?? ''}:`)]),
    ...weakened.flatMap(({ id, before, now }) => bullets(`${id}: ${now} Before: ${before}`)),
    ...(weakened.length === 0 ? [] : ['']),
    ...document.checks.flatMap((check) => renderCheck(check, output)),
    '',
    `${counts.fail} fail, ${counts.unknown} unknown, ${counts.pass} pass.`,
    ...(weakened.length === 0 && comparedWith !== null ? [`Nothing is weaker than at ${comparedWith}.`] : []),
    ...(record === null ? [] : [`Recorded as ${printable(record)}.`]),
    ...notes.flatMap((note) => wrapText(printable(note), width)),
  ];
}

function renderCheck({ id, state, evidence, remedy }: Check, { style, width }: Output): string[] {
  const paint = state === 'pass' ? style.green : state === 'fail' ? style.red : style.yellow;
  const indent = ' '.repeat(STATE_COLUMN + 2);
  const lines = wrapText(printable(`${id}: ${evidence}`), width - indent.length);
  const next = remedy === undefined ? [] : wrapText(printable(`→ ${remedy}`), width - indent.length);
  return [
    ...lines.map((line, index) => `${index === 0 ? `  ${paint(padToWidth(state, STATE_COLUMN))}` : indent}${line}`),
    ...next.map((line) => `${indent}${style.dim(line)}`),
  ];
}

/** One test case for each check; a weakening is a failure of its own. */
export function postureJunit({ checks, weakened, accountId }: Document): JunitReport {
  const name = accountId.split('/').at(-1) ?? accountId;
  const cases = checks.map((check) => ({
    classname: 'holdfast.posture',
    name: check.id,
    ...(check.state === 'pass'
      ? {}
      : {
          outcome: {
            type: check.state === 'fail' ? ('failure' as const) : ('error' as const),
            message: check.evidence,
            lines: check.remedy === undefined ? [] : [check.remedy],
          },
        }),
  }));
  const worse = weakened.map(({ id, before, now }) => ({
    classname: 'holdfast.posture.weakened',
    name: id,
    outcome: { type: 'failure' as const, message: now, lines: [`Before: ${before}`] },
  }));
  return { name: 'posture', suites: [{ name, cases: [...cases, ...worse] }] };
}

/** What fails as errors, what is unknown as warnings; the place is the storage account. */
export function postureSarif({ checks, weakened, accountId }: Document): SarifReport {
  const open = checks.filter(({ state }) => state !== 'pass');
  const uri = accountId.replace(/^\//, '');
  return {
    rules: [
      ...open.map(({ id }) => ({ id: `posture/${id}`, text: `The check ${id} of the vault's protection.` })),
      ...(weakened.length === 0
        ? []
        : [{ id: 'posture/weakened', text: 'The protection of the vault became weaker.' }]),
    ],
    results: [
      ...open.map(({ id, state, evidence, remedy }) => ({
        rule: `posture/${id}`,
        level: state === 'fail' ? ('error' as const) : ('warning' as const),
        message: remedy === undefined ? evidence : `${evidence} ${remedy}`,
        thing: { kind: 'check', name: id },
        uri,
        fingerprint: `posture ${id}`,
      })),
      ...weakened.map(({ id, before, now }) => ({
        rule: 'posture/weakened',
        level: 'error' as const,
        message: `${id}: ${now} Before: ${before}`,
        thing: { kind: 'check', name: id },
        uri,
        fingerprint: `posture weakened ${id}`,
      })),
    ],
  };
}
