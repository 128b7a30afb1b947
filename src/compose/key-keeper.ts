import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Vault } from '../app/ports/vault.ts';
import type { KeyKeeper, MadeKey } from '../app/ports/keys.ts';
import { UserError } from '../core/errors.ts';
import type { KeyRole } from '../core/key-role.ts';
import { formatKeyVaultId, parseKeyVaultId } from '../core/key-vault-id.ts';
import type { KeyringDraft, KeyringState } from '../core/keyring-plan.ts';
import { systemRandom } from '../platform/random.ts';
import { findTextFile, isThere, writePrivateFile } from '../platform/text-file.ts';
import type { KeyRegister } from '../vault/key-register.ts';
import type { Foundation } from './foundation.ts';

/** Keys of the vault in files, and its keyrings. */
export class FileKeyKeeper implements KeyKeeper {
  readonly #base: Foundation;

  constructor(base: Foundation) {
    this.#base = base;
  }

  async read(): Promise<KeyringState> {
    return (await this.#register()).read();
  }

  async assertRoot(): Promise<void> {
    await (await this.#register()).assertRoot();
    // What the trail does not take does not happen.
    await this.#base.surroundings.vaultOpened?.(await this.openWithRoot());
  }

  async createKey(role: KeyRole, file: string | undefined): Promise<MadeKey> {
    const path = this.#pathOf(file, role);
    await assertFree(path);
    const { text, recipient, signingKey } = await (await this.#register()).createKey(role);
    this.#base.concealKey(text);
    await writePrivateFile(path, text, 'refuse');
    const discard = (): Promise<void> => rm(path, { force: true });
    return { role, file: path, recipient, ...(signingKey !== undefined && { signingKey }), discard };
  }

  async findKeyVaultRecipient(id: string): Promise<string> {
    const asked = formatKeyVaultId(parseKeyVaultId(id));
    return `akv:${(await this.#base.keyVault().getKey(asked)).id}`;
  }

  async change(draft: KeyringDraft): Promise<KeyringState> {
    return (await this.#register()).change(draft);
  }

  async openWithRoot(): Promise<Vault> {
    const { container } = await this.#base.openContainer();
    return this.#base.openVaultIn(container, await this.#base.readKeys(['root']), undefined);
  }

  async openWithKit(file: string): Promise<Vault> {
    const text = await this.#readKit(file);
    await (await this.#register(text)).assertRoot();
    const { container } = await this.#base.openContainer();
    return this.#base.openVaultIn(container, { root: text }, undefined);
  }

  async describePlace(): Promise<string> {
    const { describeVaultAddress } = await import('../vault/blob/vault-address.ts');
    return describeVaultAddress(await this.#base.vaultAddress());
  }

  async writeKit(file: string, lines: readonly string[]): Promise<string> {
    await this.assertRoot();
    const { root = '' } = await this.#base.readKeys(['root']);
    const path = resolve(this.#base.surroundings.cwd, file);
    await assertFree(path);
    const comments = lines.map((line) => `# ${line}`.trimEnd());
    await writePrivateFile(path, [...comments, '#', root].join('\n'), 'refuse');
    return path;
  }

  async #readKit(file: string): Promise<string> {
    const path = resolve(this.#base.surroundings.cwd, file);
    const text = await findTextFile(path);
    if (text === undefined) {
      throw new UserError({
        code: 'KEY_MISSING',
        message: `There is no file ${path}.`,
        next: 'Name the file that holds root.key.',
      });
    }
    this.#base.concealKey(text);
    return text;
  }

  #pathOf(file: string | undefined, role: KeyRole): string {
    return file === undefined
      ? resolve(this.#base.keysFolder(), `${role}.key`)
      : resolve(this.#base.surroundings.cwd, file);
  }

  async #register(root?: string): Promise<KeyRegister> {
    const { KeyRegister: Register } = await import('../vault/key-register.ts');
    const { container } = await this.#base.openContainer();
    return new Register({
      store: container.store,
      root: root ?? (await this.#base.readKeys(['root'])).root,
      clock: this.#base.surroundings.clock,
      random: systemRandom,
      keyVault: this.#base.keyVault(),
    });
  }
}

async function assertFree(path: string): Promise<void> {
  if (!(await isThere(path))) return;
  throw new UserError({
    code: 'ALREADY_EXISTS',
    message: `There is a file already: ${path}.`,
    next: 'Name another one with --out. What is there was not touched.',
  });
}
