import type { OutputDocument } from '../schema/documents.ts';
import type { JunitCase, JunitReport } from './junit.ts';
import type { SarifReport } from './sarif.ts';

type SecretsStatus = OutputDocument<'secrets-status'>;

/** Each secret as a test case: overdue is a failure, unknown an error. */
export function secretsJunit({ secrets }: SecretsStatus): JunitReport {
  const cases = secrets.map(({ kind, name, state, evidence, remedy }): JunitCase => {
    const common = { classname: `holdfast.secrets.${kind}`, name };
    if (state === 'ok') return common;
    const lines = remedy === undefined ? [] : [remedy];
    return { ...common, outcome: { type: state === 'overdue' ? 'failure' : 'error', message: evidence, lines } };
  });
  return { name: 'secrets', suites: [{ name: 'secrets status', cases }] };
}

/** What is overdue as errors, what is not known as warnings. */
export function secretsSarif({ secrets }: SecretsStatus): SarifReport {
  return {
    rules: [
      { id: 'secrets/overdue', text: 'A secret is older than it may be, or ends soon.' },
      { id: 'secrets/unknown', text: 'The age of a secret could not be found out.' },
    ],
    results: secrets
      .filter(({ state }) => state !== 'ok')
      .map(({ kind, name, state, evidence, remedy }) => ({
        rule: `secrets/${state}`,
        level: state === 'overdue' ? ('error' as const) : ('warning' as const),
        message: `${name}: ${evidence}${remedy === undefined ? '' : ` ${remedy}`}`,
        thing: { kind, name },
        uri: `secrets/${kind}/${encodeURIComponent(name)}`,
        fingerprint: `secrets/${state} ${kind} ${name}`,
      })),
  };
}
