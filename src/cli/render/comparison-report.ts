import type { Comparison } from '../../app/compare.ts';
import type { Difference, FieldChange, IgnoredDifference } from '../../core/diff.ts';
import type { JunitCase, JunitReport } from './junit.ts';
import type { SarifReport, SarifResult, SarifRule } from './sarif.ts';

/** Which comparison it is of, and of whom. */
export interface ComparedThing {
  readonly verb: 'diff' | 'drift';
  readonly organization: string;
}

/**
 * A comparison as test cases: one for each kind, which passes when nothing of it differs, and one for each difference. What
 * could not be compared is an error, not a pass.
 */
export function comparisonJunit(comparison: Comparison, { verb, organization }: ComparedThing): JunitReport {
  const weighty = comparison.differences.filter(({ informational }) => !informational);
  const suites = comparison.summary.map(({ kind, same }) => {
    const own = weighty.filter((difference) => difference.kind === kind);
    const whole: JunitCase = { classname: `holdfast.${verb}`, name: kind };
    const message = `${own.length} of ${own.length + same} differ or are unknown`;
    const isUnknown = own.every(({ change }) => change === 'unknown');
    return {
      name: `${organization}: ${kind}`,
      cases: [
        own.length === 0 ? whole : { ...whole, outcome: { type: isUnknown ? 'error' : 'failure', message } as const },
        ...own.map((difference) => describeCase(difference, `holdfast.${verb}.${kind}`)),
        ...comparison.ignored
          .filter((difference) => difference.kind === kind)
          .map((difference) => describeIgnored(difference, `holdfast.${verb}.${kind}`)),
      ],
    };
  });
  return { name: `${verb} ${comparison.before} ${comparison.after}`, suites };
}

function describeCase(difference: Difference, classname: string): JunitCase {
  return {
    classname,
    name: nameOf(difference),
    outcome: {
      type: difference.change === 'unknown' ? 'error' : 'failure',
      message: sentenceOf(difference),
      lines: detailsOf(difference),
    },
  };
}

function describeIgnored(difference: IgnoredDifference, classname: string): JunitCase {
  const message = `ignored: ${sentenceOf(difference)}; ${ruleSentence(difference)}`;
  return { classname, name: nameOf(difference), outcome: { type: 'skipped', message } };
}

function ruleSentence({ ignoredBy: { rule, reason, until } }: IgnoredDifference): string {
  return `${rule} until ${until}: ${reason}`;
}

const ruleTexts: Readonly<Record<Difference['change'], string>> = {
  added: 'The newer side has a resource that the older one does not have.',
  removed: 'The older side has a resource that the newer one does not have.',
  changed: 'A resource differs between the two sides.',
  renamed: 'A resource stands under another id.',
  unknown: 'A side could not be read here, so nothing is claimed.',
};

/** Differences as results for code scanning; what is unknown is a note. */
export function comparisonSarif(comparison: Comparison, { verb, organization }: ComparedThing): SarifReport {
  const rules = Object.entries(ruleTexts).map(([change, text]): SarifRule => ({ id: `${verb}/${change}`, text }));
  const weighty = comparison.differences.filter(({ informational }) => !informational);
  const results = weighty.map((difference) => describeResult(difference, verb, organization));
  const suppressed = comparison.ignored.map((difference) => ({
    ...describeResult(difference, verb, organization),
    suppressed: ruleSentence(difference),
  }));
  return { rules, results: [...results, ...suppressed] };
}

function describeResult(difference: Difference, verb: ComparedThing['verb'], organization: string): SarifResult {
  const { id, kind, change } = difference;
  return {
    rule: `${verb}/${change}`,
    level: change === 'unknown' ? 'note' : 'warning',
    message: [sentenceOf(difference), ...detailsOf(difference)].join('\n'),
    thing: { kind, name: id },
    uri: ['organizations', encodeURIComponent(organization), ...(id === '' ? [] : [id])].join('/'),
    fingerprint: [verb, change, kind, id].join(' '),
  };
}

function nameOf({ id, kind }: Difference): string {
  return id === '' ? `every ${kind}` : id;
}

function sentenceOf(difference: Difference): string {
  const { change, label, note } = difference;
  const named = label === undefined || difference.id.endsWith(label) ? '' : ` (${label})`;
  return `${nameOf(difference)}${named}: ${change}${note === undefined ? '' : `: ${note}`}`;
}

function detailsOf({ fields, files, secretChanged, ignoredFields = [] }: Difference): string[] {
  return [
    ...fields.flatMap(fieldLines),
    ...(secretChanged ? ['a secret changed (hidden)'] : []),
    ...(ignoredFields.length === 0 ? [] : [`ignored by rule: ${ignoredFields.join(', ')}`]),
    ...files.flatMap(({ path, change, what, lines }) => [
      `${change === 'formatting' ? 'formatting only' : change}: ${what === 'file' ? '' : `${what}, `}${path}`,
      ...lines,
    ]),
  ];
}

function fieldLines({ path, before, after, hidden, lines }: FieldChange): readonly string[] {
  if (lines !== undefined) return [`${path}:`, ...lines];
  if (hidden) return [`${path}: changed (hidden)`];
  if (before === undefined && after === undefined) return [`${path}: changed`];
  const text = (value: unknown): string => (value === undefined ? '(absent)' : JSON.stringify(value));
  return [`${path}: ${text(before)} → ${text(after)}`];
}
