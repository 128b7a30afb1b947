import type { CallDraft } from '../call.ts';
import { stringField } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { encodeSegment, idSegments, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Desired, Kind, Reference } from './kind.ts';
import { bodyWithout } from './write-body.ts';
import { deleteCall } from './usual-calls.ts';

const serverAssigned = ['flowHookPoint'];

function sharedFlowOf(body: JsonObject): string {
  return stringField(body, 'sharedFlow') ?? '';
}

function needs(desired: Desired): Reference[] {
  const flow = sharedFlowOf(desired.body);
  if (flow === '') return [];
  const environment = encodeSegment(idSegments(desired.id)[1] ?? '');
  const id = joinId('environments', environment, 'sharedflows', encodeSegment(flow), 'deployment');
  return [{ id, why: 'the flow hook runs it', ifMissing: 'sent' }];
}

/** Attaching replaces what was attached: the same call, whether the hook point was empty or not. */
function attachCall(desired: Desired, action: 'create' | 'update', reason: string): CallDraft {
  return {
    step: 'attach',
    action,
    phase: 'activate',
    method: 'PUT',
    path: callPath(desired.id),
    body: bodyWithout(desired.body, serverAssigned),
    reason,
    lookup: { type: 'repeat' },
  };
}

/**
 * A shared flow attached to one of the four fixed points of an environment. An empty point answers like an attached one, but
 * without a shared flow: it is no resource.
 */
export const flowHook: Kind = {
  name: 'flow-hook',
  title: { one: 'flow hook', many: 'flow hooks' },
  scope: 'environment',
  idPattern: 'environments/*/flowhooks/*',
  collection: { style: 'names', list: (parent) => apiPath(parent, 'flowhooks') },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: (body, parent) => {
    const name = stringField(body, 'flowHookPoint') ?? stringField(body, 'name');
    return name === undefined ? undefined : joinId(parent, 'flowhooks', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  isVacant: (body) => sharedFlowOf(body) === '',
  vacancy: { sharedFlow: 'string', flowHookPoint: 'string', continueOnError: 'boolean', description: 'string' },
  serverAssigned,
  sets: [],
  // An omitted continueOnError means true, so false has to be told from absent.
  defaults: { continueOnError: true },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs,
  create: (desired) => ({ calls: [attachCall(desired, 'create', 'no shared flow is attached here')] }),
  update: (desired) => ({ calls: [attachCall(desired, 'update', 'the flow hook differs')] }),
  remove: (live) => ({
    calls: [
      deleteCall(callPath(live.id), {
        step: 'detach',
        reason: 'the point has nothing attached here',
        risk: 'All proxies of the environment run without it from then on.',
      }),
    ],
  }),
  listShape: 'P0',
  restore: 'yes',
  limits: [
    'Whether the shared flow of a flow hook has to be deployed in the environment is written nowhere: where it is not, the hook is sent all the same, and may be refused.',
  ],
};
