import { textIn } from '../document.ts';
import type { Call, Route } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { getAppGroup } from './app-group.ts';
import { developerPlace, groupPlace } from './billed-place.ts';
import { getDeveloper } from './developer.ts';

/** Who is billed: a developer or an AppGroup, with the words that the API has for what they own. */
export interface BilledOwner {
  /** Method ids begin with it. */
  readonly methods: string;
  /** Schema names begin with it. */
  readonly schema: 'AppGroup' | 'Developer';
  /** Under what the path's owner keeps what it owns; 404 where there is no such owner. */
  placeOf(organization: SimulatedOrganization, path: Call['path']): string;
}

const billedOwners: readonly BilledOwner[] = [
  {
    methods: 'organizations.developers',
    schema: 'Developer',
    placeOf: (organization, path) => developerPlace(getDeveloper(organization, path['developersId'] ?? '')),
  },
  {
    methods: 'organizations.appgroups',
    schema: 'AppGroup',
    placeOf: (organization, path) => groupPlace(textIn(getAppGroup(organization, path), 'name')),
  },
];

/** The routes of all owners. */
export function routesOfOwners(routesOf: (owner: BilledOwner) => readonly Route[]): readonly Route[] {
  return billedOwners.flatMap(routesOf);
}
