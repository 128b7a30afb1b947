import type { CallDraft, Phase } from '../call.ts';
import type { JsonObject } from '../json.ts';
import { joinId } from '../resource.ts';
import type { ResourceId } from '../resource.ts';
import { apiPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { isRemovedAbove } from './removed-above.ts';

/** What every environment has one of, and what is a resource where it is set. */
export interface EnvironmentSetting {
  /** The last segment of its ids and paths. */
  readonly segment: string;
  /** The one write there is. An empty body sets it back to nothing. */
  readonly write: (
    id: ResourceId,
    body: JsonObject,
  ) => Pick<CallDraft, 'method' | 'path' | 'query' | 'body' | 'longRunning'>;
  readonly phase: Exclude<Phase, 'remove'>;
  /** Why it is written, as clauses for people. */
  readonly reasons: { readonly missing: string; readonly differs: string; readonly extra: string };
  readonly riskOfRemoval?: string;
}

/** What the kinds of such settings have in common. */
export function environmentSetting(
  setting: EnvironmentSetting,
): Pick<
  Kind,
  'scope' | 'idPattern' | 'collection' | 'content' | 'idOf' | 'path' | 'create' | 'update' | 'remove' | 'listShape'
> {
  const { segment, write, phase, reasons, riskOfRemoval } = setting;
  const set = { step: 'set', phase, lookup: { type: 'repeat' } } as const;
  return {
    scope: 'environment',
    idPattern: `environments/*/${segment}`,
    collection: { style: 'singleton' },
    content: 'json',
    idOf: (_body, parent) => joinId(parent, segment),
    path: (id) => apiPath(id),
    create: ({ id, body }) => ({
      calls: [{ ...set, ...write(id, body), action: 'create', reason: reasons.missing }],
    }),
    update: ({ id, body }) => ({
      calls: [{ ...set, ...write(id, body), action: 'update', reason: reasons.differs }],
    }),
    remove: ({ id }, context) => ({
      calls: isRemovedAbove(id, context)
        ? []
        : [
            {
              ...write(id, {}),
              step: 'unset',
              action: 'delete',
              phase: 'remove',
              reason: reasons.extra,
              tolerates: [404],
              lookup: { type: 'repeat' },
              ...(riskOfRemoval === undefined ? {} : { risk: riskOfRemoval }),
            },
          ],
    }),
    listShape: 'P5',
  };
}
