import { z } from 'zod';
import { count, instant, kindName, notCaptured, pointId, resourceId, selection } from './parts.ts';

const layout = z.enum(['tree', 'apigeecli']);

const leftOut = z
  .array(z.strictObject({ kind: kindName, resources: count, why: z.string() }))
  .describe('What is in the point, but has no place in the layout');

/** `export -o json`: what was written. */
export const exportDocument = z.strictObject({
  schema: z.literal('holdfast/export/1'),
  organization: z.string(),
  point: pointId,
  layout,
  folder: z.string(),
  revealed: z.boolean().describe('True when secrets stand in the files in clear'),
  resources: count,
  files: count,
  sizeBytes: count,
  leftOut,
});

/** `manifest.json` of an export. The same for every export of one point. */
export const exportManifestDocument = z.strictObject({
  schema: z.literal('holdfast/export-manifest/1'),
  organization: z.string(),
  point: pointId,
  pointTime: instant,
  layout,
  revealed: z.boolean(),
  selection,
  leftOut,
  gaps: z
    .array(z.strictObject({ kind: kindName, at: z.string(), state: z.string(), reason: z.string() }))
    .describe('What the point itself does not have'),
  notCaptured: z.array(notCaptured),
  files: z.array(
    z.strictObject({
      path: z
        .string()
        .describe('Relative, with forward slashes; each part percent-decodes to the name, but for long ones'),
      id: resourceId.optional().describe('Absent for a file that holds several resources'),
      kind: kindName.optional(),
      label: z.string().optional(),
      bundlePath: z.string().optional().describe('The path inside the bundle'),
      sizeBytes: count,
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
