import { z } from 'zod';
import { keyRoles } from '../../core/key-role.ts';

/** `init -o json`: what was made. Key material stands in the files only. */
export const initDocument = z.strictObject({
  schema: z.literal('holdfast/init/1'),
  vault: z.string().describe('Where the vault is'),
  vaultId: z.string(),
  state: z.string().describe('Where leases and caches lie, beside the vault'),
  keys: z.array(
    z.strictObject({
      role: z.enum(keyRoles),
      file: z.string().describe('The file, readable by its owner only'),
      fingerprint: z.string(),
    }),
  ),
  instructions: z.array(z.string()).describe('What to do with each key, in sentences'),
});
