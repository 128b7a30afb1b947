import { z } from 'zod';
import { count, kindName, pointId, resourceId } from './parts.ts';

/** `find -o json`: the resources that match every term. */
export const findDocument = z.strictObject({
  schema: z.literal('holdfast/find/1'),
  organization: z.string(),
  point: pointId,
  terms: z.array(z.string()),
  revealed: z.boolean().describe('True when secrets were searched and may be shown'),
  resources: z.array(
    z.strictObject({
      id: resourceId,
      kind: kindName,
      label: z.string().optional().describe('A name for people: apis/orders@7'),
      matches: z.array(
        z.strictObject({
          term: z.string(),
          at: z.string().describe('Field path, or file and line of a bundle'),
          value: z.string().describe('What stands there; what looks like a credential is masked, long lines are cut'),
        }),
      ),
    }),
  ),
  searched: count.describe('Resources that were looked at'),
  binaryFiles: count.describe('Files of bundles that are no text, so were not searched'),
  notSearched: z
    .array(z.strictObject({ kind: kindName, at: z.string(), reason: z.string() }))
    .describe('What the point does not have: that nothing was found there says nothing'),
});
