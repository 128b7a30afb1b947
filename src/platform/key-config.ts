import { z } from 'zod';

const keyVaultKeyFields = {
  /** What it opens and signs as; root.key is never in a Key Vault. */
  role: z.enum(['writer', 'reader', 'restorer', 'verifier', 'pruner']),
  /** `https://NAME.vault.azure.net/keys/KEY`; with a version only that one is used. */
  key: z
    .url({ protocol: /^https$/ })
    .refine((text) => /^https:\/\/[^/]+\/keys\/[A-Za-z0-9-]+(\/[0-9a-f]{32})?$/.test(text), 'is no address of a key'),
  /** The id of the vault as `holdfast init` or `holdfast key list` showed it: another vault is never opened with the key. */
  vaultId: z
    .string({ error: 'must be the 64 characters of a vault id, in quotes' })
    .regex(/^[0-9a-f]{64}$/, 'must be the 64 characters of a vault id'),
};

const secretFields = {
  name: z.string().min(1),
  /** What it is, in words: `entra client secret`, `idp client`, `webhook token`. */
  kind: z.string().min(1),
  /** The day on which it was made or last rotated. */
  rotatedAt: z.iso.date(),
  /** Over `maxAgeDays` of all. */
  maxAgeDays: z.number().int().positive().optional(),
};

const secretsFields = {
  maxAgeDays: z.number().int().positive().describe('Days after which a secret is overdue; 90 unless given').optional(),
  items: z
    .array(z.strictObject(secretFields))
    .describe('Secrets whose age nothing can tell, such as clients at identity providers')
    .optional(),
};

/** Keys of the vault that stay in Azure Key Vault, and secrets whose age is watched. */
export const keyFields = {
  keyVaultKeys: z
    .array(z.strictObject(keyVaultKeyFields))
    .describe('Keys of the vault whose private halves stay in Azure Key Vault')
    .optional(),
  secrets: z.strictObject(secretsFields).describe('What `secrets status` watches').optional(),
};

/** What may stand at a place of these settings, to tell what a misspelled key was meant to be. */
export function knownKeyKeys(path: readonly PropertyKey[]): readonly string[] | undefined {
  if (path.includes('keyVaultKeys')) return Object.keys(keyVaultKeyFields);
  if (!path.includes('secrets')) return undefined;
  return Object.keys(path.includes('items') ? secretFields : secretsFields);
}
