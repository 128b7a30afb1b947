import type { KeyringState } from '../../core/keyring-plan.ts';
import type { CommandContext } from '../command.ts';
import type { Output } from '../output.ts';
import { renderTable } from '../render/table.ts';
import { formatTime } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

type KeyList = OutputDocument<'key-list'>;

/** `key list`: who may open and sign what. Needs no key. */
export async function listKeys({ house, output }: CommandContext): Promise<number> {
  const document = describeKeys(await house.keyKeeper().read());
  await output.document(document, () => renderKeys(document, output));
  return 0;
}

function describeKeys(state: KeyringState): KeyList {
  return {
    schema: 'holdfast/key-list/1',
    vaultId: state.vault,
    root: state.root,
    keyring: state.number,
    createdAt: state.createdAt,
    generation: state.generation,
    generations: state.generations,
    recipients: state.recipients.map((recipient) => ({
      ...recipient,
      kind: recipient.recipient.startsWith('akv:') ? ('key-vault' as const) : ('age' as const),
    })),
    signers: state.signers,
  };
}

function renderKeys(document: KeyList, { width, style }: Output): string[] {
  const { generation, generations, recipients, signers } = document;
  const since = generations.find((one) => one.generation === generation)?.since ?? document.createdAt;
  return [
    `Vault ${style.bold(document.vaultId)}`,
    `Root key ${document.root}; keyring ${document.keyring} of ${formatTime(document.createdAt)}; generation ${generation} since ${formatTime(since)}.`,
    '',
    ...renderTable({
      columns: [{ title: 'Opens as' }, { title: 'Recipient', flexible: true }, { title: 'Since' }],
      rows: recipients.map((one) => [one.role, one.recipient.replace(/^akv:/, ''), formatTime(one.since)]),
      width,
      style,
    }),
    '',
    ...renderTable({
      columns: [{ title: 'Signs as' }, { title: 'Fingerprint' }, { title: 'Since' }, { title: 'Revoked' }],
      rows: signers.map((one) => [
        one.role,
        one.fingerprint,
        formatTime(one.since),
        one.revoked === undefined ? '' : formatTime(one.revoked),
      ]),
      width,
      style,
    }),
  ];
}
