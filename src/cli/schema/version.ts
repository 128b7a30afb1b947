import { z } from 'zod';

/** `--version -o json`. */
export const versionDocument = z.strictObject({
  schema: z.literal('holdfast/version/1'),
  version: z.string(),
  node: z.string(),
});
