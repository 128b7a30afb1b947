import { z } from 'zod';
import { cannotRestore, count, ignoredBy, instant, kindName, pointId, resourceId, selection } from './parts.ts';

const hole = z.discriminatedUnion('hole', [
  z.strictObject({ hole: z.literal('secret'), id: resourceId, name: z.string() }),
  z.strictObject({ hole: z.literal('live'), id: resourceId, name: z.string() }),
  z.strictObject({ hole: z.literal('assigned'), call: z.string(), field: z.string() }),
  z.strictObject({ hole: z.literal('secondsUntil'), id: resourceId, name: z.string(), instantMs: z.number() }),
]);

const pathTemplate = z.array(z.union([z.string(), hole])).describe('Path below the organization, in pieces');

const body = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('json'), value: z.json().describe('Any value may be {"$hole": …}') }),
  z.strictObject({ type: z.literal('empty') }),
  z.strictObject({
    type: z.literal('upload'),
    field: z.string(),
    fileName: z.string(),
    text: z.string(),
    encoding: z.literal('base64').optional().describe('The text stands for bytes'),
  }),
  z.strictObject({ type: z.literal('bundle'), id: resourceId }),
]);

const lookup = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('repeat') }),
  z.strictObject({
    type: z.literal('get'),
    path: pathTemplate,
    expect: z.strictObject({ field: z.string(), value: z.string() }).optional(),
  }),
  z.strictObject({
    type: z.literal('resource'),
    id: resourceId,
    unless: z.strictObject({ field: z.string(), value: z.string() }).optional(),
  }),
  z.strictObject({
    type: z.literal('moved'),
    method: z.enum(['GET', 'POST']),
    path: pathTemplate,
    query: z.record(z.string(), z.string()).optional(),
    field: z.string(),
    was: z.string(),
  }),
  z.strictObject({ type: z.literal('revision'), id: resourceId }),
]);

const call = z.strictObject({
  id: z.string(),
  resource: resourceId,
  kind: kindName,
  stage: count.describe('Sent only when every call of all earlier stages has ended'),
  needs: z.array(z.string()).describe('Ids of calls that must be done before'),
  after: z.array(z.string()).describe('Ids of calls that must have ended before, however they ended'),
  step: z.string(),
  action: z.enum(['create', 'update', 'delete', 'import', 'link', 'unlink', 'status', 'deploy', 'undeploy']),
  phase: z.enum(['materialise', 'activate', 'remove', 'permit']),
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
  path: pathTemplate,
  query: z.record(z.string(), z.string()).optional(),
  body: body.optional(),
  reason: z.string(),
  assigns: z
    .record(z.string(), z.strictObject({ path: z.string(), inBody: z.string().optional(), secret: z.boolean() }))
    .optional(),
  uploads: z
    .strictObject({ id: resourceId, field: z.string(), to: z.string() })
    .optional()
    .describe('Files of the point that are put, zipped, at the address in this field of the answer'),
  onlyIfAssigned: z.strictObject({ call: z.string(), field: z.string() }).optional(),
  longRunning: z.boolean().optional(),
  awaitReady: pathTemplate.optional(),
  tolerates: z.array(z.int()).optional(),
  lookup,
  risk: z.string().optional(),
  group: z.string().optional(),
});

const fingerprint = z.strictObject({
  id: resourceId,
  kind: kindName,
  state: z.enum(['absent', 'present']),
  configHash: z.string().optional(),
  secretHash: z.string().optional(),
  anchor: z.string().optional(),
});

/** `plan -o json`, and the file that `apply` reads: a restore as plain data. It holds no secret. */
export const planDocument = z.strictObject({
  schema: z.literal('holdfast/plan/1'),
  hash: z.string().describe('Hash over everything else'),
  vault: z.string(),
  organization: z.string(),
  point: pointId,
  pointTime: instant,
  signerRevoked: instant
    .optional()
    .describe('Since when the key that signed the point is revoked; it was named all the same'),
  plannedAt: instant,
  tool: z.string(),
  selection,
  deleteExtra: z.boolean(),
  resources: z.array(
    z.strictObject({
      id: resourceId,
      kind: kindName,
      label: z.string().optional(),
      change: z.enum(['create', 'update', 'delete', 'shown']).describe('shown: differs, and is left as it is'),
      reason: z.string(),
      fields: z.array(z.string()).describe('Field paths or files that differ; never values'),
    }),
  ),
  calls: z.array(call),
  fingerprints: z.array(fingerprint).describe('What the live resources were when the plan was made'),
  cannotRestore: z.array(cannotRestore),
  unknown: z.array(z.strictObject({ id: resourceId, kind: kindName, reason: z.string() })),
  ignored: z
    .array(z.strictObject({ id: resourceId, kind: kindName, ignoredBy }))
    .optional()
    .describe('Differs or is unknown, and is left alone by a rule of the configuration'),
  secretsRequired: z.array(z.strictObject({ id: resourceId, name: z.string() })),
  risks: z.array(z.strictObject({ id: resourceId, risk: z.string() })),
  estimate: z.strictObject({ mutatingCalls: count, reads: count, seconds: z.number().min(0) }),
});
