import { z } from 'zod';
import { IntegrityError, UserError } from '../core/errors.ts';
import { damaged } from './damage.ts';
import { sha256Hex } from './digest.ts';

export const VAULT_FILE = 'vault.json';

/** The version of the format that this release writes, and the newest it reads. */
const FORMAT_VERSION = 1;
/** The first release that reads `FORMAT_VERSION`. */
const READABLE_FROM = '0.1.0';

/** What `vault.json` says. */
export interface VaultFile {
  /** Hash of the file: the vault's id. */
  readonly id: string;
  readonly rootPublicKey: Uint8Array;
  readonly createdAt: string;
}

const schema = z.looseObject({ root: z.string(), created: z.string() });
const formatSchema = z.looseObject({
  format: z.literal('holdfast-vault'),
  version: z.number(),
  readableFrom: z.optional(z.string()),
});

/** The bytes of a new vault's `vault.json`; the nonce makes its id unlike any other. */
export function formatVaultFile(file: {
  readonly rootPublicKey: Uint8Array;
  readonly createdAt: string;
  readonly nonce: Uint8Array;
}): Uint8Array {
  const content = {
    format: 'holdfast-vault',
    version: FORMAT_VERSION,
    readableFrom: READABLE_FROM,
    root: Buffer.from(file.rootPublicKey).toString('base64'),
    created: file.createdAt,
    nonce: Buffer.from(file.nonce).toString('hex'),
  };
  return Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
}

/** Reads `vault.json`. IntegrityError `VAULT_FORMAT_NEWER` or `VAULT_DAMAGED`. */
export function parseVaultFile(bytes: Uint8Array): VaultFile {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString());
    const { version, readableFrom } = formatSchema.parse(json);
    if (version !== FORMAT_VERSION) throw formatNewer(version, readableFrom);
    const { root, created } = schema.parse(json);
    return { id: sha256Hex(bytes), rootPublicKey: new Uint8Array(Buffer.from(root, 'base64')), createdAt: created };
  } catch (cause) {
    if (cause instanceof IntegrityError) throw cause;
    throw damaged(VAULT_FILE, 'it does not say what a vault is', cause);
  }
}

/** The place has no vault in it. */
export function vaultMissing(place: string): UserError {
  return new UserError({
    code: 'VAULT_NOT_FOUND',
    message: `There is no vault in ${place}.`,
    next: 'Check HOLDFAST_VAULT, or make a vault there with holdfast init.',
  });
}

function formatNewer(version: number, readableFrom: string | undefined): IntegrityError {
  return new IntegrityError({
    code: 'VAULT_FORMAT_NEWER',
    message: `This vault has format ${version}; this release reads format ${FORMAT_VERSION}.`,
    damaged: VAULT_FILE,
    next: `Use holdfast ${readableFrom ?? 'of a later release'}${readableFrom === undefined ? '' : ' or newer'}, which reads it.`,
  });
}
