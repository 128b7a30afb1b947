import { z } from 'zod';
import { setUpFormats } from '../../app/identity/identity-set-up.ts';
import { hosts } from '../../app/identity/desired-trust.ts';

/** `init identity -o json`: what sets up Google and Azure, and the two roles. Nothing of it is a secret. */
export const initIdentityDocument = z.strictObject({
  schema: z.literal('holdfast/init-identity/1'),
  host: z.enum(hosts).nullable().describe('Null with --roles'),
  files: z.array(
    z.strictObject({
      name: z.string(),
      format: z.enum([...setUpFormats, 'role']),
      text: z.string().nullable().describe('Null where it was written into a folder'),
      path: z.string().nullable().describe('Where it was written'),
    }),
  ),
  missing: z.array(z.string()).describe('What the configuration does not say: these names stand for it in the texts'),
  explanation: z.array(z.string()).describe('Who may do what, in sentences'),
});
