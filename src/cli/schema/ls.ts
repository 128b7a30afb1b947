import { z } from 'zod';
import { kindName, pointId, resourceId } from './parts.ts';

/** `ls -o json`: the resources of a point, sorted by id. */
export const lsDocument = z.strictObject({
  schema: z.literal('holdfast/ls/1'),
  organization: z.string(),
  point: pointId,
  resources: z.array(
    z.strictObject({
      id: resourceId,
      kind: kindName,
      label: z.string().optional().describe('A name for people: apis/orders@7'),
      configHash: z.string().describe('Equal in two points of one vault when the configuration is equal'),
      secretHash: z.string().optional().describe('The same for the secret values; absent when there are none'),
    }),
  ),
});
