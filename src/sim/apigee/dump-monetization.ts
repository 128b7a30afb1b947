import { type Document, documentIn, textFrom, textIn } from './document.ts';
import type { DumpLine } from './dump.ts';
import { keyed, type Meaning } from './dump-analytics.ts';
import { developerPlace, groupPlace } from './kinds/billed-place.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** Billing types, subscriptions and balances, named by who is billed. Nothing where monetization is off. */
export function* monetizationLines(organization: SimulatedOrganization, meaning: Meaning): Generator<DumpLine> {
  const { store } = organization;
  const profile = store.find('organization', '', '') ?? {};
  if (documentIn(documentIn(profile, 'addonsConfig'), 'monetizationConfig')['enabled'] !== true) return;
  for (const item of store.list('developer', '')) {
    const place = { place: developerPlace(item.read()), key: item.name, subscribe: ofDeveloper };
    yield* linesOf(organization, place, meaning);
  }
  for (const { name } of store.list('appgroup', '')) {
    yield* linesOf(organization, { place: groupPlace(name), key: name, subscribe: ofGroup }, meaning);
  }
}

interface Billed {
  readonly place: string;
  readonly key: string;
  readonly subscribe: (subscription: Document) => { readonly key: string; readonly value: Document };
}

function* linesOf({ store }: SimulatedOrganization, billed: Billed, meaning: Meaning): Generator<DumpLine> {
  const { place, key, subscribe } = billed;
  const config = store.find('monetizationconfig', place, '');
  if (config !== undefined) yield { kind: 'billing type', key, value: meaning(config) };
  const subscriptions = [...store.list('subscription', place)].map((item) => {
    const line = subscribe(item.read());
    return { ...line, key: `${key}/${line.key}` };
  });
  yield* keyed('subscription', subscriptions);
  for (const wallet of store.list('wallet', place)) {
    yield { kind: 'wallet', key: `${key}/${wallet.name}`, value: meaning(documentIn(wallet.read(), 'balance')) };
  }
}

const ofDeveloper: Billed['subscribe'] = (subscription) => ({
  key: `${textIn(subscription, 'apiproduct')}@${textFrom(subscription['startTime'])}`,
  value: { endTime: subscription['endTime'] },
});

/** The times are the server's, but whether there is an end is not. */
const ofGroup: Billed['subscribe'] = (subscription) => ({
  key: textIn(subscription, 'apiproduct'),
  value: { hasEnd: subscription['endTime'] !== undefined },
});
