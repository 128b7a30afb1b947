import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CreatedVault } from '../cli/house.ts';
import { UserError } from '../core/errors.ts';
import { systemRandom } from '../platform/random.ts';
import { isThere, writePrivateFile } from '../platform/text-file.ts';
import type { Foundation } from './foundation.ts';

/** Makes key files, an empty vault and its state place. */
export class VaultMaker {
  readonly #base: Foundation;

  constructor(base: Foundation) {
    this.#base = base;
  }

  async createVault(): Promise<CreatedVault> {
    const { clock } = this.#base.surroundings;
    const folder = this.#base.keysFolder();
    const { assertEmptyStore, createVault } = await import('../vault/create-vault.ts');
    const { describeVaultAddress } = await import('../vault/blob/vault-address.ts');
    const vault = await createVault({ clock, random: systemRandom });
    const files = vault.fingerprints.map(({ role, recipient, signing }) => ({
      role,
      file: resolve(folder, `${role}.key`),
      fingerprint: signing ?? recipient,
      text: vault.keyFiles[role],
    }));
    for (const { file } of files) {
      if (!(await isThere(file))) continue;
      throw new UserError({
        code: 'ALREADY_EXISTS',
        message: `There is a key already: ${file}.`,
        next: 'Name another folder with --keys. What is there was not touched.',
      });
    }
    const { container, address } = await this.#base.openContainer();
    const state = await this.#base.apartStateAddress(address);
    const { assertOutsideVaults } = await import('../vault/assert-outside-vaults.ts');
    for (const place of [address, state]) await assertOutsideVaults(place, this.#base.storeOptions());
    await container.create();
    await assertEmptyStore(container.store, 'HOLDFAST_VAULT');
    const { openBlobContainer } = await import('../vault/blob/open-blob-store.ts');
    const stateContainer = openBlobContainer(state, this.#base.storeOptions());
    await stateContainer.create();
    await assertEmptyStore(stateContainer.store, 'HOLDFAST_STATE');
    const written: string[] = [];
    try {
      for (const { file, text } of files) {
        await writePrivateFile(file, text, 'refuse');
        written.push(file);
      }
      await vault.write(container.store);
    } catch (error) {
      // Keys of a vault that does not exist would only be taken for those of the one that is there.
      for (const file of written) await rm(file, { force: true });
      throw error;
    }
    return {
      id: vault.id,
      description: describeVaultAddress(address),
      state: describeVaultAddress(state),
      keys: files.map(({ role, file, fingerprint }) => ({ role, file, fingerprint })),
    };
  }
}
