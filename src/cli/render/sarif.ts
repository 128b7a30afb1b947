import { readVersion } from '../version.ts';
import { printable, safeJson } from './printable.ts';

/** What a result is an instance of. */
export interface SarifRule {
  /** `drift/changed`. */
  readonly id: string;
  readonly text: string;
}

export interface SarifResult {
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  /** What is hurt: its kind in words, and its full name (a resource's id, a blob's name). */
  readonly thing?: { readonly kind: string; readonly name: string };
  /** Where it stands, as a relative URI: `organizations/acme-prod/apis/orders`. Code scanning shows nothing without a place. */
  readonly uri: string;
  /** From 1. */
  readonly line?: number;
  /** Tells the same result of two runs to be the same. */
  readonly fingerprint: string;
  /** Why it does not count. */
  readonly suppressed?: string;
}

export interface SarifReport {
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** A SARIF 2.1.0 log with one run, for code scanning. */
export function renderSarif({ rules, results }: SarifReport): string {
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Holdfast',
            version: readVersion(),
            rules: rules.map(({ id, text }) => ({ id, shortDescription: { text } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => describeResult(result, rules)),
      },
    ],
  };
  return `${safeJson(JSON.stringify(log, undefined, 2))}\n`;
}

function describeResult(result: SarifResult, rules: readonly SarifRule[]): object {
  const { rule, level, message, thing, uri, line, fingerprint, suppressed } = result;
  const location = {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(printable(uri)).replaceAll('%25', '%') },
      ...(line === undefined ? {} : { region: { startLine: line } }),
    },
    ...(thing === undefined
      ? {}
      : { logicalLocations: [{ kind: thing.kind, fullyQualifiedName: printable(thing.name) }] }),
  };
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level,
    message: { text: printable(message) },
    locations: [location],
    partialFingerprints: { 'holdfast/v1': printable(fingerprint) },
    ...(suppressed === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: printable(suppressed) }] }),
  };
}
