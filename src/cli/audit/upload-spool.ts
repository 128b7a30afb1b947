import type { CommandContext } from '../command.ts';
import { printable } from '../render/printable.ts';
import { formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

const EXIT_REFUSED = 13;

/** `holdfast audit upload`: brings what waits on this machine into the vault. */
export async function uploadSpool({ house, output, audit }: CommandContext): Promise<number> {
  const vault = await house.openVault();
  const { folder } = await vault.audit.spool();
  const { uploaded, refused } = await vault.audit.upload();
  audit.note({ uploaded, ...(refused.length === 0 ? {} : { refused }) });
  const document: OutputDocument<'audit-upload'> = { schema: 'holdfast/audit-upload/1', folder, uploaded, refused };
  const lines = (): string[] => [
    uploaded.length === 0 && refused.length === 0
      ? `Nothing waits in ${printable(folder)}.`
      : `Brought ${formatCounted(uploaded.length, 'batch', 'batches')} of the audit trail into the vault.`,
    ...refused.map((name) => output.style.red(`${printable(name)} stays: the vault holds something else there.`)),
  ];
  await output.document(document, lines, { ndjson: () => [document] });
  return refused.length === 0 ? 0 : EXIT_REFUSED;
}
