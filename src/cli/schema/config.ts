import { z } from 'zod';

/** `config print -o json`: every setting as it counts. */
export const configDocument = z.strictObject({
  schema: z.literal('holdfast/config/1'),
  file: z.string().nullable().describe('The configuration file; null when there is none'),
  organizations: z
    .array(
      z.strictObject({
        organization: z.string().nullable().describe('Null for what counts as long as none is named'),
        values: z.array(
          z.strictObject({
            name: z.string().describe('The flag without its dashes, the key of the file, or the variable'),
            value: z.unknown().describe('Null when nothing sets it; secrets are (hidden)'),
            origin: z.enum(['flag', 'environment', 'file', 'default', 'unset']),
            where: z.string().nullable().describe('--quota-share, HOLDFAST_QUOTA_SHARE, FILE:LINE'),
          }),
        ),
      }),
    )
    .describe('One, or each of the file when none is named'),
});
