import { type Document, textIn } from '../document.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';

/** By id: another developer of the same e-mail owns nothing of it. */
export function developerPlace(developer: Document): string {
  return `developer ${textIn(developer, 'developerId')}`;
}

export function groupPlace(name: string): string {
  return `appgroup ${name}`;
}

/** Everything that is billed to an owner goes with it. */
export function removeBilled({ store }: SimulatedOrganization, place: string): void {
  store.delete('monetizationconfig', place, '');
  for (const kind of ['subscription', 'wallet', 'transaction']) {
    const names = Array.from(store.list(kind, place), ({ name }) => name);
    for (const name of names) store.delete(kind, place, name);
  }
}
