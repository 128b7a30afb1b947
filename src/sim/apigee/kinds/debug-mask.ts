import { failedPrecondition, invalidArgument } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { type Document, isDocument, textIn } from '../document.ts';
import { type Call, ok, type Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getActiveEnvironment, getEnvironment } from './environment.ts';

/** The debug mask of an environment: always there, of type COMPREHENSIVE only; PATCH adds to its lists unless told to replace. */
export const debugMaskRoutes: readonly Route[] = [
  {
    id: 'organizations.environments.getDebugmask',
    handle: ({ organization, path }) => {
      const environment = path['environmentsId'] ?? '';
      assertMaskable(getEnvironment(organization, environment));
      return ok(readMask(organization, environment));
    },
  },
  { id: 'organizations.environments.updateDebugmask', handle: patchMask },
];

function assertMaskable(environment: Document): void {
  const type = textIn(environment, 'type');
  if (type === 'COMPREHENSIVE' || type === '') return;
  throw failedPrecondition(
    `debug mask: operation not supported for environment ${textIn(environment, 'name')} of type ${type}`,
  );
}

function readMask(organization: SimulatedOrganization, environment: string): Document {
  const name = `organizations/${organization.name}/environments/${environment}/debugmask`;
  return { ...organization.store.find('debugmask', environment, ''), name };
}

function patchMask({ organization, path, query, body }: Call) {
  const environment = path['environmentsId'] ?? '';
  assertMaskable(getActiveEnvironment(organization, environment));
  const { name: _, ...sent } = checkedBody('DebugMask', body);
  const { name: __, ...before } = readMask(organization, environment);
  const replaces = replacesOf(query['replaceRepeatedFields']);
  const mask = query['updateMask']?.split(',').filter((field) => field !== '');
  if (mask?.includes('name') === true) throw invalidArgument('updateMask names name');
  const after: Document = { ...before };
  for (const field of mask ?? Object.keys(replaces ? { ...before, ...sent } : sent)) {
    after[field] = replaces ? sent[field] : added(before[field], sent[field]);
    if (after[field] === undefined) delete after[field];
  }
  organization.store.put('debugmask', environment, '', after);
  return ok(readMask(organization, environment));
}

function replacesOf(asked: string | undefined): boolean {
  if (asked === undefined || asked === 'false') return false;
  if (asked === 'true') return true;
  throw invalidArgument(`Invalid value at 'replace_repeated_fields' (TYPE_BOOL), "${asked}"`);
}

/** Lists are appended to, maps are merged. */
function added(before: unknown, sent: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(sent)) return [...(before as unknown[]), ...(sent as unknown[])];
  if (isDocument(before) && isDocument(sent)) return { ...before, ...sent };
  return sent ?? before;
}
