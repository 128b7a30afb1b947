import { alreadyExists, invalidArgument, notFound } from '../api-error.ts';
import { assertPresent, checkedBody } from '../body-check.ts';
import type { Document } from '../document.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { fieldMask, instantOf } from './field-mask.ts';

const fields = ['displayName', 'feedbackContexts', 'feedbackType', 'reason', 'comment'];

/** What customers say of detected abuse; the id may be chosen. */
export const securityFeedbackRoutes: readonly Route[] = [
  {
    id: 'organizations.securityFeedback.list',
    paging: { style: 'token', field: 'securityFeedback' },
    handle: ({ organization, query }) => {
      const source = {
        from: (name: string) => organization.store.list('securityfeedback', '', name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const { items, nextPageToken } = tokenPage(source, query, pageCaps.securityFeedback);
      const feedback = items.map((item) => item.read());
      return tokenAnswer(organization.world.switches, 'securityFeedback', { items: feedback, nextPageToken });
    },
  },
  {
    id: 'organizations.securityFeedback.get',
    handle: ({ organization, path }) => ok(getFeedback(organization, path)),
  },
  { id: 'organizations.securityFeedback.create', handle: createFeedback },
  { id: 'organizations.securityFeedback.patch', handle: patchFeedback },
  {
    id: 'organizations.securityFeedback.delete',
    handle: ({ organization, path }) => {
      getFeedback(organization, path);
      organization.store.delete('securityfeedback', '', path['securityFeedbackId'] ?? '');
      return ok({});
    },
  },
];

function getFeedback(organization: SimulatedOrganization, path: Call['path']): Document {
  const id = path['securityFeedbackId'] ?? '';
  const feedback = organization.store.find('securityfeedback', '', id);
  if (feedback === undefined) throw notFound(`security feedback ${id} not found`);
  return feedback;
}

function createFeedback({ organization, query, body }: Call) {
  const checked = checkedFeedback(checkedBody('SecurityFeedback', body));
  const id = query['securityFeedbackId'] ?? organization.world.random.uuid();
  if (organization.store.has('securityfeedback', '', id)) throw alreadyExists(`security feedback ${id} already exists`);
  const now = instantOf(organization);
  const name = `organizations/${organization.name}/securityFeedback/${id}`;
  const feedback = { ...checked, name, createTime: now, updateTime: now };
  organization.store.put('securityfeedback', '', id, feedback);
  return ok(feedback);
}

function patchFeedback({ organization, path, query, body }: Call) {
  const before = getFeedback(organization, path);
  const sent = checkedBody('SecurityFeedback', body);
  const after: Document = { ...before };
  for (const field of fieldMask(query, fields) ?? Object.keys(sent)) {
    if (sent[field] === undefined) delete after[field];
    else after[field] = sent[field];
  }
  const feedback = { ...checkedFeedback(after), updateTime: instantOf(organization) };
  organization.store.put('securityfeedback', '', path['securityFeedbackId'] ?? '', feedback);
  return ok(feedback);
}

function checkedFeedback(feedback: Document): Document {
  assertPresent(feedback, ['feedbackContexts', 'feedbackType']);
  if (feedback['feedbackType'] === 'FEEDBACK_TYPE_UNSPECIFIED') throw invalidArgument('feedbackType is required');
  return feedback;
}
