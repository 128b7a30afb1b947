import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../core/errors.ts';
import { isBlobNameSegment } from './blob-name.ts';

/** Where a vault or its state place is. */
export type VaultAddress =
  | { readonly type: 'folder'; readonly path: string }
  | {
      readonly type: 'azure';
      /** Undefined when a connection string says it. */
      readonly account: string | undefined;
      readonly container: string;
      /** Empty, or segments each followed by `/`. */
      readonly prefix: string;
    };

export interface AddressContext {
  /** Relative paths are relative to this folder; the working directory unless given. */
  readonly baseFolder?: string;
  /** With a connection string an `az://` address begins with the container, without one with the account. */
  readonly hasConnectionString: boolean;
}

const FORMS = 'file:PATH, az://ACCOUNT/CONTAINER[/PREFIX], or az://CONTAINER[/PREFIX] with a connection string';
const ACCOUNT = /^[a-z0-9]{3,24}(?:\.[a-z0-9.-]+)?$/;
const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
const STATE_SUFFIX = '-state';

/** Reads `HOLDFAST_VAULT` or `HOLDFAST_STATE`. Throws UserError `CONFIG_INVALID` that says what is wrong with it. */
export function parseVaultAddress(text: string, context: AddressContext): VaultAddress {
  if (text.startsWith('file:')) return parseFolder(text, context);
  if (text.startsWith('az://')) return parseAzure(text, context);
  throw invalid(text, `it is none of ${FORMS}`);
}

/** Where the state of a vault lies: beside it, with `-state` at the end of the folder's or container's name. */
export function deriveStateAddress(vault: VaultAddress): VaultAddress {
  if (vault.type === 'folder') return { type: 'folder', path: `${vault.path}${STATE_SUFFIX}` };
  const container = `${vault.container}${STATE_SUFFIX}`;
  if (!CONTAINER.test(container)) {
    throw new UserError({
      code: 'CONFIG_INVALID',
      message: `The container name ${vault.container} leaves no room for ${STATE_SUFFIX}.`,
      next: 'Name the state container in HOLDFAST_STATE.',
    });
  }
  return { ...vault, container };
}

/** True when one of the places is the other or lies within it. Links between folders are not followed. */
export function isSamePlace(a: VaultAddress, b: VaultAddress): boolean {
  if (a.type === 'folder' && b.type === 'folder') {
    const [one, other] = [`${a.path}/`, `${b.path}/`].map((path) => path.replaceAll(/[/\\]+/g, '/'));
    return one !== undefined && other !== undefined && (one.startsWith(other) || other.startsWith(one));
  }
  if (a.type !== 'azure' || b.type !== 'azure') return false;
  const isSameContainer = a.account === b.account && a.container === b.container;
  return isSameContainer && (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix));
}

/** The address in words, without credentials. */
export function describeVaultAddress(address: VaultAddress): string {
  if (address.type === 'folder') return `file:${address.path}`;
  const { account, container, prefix } = address;
  return ['az:/', ...(account === undefined ? [] : [account]), container, ...prefix.split('/').filter(Boolean)].join(
    '/',
  );
}

function parseFolder(text: string, { baseFolder }: AddressContext): VaultAddress {
  const rest = text.slice('file:'.length);
  if (rest === '') throw invalid(text, 'it names no folder');
  if (!rest.startsWith('//')) return { type: 'folder', path: resolve(baseFolder ?? '.', rest) };
  try {
    return { type: 'folder', path: fileURLToPath(text) };
  } catch {
    throw invalid(text, 'it is not a URL of a local folder; write file:PATH or file:///PATH');
  }
}

function parseAzure(text: string, { hasConnectionString }: AddressContext): VaultAddress {
  const segments = text.slice('az://'.length).replace(/\/$/, '').split('/');
  const account = hasConnectionString ? undefined : segments.shift();
  const [container, ...prefix] = segments;
  if (account !== undefined && !ACCOUNT.test(account)) throw invalid(text, `"${account}" is no storage account name`);
  if (container === undefined) {
    throw invalid(text, 'it names no container after the account (az://CONTAINER alone needs a connection string)');
  }
  if (!CONTAINER.test(container)) {
    throw invalid(text, `"${container}" is no container name (3 to 63 lower case letters, digits and single dashes)`);
  }
  const bad = prefix.find((segment) => !isBlobNameSegment(segment));
  if (bad !== undefined) throw invalid(text, `"${bad}" cannot be a part of the prefix`);
  return { type: 'azure', account, container, prefix: prefix.map((segment) => `${segment}/`).join('') };
}

function invalid(text: string, why: string): UserError {
  // Someone may paste a connection string or a signed URL here.
  const shown = /[?;=@]/.test(text) ? 'The vault address' : `The vault address ${JSON.stringify(text)}`;
  return new UserError({ code: 'CONFIG_INVALID', message: `${shown} is not valid: ${why}.`, next: `Use ${FORMS}.` });
}
