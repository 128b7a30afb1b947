import { z } from 'zod';
import type { AuditEvent, AuditRecord } from '../../core/audit/audit-record.ts';
import { instant } from '../scalar-schemas.ts';

const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));
const text = z.optional(z.string());
const act = z.int().min(1);
const common = { at: instant, previous: z.nullable(z.string()) };
const entries: Readonly<Record<AuditEvent, z.ZodType>> = {
  opened: z.looseObject({
    ...common,
    principal: z.looseObject({
      type: z.enum(['user', 'workload']),
      name: z.string(),
      claims: z.optional(z.record(z.string(), z.string())),
    }),
    host: z.string(),
    process: z.number(),
    tool: z.string(),
  }),
  began: z.looseObject({
    ...common,
    act,
    action: z.string(),
    effect: z.enum(['changes', 'reveals']),
    organization: text,
    given: facts,
    reason: text,
    breakGlass: text,
  }),
  declared: z.looseObject({ ...common, act, facts }),
  ended: z.looseObject({
    ...common,
    act,
    result: z.enum(['done', 'partial', 'refused', 'failed']),
    exit: z.number(),
    code: text,
    facts,
  }),
};
const anyEntry = z.looseObject({ ...common, event: z.string() });
const isEvent = (event: string): event is AuditEvent => Object.hasOwn(entries, event);

/** A line of the trail. Read as written, since its hash is of its text; an event of a later release is passed on. */
export const recordSchema = z.custom<AuditRecord>((value) => {
  const { success, data } = anyEntry.safeParse(value);
  return success && (!isEvent(data.event) || entries[data.event].safeParse(value).success);
});
