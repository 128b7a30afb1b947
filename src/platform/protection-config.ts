import { z } from 'zod';

const text = z.string().min(1);
const ACCOUNT = /^[a-z0-9]{3,24}$/;
const account = z.string().regex(ACCOUNT, 'must be the name of a storage account: 3 to 24 small letters and digits');
const container = z
  .string()
  .regex(/^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be the name of a container: small letters, digits and dashes');
const days = z.number().int();

const vaultFields = {
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{1,49}$/, 'must be 2 to 50 letters, digits and dashes, a letter first'),
  redundancy: z
    .enum(['GeoRedundant', 'ZoneRedundant', 'LocallyRedundant'])
    .describe('Of the Backup vault; it cannot be changed once something is protected. GeoRedundant unless given')
    .optional(),
  softDeleteDays: days
    .min(14)
    .max(180)
    .describe('How long deleted backups can be brought back; 14 unless given')
    .optional(),
};

const policyFields = {
  name: text.optional(),
  schedule: z.enum(['daily', 'weekly']).describe('daily unless given').optional(),
  day: z
    .enum(['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'])
    .describe('Of a weekly schedule; Sunday unless given')
    .optional(),
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 02:00')
    .describe('In UTC; 02:00 unless given')
    .optional(),
  retentionDays: days.min(1).max(3650).describe('How long recovery points are kept; 30 unless given').optional(),
};

const storageFields = {
  blobSoftDeleteDays: days.min(1).max(365).describe('30 unless given').optional(),
  containerSoftDeleteDays: days.min(1).max(365).describe('30 unless given').optional(),
};

const immutabilityFields = {
  epochDays: days.min(1).describe('Longest span of an epoch; that of the setting epoch unless given').optional(),
  guaranteedDays: days
    .min(0)
    .describe('Days for which every point can be restored, whatever happens; as in retention, or 30, unless given')
    .optional(),
};

const drillFields = {
  storageAccount: account,
  resourceGroup: text.describe('protect.resourceGroup unless given').optional(),
  subscription: z.guid().describe('protect.subscription unless given').optional(),
};

export const protectionFields = {
  subscription: z.guid(),
  resourceGroup: text.describe('Of the Backup vault, and of the storage account unless that has its own'),
  location: text.describe('Of the Backup vault; that of the storage account unless given').optional(),
  storageAccount: account.describe('That of the vault (az://ACCOUNT/CONTAINER) unless given').optional(),
  storageResourceGroup: text.describe('Of the storage account').optional(),
  containers: z
    .array(container)
    .min(1)
    .describe('What is backed up; the container of the vault unless given')
    .optional(),
  vault: z.strictObject(vaultFields).describe('The Backup vault (Microsoft.DataProtection/backupVaults)'),
  policy: z.strictObject(policyFields).describe('When backups are taken and how long they are kept').optional(),
  storage: z.strictObject(storageFields).describe('What the storage account itself keeps').optional(),
  immutability: z
    .strictObject(immutabilityFields)
    .describe('Blobs of the vault are immutable for epoch and guaranteed days together')
    .optional(),
  drill: z.strictObject(drillFields).describe('The other storage account, into which drills restore').optional(),
  guard: z
    .string()
    .regex(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.DataProtection\/resourceGuards\/[^/]+$/i,
      'must be the id of a resource guard: /subscriptions/…/resourceGroups/…/providers/Microsoft.DataProtection/resourceGuards/NAME',
    )
    .describe('The resource guard that is expected on the Backup vault')
    .optional(),
  replicationMarginMinutes: z
    .number()
    .int()
    .min(0)
    .describe('Points that ended so long before a recovery point began are expected to be whole in it; 60 unless given')
    .optional(),
};

export type ProtectionConfig = z.infer<z.ZodObject<typeof protectionFields>>;

/** The keys that a part of the section may have, for a suggestion. */
export function knownProtectionKeys(owner: string): readonly string[] | undefined {
  const sections: Readonly<Record<string, object>> = {
    protect: protectionFields,
    vault: vaultFields,
    policy: policyFields,
    storage: storageFields,
    immutability: immutabilityFields,
    drill: drillFields,
  };
  const fields = sections[owner];
  return fields === undefined ? undefined : Object.keys(fields);
}
