import { z } from 'zod';
import { keyRoles } from '../../core/key-role.ts';
import { count, instant, pointId } from './parts.ts';

const vaultId = z.string().describe('Id of the vault: hash of its vault.json');
const fingerprint = z.string().describe('Fingerprint of a signing key');
const recipientText = z.string().describe('age1…, or akv: and the id of a Key Vault key');

const recipient = z.strictObject({
  role: z.string(),
  recipient: recipientText,
  kind: z.enum(['age', 'key-vault']),
  signer: fingerprint.optional().describe('Of the signing key that came with it'),
  since: instant,
});

const signer = z.strictObject({
  fingerprint,
  role: z.string(),
  since: instant,
  revoked: instant.optional().describe('What it signed from then on is refused'),
});

/** `key list -o json`: who has keys. */
export const keyListDocument = z.strictObject({
  schema: z.literal('holdfast/key-list/1'),
  vaultId,
  root: fingerprint.describe('Of the root key, which signs keyrings'),
  keyring: count,
  createdAt: instant,
  generation: count.describe('The generation of class keys that is written with'),
  generations: z.array(z.strictObject({ generation: count, since: instant })),
  recipients: z.array(recipient),
  signers: z.array(signer),
});

/** `key add|remove|rotate|revoke -o json`: what was changed, and what it means. */
export const keyChangeDocument = z.strictObject({
  schema: z.literal('holdfast/key-change/1'),
  action: z.enum(['add', 'remove', 'rotate', 'revoke']),
  vaultId,
  keyring: count.describe('Number of the keyring that has the change'),
  generation: count,
  added: z.array(z.strictObject({ role: z.enum(keyRoles), recipient: recipientText, signer: fingerprint.optional() })),
  removed: z.array(recipientText),
  revoked: z.array(z.strictObject({ fingerprint, from: instant })),
  file: z.string().optional().describe('The key file that was made, readable by its owner only'),
  consequences: z.array(z.string()),
  refusedPoints: z
    .array(z.strictObject({ organization: z.string(), id: pointId, time: instant }))
    .describe('Points that a revocation takes away; they open only when they are named'),
});

/** `key request -o json`: what whoever holds root.key has to be told. */
export const keyRequestDocument = z.strictObject({
  schema: z.literal('holdfast/key-request/1'),
  vaultId,
  role: z.enum(keyRoles),
  file: z.string().describe('The key file that was made, readable by its owner only'),
  recipient: recipientText,
  signingKey: z.string().optional().describe('Base64 of the public half of its signing key'),
  command: z.string().describe('What the holder of root.key runs'),
});

/** `key kit -o json`: the recovery kit without its key, and whether it opens the newest points. */
export const keyKitDocument = z.strictObject({
  schema: z.literal('holdfast/key-kit/1'),
  vaultId,
  root: fingerprint,
  lines: z.array(z.string()).describe('The sheet to keep with root.key'),
  file: z.string().optional().describe('The kit with root.key in it, readable by its owner only'),
  checks: z
    .array(
      z.strictObject({
        organization: z.string(),
        point: pointId.optional(),
        result: z.enum(['opens', 'damaged', 'no point']),
        objects: count,
        bytes: count,
        reasons: z.array(z.string()),
      }),
    )
    .optional()
    .describe('With --check: whether root.key alone opens the newest full point of each organization'),
});
