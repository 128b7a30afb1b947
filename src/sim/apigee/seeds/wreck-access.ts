import { documentsIn, documentIn } from '../document.ts';
import type { WreckTarget } from '../wreck-target.ts';

/** Damage to the organization's own settings, and to who may do what in an environment. */
export function wreckAccess(target: WreckTarget, environment: string | undefined): string[] {
  return [...overwriteProperties(target), ...(environment === undefined ? [] : openToEverybody(target, environment))];
}

/** A whole list, sent with one entry by somebody who took it for a change of one. */
function overwriteProperties(target: WreckTarget): string[] {
  const before = documentsIn(documentIn({ ...target.get([]) }, 'properties'), 'property');
  if (before.length < 2) return [];
  target.put([], { properties: { property: [{ name: 'features.hybrid.enabled', value: 'true' }] } });
  return [`overwrote the ${before.length} properties of the organization with one`];
}

function openToEverybody(target: WreckTarget, environment: string): string[] {
  const bindings = [{ role: 'roles/apigee.environmentAdmin', members: ['allAuthenticatedUsers'] }];
  target.act(['environments', environment], 'setIamPolicy', { policy: { bindings } });
  return [`made everybody with an account an administrator of ${environment}`];
}
