import { encodeSegment, idName, joinId } from '../resource.ts';
import { apiPath, callPath } from './api-path.ts';
import type { Kind } from './kind.ts';
import { shortNameOf } from './resource-name.ts';
import { bodyWithout, differingFields } from './write-body.ts';
import { createCall, deleteCall, updateCall } from './usual-calls.ts';

const serverAssigned = ['name', 'createTime', 'updateTime'];

/** `securityFeedback/ID`: traffic that abuse detection is told to leave out. The id can be chosen, so it stays. */
export const securityFeedback: Kind = {
  name: 'security-feedback',
  title: { one: 'security feedback', many: 'security feedback' },
  scope: 'organization',
  idPattern: 'securityFeedback/*',
  collection: {
    style: 'page-token',
    list: () => 'securityFeedback',
    query: {},
    items: 'securityFeedback',
    pageSize: 100,
  },
  content: 'json',
  canonicalVersion: 2,
  preset: 'gateway',
  needsAddon: 'apiSecurityConfig',
  idOf: (body) => {
    const name = shortNameOf(body);
    return name === undefined ? undefined : joinId('securityFeedback', encodeSegment(name));
  },
  path: (id) => apiPath(id),
  serverAssigned,
  sets: [{ path: 'feedbackContexts', by: 'attribute' }, { path: 'feedbackContexts[].values' }],
  defaults: { reason: 'REASON_UNSPECIFIED', feedbackType: 'FEEDBACK_TYPE_UNSPECIFIED' },
  unspecified: { 'feedbackContexts[].attribute': 'ATTRIBUTE_UNSPECIFIED' },
  former: { 1: { unspecified: {} } },
  secrets: [],
  tolerant: [],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: (desired) => ({
    calls: [
      createCall(desired.id, {
        path: ['securityFeedback'],
        query: { securityFeedbackId: idName(desired.id) },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the feedback is missing',
      }),
    ],
  }),
  update: (desired, live) => ({
    calls: [
      updateCall({
        method: 'PATCH',
        path: callPath(desired.id),
        query: {
          updateMask: differingFields(desired, live).join(','),
        },
        body: bodyWithout(desired.body, serverAssigned),
        reason: 'the feedback differs',
      }),
    ],
  }),
  remove: (live) => ({
    calls: [deleteCall(callPath(live.id))],
  }),
  listShape: 'P2',
  restore: 'yes',
  limits: ['What was detected before the feedback came back is not judged again.'],
};
