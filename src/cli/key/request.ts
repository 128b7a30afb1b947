import { oneRoot } from '../../core/keyring-plan.ts';
import type { CommandContext } from '../command.ts';
import { printable } from '../render/printable.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { readRole } from './add.ts';

/** `key request`: a key file here, and what the holder of root.key has to be told: no private key travels. */
export async function requestKey(context: CommandContext): Promise<number> {
  const { house, flags, output } = context;
  const role = readRole(context);
  if (role === 'root') throw oneRoot();
  const keeper = house.keyKeeper();
  const { vault } = await keeper.read();
  const { file, recipient, signingKey } = await keeper.createKey(role, flags.find('out'));
  const signing = signingKey === undefined ? '' : ` --signing-key ${signingKey}`;
  const command = `holdfast key add --role ${role} --recipient ${recipient}${signing}`;
  const document: OutputDocument<'key-request'> = {
    schema: 'holdfast/key-request/1',
    vaultId: vault,
    role,
    file,
    recipient,
    ...(signingKey !== undefined && { signingKey }),
    command,
  };
  await output.document(document, () => [
    `The new ${role} key is in ${printable(file)}. It opens nothing until it is added.`,
    '',
    'Whoever holds root.key runs:',
    `  ${command}`,
  ]);
  return 0;
}
