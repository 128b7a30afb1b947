import type { CallDraft, PathTemplate } from '../call.ts';
import type { ResourceId } from '../resource.ts';
import { callPath } from './api-path.ts';

/** What a call says beyond what the usual one of its kind says; it wins. */
type Further<Told extends keyof CallDraft> = Pick<CallDraft, Told> & Partial<CallDraft>;

/** Makes `id`, which is missing. Who lost the answer looks whether it is there. */
export function createCall(id: ResourceId, draft: Further<'path' | 'body' | 'reason'>): CallDraft {
  return {
    step: 'create',
    action: 'create',
    phase: 'materialise',
    method: 'POST',
    lookup: { type: 'get', path: callPath(id) },
    ...draft,
  };
}

/** Changes what is there; sent twice it does the same. */
export function updateCall(draft: Further<'method' | 'path' | 'body' | 'reason'>): CallDraft {
  return { step: 'update', action: 'update', phase: 'materialise', lookup: { type: 'repeat' }, ...draft };
}

/** Deletes what the point does not have. That it is gone already is as well. */
export function deleteCall(path: PathTemplate, draft: Partial<CallDraft> = {}): CallDraft {
  return {
    step: 'delete',
    action: 'delete',
    phase: 'remove',
    method: 'DELETE',
    path,
    reason: 'the point does not have it',
    tolerates: [404],
    lookup: { type: 'repeat' },
    ...draft,
  };
}
