import { z } from 'zod';
import { findInstant } from '../platform/clock.ts';

/** A whole number that counts something: resources, bytes, lines. */
export const count = z.int().min(0);

/** ISO 8601 with its offset: what is no instant would be found only where time is reckoned with. */
export const instant = z.string().refine((text) => findInstant(text) !== undefined);
