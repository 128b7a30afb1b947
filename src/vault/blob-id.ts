import { z } from 'zod';

/** The last part of the name of a pack or index: hex of the SHA-256 of its bytes. Whoever signs a manifest might write anything there. */
export const blobIdSchema = z.string().regex(/^[0-9a-f]{64}$/);
