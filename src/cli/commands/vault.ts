import { testStore } from '../../app/test-store.ts';
import type { StoreCheck } from '../../app/test-store.ts';
import { UserError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import type { Output } from '../output.ts';
import { padToWidth, printable, wrapText } from '../render/printable.ts';
import { formatBytes, formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

const EXIT_FINDINGS = 2;
const EXIT_UNKNOWN = 3;
const STATE_COLUMN = 12;

type Document = OutputDocument<'vault-test'>;

export const vault: Command = {
  arguments: [{ name: 'ACTION', summary: 'test: try out the place of --vault', choices: ['test'] }],
  options: [],
  audit: {
    effect: 'changes',
    whenArgument: { name: 'ACTION', words: ['test'] },
    begins: 'if-it-can',
  },
  details: [
    '`vault test` writes some two dozen small blobs (about 1 MiB) below probes/ in the place of --vault and says what the store',
    'guarantees to who runs it: names that are taken once, reading and listing at once, clocks, times that no writer chooses, that',
    'overwriting and deleting are refused, versions, speed. Run it with the identity of the backups. It exits 2 when there are',
    'findings, 3 when something could not be told. Probes are removed where that is allowed and named where it is not; readers of',
    'a vault pass them by. The container or folder has to exist; a vault need not be in it yet. Where one is, and a key',
    'that signs is at hand, the audit trail is told.',
  ],
  examples: ['holdfast vault test', 'holdfast vault test --vault az://mystorage/apigee-vault -o json'],
  async run({ argument, house, output, clock, progress, audit }) {
    const action = argument('ACTION');
    if (action !== 'test') {
      throw new UserError({
        code: 'USAGE',
        message: `There is no "vault ${action}".`,
        next: 'Use `holdfast vault test`.',
      });
    }
    progress.phase('trying out the store');
    const { probe, random } = await house.probeStore();
    const { description, checks, throughput, left } = await testStore({ probe, random, clock });
    progress.clear();
    const has = (state: StoreCheck['state']): boolean => checks.some((check) => check.state === state);
    const document: Document = {
      schema: 'holdfast/vault-test/1',
      store: description,
      result: has('finding') ? 'findings' : has('unknown') ? 'unknown' : 'ok',
      checks,
      throughput: { writeBytesPerSecond: throughput.write, readBytesPerSecond: throughput.read },
      left,
    };
    audit.note({ store: description, result: document.result, ...(left.length === 0 ? {} : { left }) });
    await output.document(document, () => renderTest(document, output));
    if (document.result === 'findings') return EXIT_FINDINGS;
    return document.result === 'unknown' ? EXIT_UNKNOWN : 0;
  },
};

function renderTest({ store, checks, throughput, left }: Document, output: Output): string[] {
  const { style, width } = output;
  const count = (state: StoreCheck['state']): number => checks.filter((check) => check.state === state).length;
  const speed = `${formatBytes(throughput.writeBytesPerSecond)} a second written, ${formatBytes(throughput.readBytesPerSecond)} read, in small blobs.`;
  const stays =
    left.length === 0
      ? ['The probes were removed again.']
      : wrapText(
          printable(
            `${formatCounted(left.length, 'probe')} could not be removed and will stay, as a store that lets nobody delete has it: ${left[0] ?? ''}${left.length > 1 ? ' and its neighbours' : ''}.`,
          ),
          width,
        );
  return [
    style.bold(printable(store)),
    ...checks.flatMap((check) => renderCheck(check, output)),
    '',
    speed,
    ...stays,
    `${formatCounted(count('finding'), 'finding')}, ${count('no-guarantee')} not guaranteed, ${count('unknown')} unknown, ${count('ok')} ok.`,
  ];
}

function renderCheck({ state, evidence, remedy }: StoreCheck, { style, width }: Output): string[] {
  const paint = state === 'ok' ? style.green : state === 'finding' ? style.red : style.yellow;
  const shown = state === 'no-guarantee' ? 'not promised' : state;
  const indent = ' '.repeat(STATE_COLUMN + 3);
  const lines = wrapText(printable(evidence), width - indent.length);
  const next = remedy === undefined ? [] : wrapText(printable(`→ ${remedy}`), width - indent.length);
  return [
    ...lines.map((line, index) => `${index === 0 ? `  ${paint(padToWidth(shown, STATE_COLUMN))} ` : indent}${line}`),
    ...next.map((line) => `${indent}${style.dim(line)}`),
  ];
}
