import { z } from 'zod';
import { count, kindName, pointId, resourceId } from './parts.ts';

/** `cat -o json`: one resource, or one file of a bundle. Without `--reveal` secrets are holes. */
export const catDocument = z.strictObject({
  schema: z.literal('holdfast/cat/1'),
  organization: z.string(),
  point: pointId,
  id: resourceId,
  kind: kindName,
  label: z.string().optional(),
  revealed: z.boolean().describe('True when the body holds secret values'),
  holes: z.array(z.string()).describe('Field paths of the secrets that are not shown'),
  body: z.json().optional().describe('The resource, unless it is a bundle'),
  files: z
    .array(
      z.strictObject({
        path: z.string(),
        sizeBytes: count,
        text: z.string().optional().describe('The content, when it is text and was asked for by name'),
        base64: z.string().optional().describe('The content, when it is no text and was asked for by name'),
      }),
    )
    .optional()
    .describe('The files of a bundle'),
});
