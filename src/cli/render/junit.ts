import { printable } from './printable.ts';

/** One thing that was checked. Without an outcome it passed. */
export interface JunitCase {
  /** What kind of thing it is, dotted: `holdfast.drift.proxy`. */
  readonly classname: string;
  readonly name: string;
  readonly outcome?: {
    /** `failure`: not as it should be; `error`: could not be checked; `skipped`: left out on purpose. */
    readonly type: 'failure' | 'error' | 'skipped';
    readonly message: string;
    readonly lines?: readonly string[];
  };
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

export interface JunitReport {
  readonly name: string;
  readonly suites: readonly JunitSuite[];
}

/** JUnit XML as CI systems read it (the form of Jenkins' junit-10.xsd). It has no times, because nothing here is timed. */
export function renderJunit({ name, suites }: JunitReport): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name, ...countsOf(all) })}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite ${attributes({ name: suite.name, ...countsOf(suite.cases), skipped: countOf(suite.cases, 'skipped') })}>`,
      ...suite.cases.flatMap(renderCase),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function renderCase({ classname, name, outcome }: JunitCase): string[] {
  const start = `    <testcase ${attributes({ name, classname })}`;
  if (outcome === undefined) return [`${start}/>`];
  const { type, message, lines = [] } = outcome;
  const opened = `      <${type} ${attributes({ message })}`;
  const text = lines.map(escapeXml).join('\n');
  return [`${start}>`, lines.length === 0 ? `${opened}/>` : `${opened}>${text}</${type}>`, '    </testcase>'];
}

function countsOf(cases: readonly JunitCase[]): Readonly<Record<string, number>> {
  return { tests: cases.length, failures: countOf(cases, 'failure'), errors: countOf(cases, 'error') };
}

function countOf(cases: readonly JunitCase[], type: NonNullable<JunitCase['outcome']>['type']): number {
  return cases.filter(({ outcome }) => outcome?.type === type).length;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(' ');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** One line of text for XML 1.0, which has no escape for control characters: they are shown as `\u{…}`. */
function escapeXml(text: string): string {
  return printable(text.toWellFormed())
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
