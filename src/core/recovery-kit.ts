import { shortRecipient, type KeyringState } from './keyring-plan.ts';

/** What whoever finds the recovery kit has to know, without a secret: line by line, at most 100 columns. */
export function recoveryKitLines(state: KeyringState, place: string): readonly string[] {
  return [
    'HOLDFAST RECOVERY KIT',
    '',
    `Vault           ${place}`,
    `Vault id        ${state.vault}`,
    `Root key        ${state.root}`,
    `Keyring         ${state.number} of ${state.createdAt}, generation ${state.generation}`,
    '',
    'root.key opens everything in this vault and decides which keys count. Keep it offline, in two',
    'places, with this sheet. Whoever holds it can read every credential of the organization.',
    '',
    'Who has keys now:',
    ...state.recipients.map(
      ({ role, recipient, signer }) =>
        `  ${role.padEnd(9)} ${shortRecipient(recipient)}${signer === undefined ? '' : `  signs as ${signer}`}`,
    ),
    '',
    'When every other key is lost:',
    '  1. Put root.key into an empty folder on a machine that reaches the vault; install holdfast.',
    `  2. holdfast key list --vault ${place}`,
    '     Compare vault id and root key with those above.',
    `  3. holdfast key add --role restorer --vault ${place} --keys FOLDER`,
    '     and the same with --role writer: new keys, which open the past too.',
    '  4. holdfast restore --point latest, with restorer.key; holdfast backup, with writer.key.',
    '  5. holdfast key remove the lost ones, so that nobody who finds them opens what comes.',
    '  6. Put root.key away again.',
    '',
    'When holdfast cannot be had: docs/vault-format.md of its release describes every byte; a reader',
    'over Node alone, test/independent-reader/reader.mjs, opens the vault with root.key.',
    '',
    'Prove it now and then: holdfast key kit --check FILE opens the newest point of every',
    'organization with nothing but root.key.',
  ];
}
