import { z } from 'zod';
import { count } from './parts.ts';

/** `vault test -o json`: what a store does and does not guarantee. */
export const vaultTestDocument = z.strictObject({
  schema: z.literal('holdfast/vault-test/1'),
  store: z.string(),
  result: z.enum(['ok', 'findings', 'unknown']).describe('unknown: no finding, but not everything could be told'),
  checks: z.array(
    z.strictObject({
      id: z.string().describe('Stable: create-only, delete-refusal'),
      state: z
        .enum(['ok', 'finding', 'no-guarantee', 'unknown'])
        .describe('no-guarantee: the store does not promise it; nothing is wrong'),
      evidence: z.string().describe('What was seen'),
      remedy: z.string().optional().describe('What to do; every finding has one'),
    }),
  ),
  throughput: z.strictObject({
    writeBytesPerSecond: count,
    readBytesPerSecond: count,
  }),
  left: z.array(z.string()).describe('Probes that could not be removed again; they do no harm'),
});
