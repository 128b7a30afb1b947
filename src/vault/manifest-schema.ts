import { z } from 'zod';
import type { Gap, GapState, LedgerRow, NotCaptured } from '../core/ledger.ts';
import type { Scope } from '../core/point.ts';
import { blobIdSchema } from './blob-id.ts';
import { LAST_RUN } from './run-number.ts';
import { count, instant } from './scalar-schemas.ts';

/** What a manifest says in clear. */
export const headerSchema = z.looseObject({
  point: z.string(),
  organization: z.string(),
  epoch: z.string(),
  grade: z.enum(['complete', 'partial', 'interrupted']),
  startedAt: instant,
  endedAt: instant,
  wrote: z.array(z.tuple([z.string().regex(/^(packs|indexes)\/[0-9a-f]{64}$/), count])),
  auditHeads: z.optional(z.array(z.object({ name: z.string(), hash: z.string() }))),
  previous: z.nullable(z.object({ name: z.string(), hash: z.string() })),
});

const texts = z.array(z.string()).readonly();

const gapStates = {
  denied: true,
  failed: true,
  vanished: true,
  notApplicable: true,
  unreadable: true,
  accepted: true,
  notSelected: true,
  leftOut: true,
  carried: true,
} satisfies Record<GapState, true>;
const isGapState = (value: unknown): value is GapState => typeof value === 'string' && Object.hasOwn(gapStates, value);

const gap: z.ZodType<Gap> = z.object({
  at: z.string(),
  state: z.custom<GapState>(isGapState),
  reason: z.string(),
  since: instant.exactOptional(),
});

const ledgerRow: z.ZodType<LedgerRow> = z.object({
  kind: z.string(),
  listed: count,
  captured: count,
  denied: count,
  failed: count,
  vanished: count,
  notApplicable: count,
  unreadable: count,
  accepted: count,
  exceptions: z.array(gap),
  notes: texts,
});

const notCaptured: z.ZodType<NotCaptured> = z.object({ kind: z.string(), why: z.string() });

const scope: z.ZodType<Scope> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('all') }),
  z.object({
    type: z.literal('selection'),
    selection: z.object({ only: texts, kinds: texts, preset: z.enum(['gateway', 'consumers']).exactOptional() }),
  }),
  z.object({ type: z.literal('run'), run: z.int().min(1).max(LAST_RUN) }),
]);

/** What a manifest says under seal. Signed, but a key may be stolen: everything that is reckoned with or shown is checked. */
export const bodySchema = z.object({
  scope,
  consistent: z.boolean(),
  parent: z.nullable(z.string()),
  resources: count,
  bytesWritten: count,
  calls: count,
  floor: z.number(),
  efficiency: z.number(),
  ledger: z.array(ledgerRow).readonly(),
  notCaptured: z.array(notCaptured).readonly(),
  moved: texts,
  tool: z.string(),
  identity: z.string(),
  gaps: z.record(z.string(), z.array(gap).readonly()),
  table: z.nullable(blobIdSchema),
});
