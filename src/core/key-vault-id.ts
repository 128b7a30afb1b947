import { UserError } from './errors.ts';

/** A key in Azure Key Vault by its address. */
export interface KeyVaultId {
  /** `https://NAME.vault.azure.net` */
  readonly vaultUrl: string;
  readonly key: string;
  /** The newest one where it is not named. */
  readonly version?: string;
}

// Public cloud, China, US government; a managed HSM has the same operations.
const HOST = /^[a-z0-9-]{3,24}\.(vault\.azure\.net|vault\.azure\.cn|vault\.usgovcloudapi\.net|managedhsm\.azure\.net)$/;
const PATH = /^\/keys\/([A-Za-z0-9-]{1,127})(?:\/([0-9a-f]{32}))?\/?$/;

/** Reads `https://NAME.vault.azure.net/keys/KEY[/VERSION]`, with or without `akv:` before it. UserError `USAGE`. */
export function parseKeyVaultId(text: string): KeyVaultId {
  const id = findKeyVaultId(text);
  if (id !== undefined) return id;
  throw new UserError({
    code: 'USAGE',
    message: `"${text}" is no address of a key in Azure Key Vault.`,
    next: 'Give https://NAME.vault.azure.net/keys/KEY, with /VERSION where one is meant.',
  });
}

/** The same; undefined for what is none. */
export function findKeyVaultId(text: string): KeyVaultId | undefined {
  const address = text.replace(/^akv:/, '');
  const [, host = '', rest = ''] = /^https:\/\/([^/?#@:]+)(\/[^?#]*)$/.exec(address) ?? [];
  const [, key, version] = PATH.exec(rest) ?? [];
  if (key === undefined || !HOST.test(host)) return undefined;
  return { vaultUrl: `https://${host}`, key, ...(version !== undefined && { version }) };
}

/** `https://NAME.vault.azure.net/keys/KEY[/VERSION]` */
export function formatKeyVaultId({ vaultUrl, key, version }: KeyVaultId): string {
  return `${vaultUrl}/keys/${key}${version === undefined ? '' : `/${version}`}`;
}
