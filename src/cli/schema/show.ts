import { z } from 'zod';
import { count, kindName, ledgerRow, notCaptured, pointSummary } from './parts.ts';

/** `show -o json`: one point with its ledger. */
export const showDocument = z.strictObject({
  schema: z.literal('holdfast/show/1'),
  ...pointSummary.shape,
  ledger: z.array(ledgerRow),
  notCaptured: z.array(notCaptured),
  floor: count,
  efficiency: z.number().min(0),
  moved: z.array(z.string()),
  tool: z.string().describe('Name and version of the program that took the point'),
  identity: z.string().describe('Who read the organization, as far as known'),
  findings: z
    .array(z.string())
    .describe('Findings of the credential scan, by resource and place, never with the value'),
  credentials: z
    .array(
      z.strictObject({
        id: z.string().describe('A resource; *** stands where a name itself looks like a credential'),
        kind: kindName,
        place: z.string().describe('File of a bundle, or field path'),
        line: z.int().min(1).optional(),
        what: z.string().describe('What it looks like: private key. Never the value'),
      }),
    )
    .describe('The findings as data'),
});
