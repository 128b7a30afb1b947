import { z } from 'zod';
import { errorCodes } from '../../core/errors.ts';
import { pointId } from './parts.ts';

/** The last line on stderr when a verb with `-o json` fails. */
export const errorDocument = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(errorCodes)).describe('Stable'),
    fault: z.enum(['user', 'remote', 'integrity', 'internal']),
    resource: z.string().nullable(),
    message: z.string(),
    next: z.string().nullable().describe('What to do next'),
    exit: z.int().min(1).max(255),
    points: z.array(pointId).optional().describe('Points that cannot be read because of it, where they are known'),
  }),
});
