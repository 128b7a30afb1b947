import { UserError } from '../../core/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { printable, wrapText } from '../render/printable.ts';
import { renderTable } from '../render/table.ts';
import { identityOptions, initIdentity } from './init-identity.ts';
import type { OutputDocument } from '../schema/documents.ts';

const instructions: readonly string[] = [
  'writer.key takes backups and compares. Keep it where backups run; it opens no content.',
  'reader.key shows contents and differences, without secrets. Give it to those who look.',
  'restorer.key opens secrets and signs restores. Keep it with those who restore, away from writer.key.',
  'verifier.key signs what verifications found. Keep it where points are verified; it opens no content.',
  'pruner.key signs which old points go. Keep it where old points are deleted, away from writer.key.',
  'root.key opens everything and decides which keys count. Move it offline, in two places, and delete it here.',
  'Without restorer.key and root.key nothing in this vault can be restored, by anyone.',
];

export const init: Command = {
  arguments: [
    { name: 'WHAT', summary: 'identity: what sets up Google and Azure', optional: true, choices: ['identity'] },
  ],
  options: identityOptions,
  audit: { effect: 'changes', begins: 'afterwards', unlessArgument: 'WHAT', signers: ['root'] },
  details: [
    'Makes writer.key, reader.key, restorer.key, verifier.key, pruner.key and root.key in the folder of --keys, then',
    'the vault of --vault and its state place. Anything that is there already is left untouched and ends it.',
  ],
  examples: [
    'holdfast init --vault file:./vault --keys ./keys',
    'holdfast init --vault az://mystorage/apigee-vault --keys ./keys',
    'holdfast init identity --host github --out ./identity',
    'holdfast init identity --roles',
  ],
  async run(context) {
    const what = context.findArgument('WHAT');
    if (what === 'identity') return initIdentity(context);
    assertVaultIsMeant(context, what);
    const { house, output, audit } = context;
    const made = await house.createVault();
    audit.note({ vault: made.id, place: made.description, state: made.state });
    const document: OutputDocument<'init'> = {
      schema: 'holdfast/init/1',
      vault: made.description,
      vaultId: made.id,
      state: made.state,
      keys: made.keys,
      instructions,
    };
    await output.document(document, () => [
      `Made the vault ${output.style.bold(printable(made.description))}, with its state in ${printable(made.state)}.`,
      '',
      ...renderTable({
        columns: [{ title: 'Key' }, { title: 'Fingerprint' }, { title: 'File' }],
        rows: made.keys.map(({ role, fingerprint, file }) => [role, fingerprint, file]),
        width: output.width,
        style: output.style,
      }),
      '',
      ...instructions.flatMap((line) =>
        wrapText(line, output.width - 2).map((part, index) => `${index === 0 ? '- ' : '  '}${part}`),
      ),
      '',
      'Next: `holdfast backup`.',
    ]);
    return 0;
  },
};

/** A misspelled word, or an option of the other form, must not make a vault. */
function assertVaultIsMeant({ flags }: CommandContext, what: string | undefined): void {
  const stray = identityOptions.find(({ name }) => flags.origin(name) === 'flag');
  if (what === undefined && stray === undefined) return;
  throw new UserError({
    code: 'USAGE',
    message: what === undefined ? `--${stray?.name ?? ''} belongs to init identity.` : `init knows no "${what}".`,
    next: 'Say `holdfast init` for keys and a vault, `holdfast init identity` for what sets up Google and Azure.',
  });
}
