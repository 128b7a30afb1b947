import { findAuditHeads } from '../../core/audit/audit-record.ts';
import { examineTrail, isTampering } from '../../core/audit/examine-trail.ts';
import type { NamedHead } from '../../core/audit/audit-objects.ts';
import { UserError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import type { Output } from '../output.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

const EXIT_WAITING = 3;
const EXIT_TAMPERED = 13;

type Document = OutputDocument<'audit-verify'>;

/** `holdfast audit verify`: every finding by its kind; 13 when somebody tampered with the trail. */
export async function verifyTrail(context: CommandContext): Promise<number> {
  const { house, flags, output, progress } = context;
  const outside = await readOutsideHeads(context, flags.list('heads'));
  const vault = await house.openVault();
  progress.phase('reading the audit trail');
  const facts = await vault.audit.facts(outside);
  const { findings, ...counts } = examineTrail(facts);
  progress.clear();
  const document: Document = {
    schema: 'holdfast/audit-verify/1',
    result: findings.some(isTampering)
      ? 'tampered'
      : findings.some(({ kind }) => kind === 'waiting')
        ? 'waiting'
        : 'good',
    ...counts,
    headsKnown: facts.named.length,
    findings: findings.map((finding) => ({ ...finding, isTampering: isTampering(finding) })),
  };
  await output.document(document, () => renderTrail(document, output), { ndjson: () => document.findings });
  if (document.result === 'tampered') return EXIT_TAMPERED;
  return document.result === 'waiting' ? EXIT_WAITING : 0;
}

/** Heads that were kept outside the vault. UserError `USAGE` for a file without any. */
export async function readOutsideHeads({ house }: CommandContext, files: readonly string[]): Promise<NamedHead[]> {
  const heads: NamedHead[] = [];
  for (const file of files) {
    const found = findAuditHeads(await house.readTextFile(file));
    if (found.length === 0) {
      throw new UserError({
        code: 'USAGE',
        message: `${file} has no head of an audit trail.`,
        resource: file,
        next: 'Name a file that has some: the output of `holdfast backup -o json`, or what the monitor was told.',
      });
    }
    heads.push(...found.map((head) => ({ ...head, by: file })));
  }
  return heads;
}

function renderTrail(document: Document, { style, width }: Output): string[] {
  const { result, streams, batches, records, notOpened, headsKnown, findings } = document;
  const verdicts = {
    good: style.green('Good'),
    waiting: style.yellow('Not whole yet'),
    tampered: style.red('Tampered with'),
  };
  const counted = [
    formatCounted(streams, 'stream'),
    formatCounted(batches, 'batch', 'batches'),
    formatCounted(records, 'record'),
    `${formatCounted(headsKnown, 'head')} known from manifests and outside`,
  ];
  return [
    `${verdicts[result]}: ${counted.join(', ')}.`,
    ...(notOpened === 0
      ? []
      : [
          `${formatCounted(notOpened, 'batch', 'batches')} could not be opened: signatures and order hold, the records were not looked at.`,
        ]),
    ...findings.flatMap(({ kind, isTampering: isBad, object, reason }) =>
      wrapText(printable(`${object}: ${reason}`), width - 18).map((line, index) =>
        index === 0 ? `  ${(isBad ? style.red : style.yellow)(kind.padEnd(16))}${line}` : `${' '.repeat(18)}${line}`,
      ),
    ),
  ];
}
