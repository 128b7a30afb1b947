import { type KeyringState, shortRecipient } from '../../core/keyring-plan.ts';
import type { SecretReading } from '../../core/secret-age.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { WatchedSecrets } from '../ports/keys.ts';
import type { SecretSource } from '../ports/secrets.ts';

const SEE_LIST = 'Check the vault and its store: `holdfast key list` needs no key.';

/** The class keys of the vault and the keys of those who open it. */
export function vaultKeySource(read: () => Promise<KeyringState>): SecretSource {
  return {
    kind: 'vault-key',
    name: 'keys of the vault',
    remedy: SEE_LIST,
    read: async () => describeVaultKeys(await read()),
  };
}

/** The versions of Key Vault keys that the vault is wrapped to. */
export function keyVaultKeySource(read: () => Promise<KeyringState>, keyVault: KeyVault): SecretSource {
  return {
    kind: 'key-vault-key',
    name: 'Key Vault keys of the vault',
    remedy: SEE_LIST,
    read: async () => {
      const { recipients } = await read();
      const ids = recipients.flatMap(({ recipient }) => (recipient.startsWith('akv:') ? [recipient.slice(4)] : []));
      return Promise.all(ids.map((id) => readKeyVaultKey(id, keyVault)));
    },
  };
}

/** What the configuration says of secrets whose age nothing else can tell. */
export function configuredSource({ items = [] }: WatchedSecrets): SecretSource {
  return {
    kind: 'configured',
    name: 'secrets of the configuration',
    remedy: 'Mend the section `secrets` of the configuration.',
    read: async () =>
      items.map(({ name, kind, rotatedAt, maxAgeDays }) => ({
        kind: 'configured',
        name,
        madeAt: rotatedAt,
        ...(maxAgeDays !== undefined && { maxAgeDays }),
        note: `(${kind})`,
        remedy: `Rotate it where it was made, and write the new day into secrets.items.`,
      })),
  };
}

function describeVaultKeys({ generation, generations, recipients, signers }: KeyringState): SecretReading[] {
  const since = generations.find((one) => one.generation === generation)?.since;
  const linked = new Set(recipients.map(({ signer }) => signer));
  const alone = signers.filter(({ fingerprint, revoked }) => revoked === undefined && !linked.has(fingerprint));
  return [
    {
      kind: 'vault-key',
      name: `class keys, generation ${generation}`,
      ...(since !== undefined && { madeAt: since }),
      remedy: 'Begin new ones: `holdfast key rotate`.',
    },
    ...recipients
      .filter(({ recipient }) => !recipient.startsWith('akv:'))
      .map(({ role, recipient, since: madeAt }): SecretReading => {
        const name = `${role} key ${shortRecipient(recipient)}`;
        // Its age is no finding: it cannot be replaced, and lies offline.
        if (role === 'root')
          return {
            kind: 'vault-key',
            name,
            note: `Made with the vault; kept offline, and tried with \`holdfast key kit --check\`.`,
            remedy: '',
          };
        return {
          kind: 'vault-key',
          name,
          madeAt,
          remedy: `Replace it: \`holdfast key rotate ${shortRecipient(recipient)} --out FILE\`.`,
        };
      }),
    ...alone.map(({ role, fingerprint, since: madeAt }): SecretReading => {
      return {
        kind: 'vault-key',
        name: `${role} signing key ${fingerprint}`,
        madeAt,
        remedy: `Replace the ${role} key: \`holdfast key rotate ${role}\`.`,
      };
    }),
  ];
}

async function readKeyVaultKey(id: string, keyVault: KeyVault): Promise<SecretReading> {
  const newest = id.slice(0, id.lastIndexOf('/'));
  const remedy = `Make a new version (az keyvault key rotate), then \`holdfast key rotate ${id}\`.`;
  try {
    const used = await keyVault.getKey(id);
    return {
      kind: 'key-vault-key',
      name: id,
      ...(used.createdAt !== undefined && { madeAt: used.createdAt }),
      ...(used.expiresAt !== undefined && { expiresAt: used.expiresAt }),
      ...(!used.enabled && { problem: 'It is disabled: what is wrapped to it does not open.' }),
      ...((await keyVault.getKey(newest)).id !== id && { note: 'There is a newer version of the key.' }),
      remedy,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'It could not be read.';
    return {
      kind: 'key-vault-key',
      name: id,
      unknown: why,
      remedy: 'Grant this identity `get` on the key (Key Vault Reader).',
    };
  }
}
