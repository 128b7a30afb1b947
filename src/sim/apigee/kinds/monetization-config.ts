import { invalidArgument } from '../api-error.ts';
import { checkedBody } from '../body-check.ts';
import { ok, type Route } from '../route.ts';
import { routesOfOwners } from './billed-owner.ts';

const unset = 'BILLING_TYPE_UNSPECIFIED';

/** Billing types of developers and AppGroups: an empty object where none was set, and no way back to that. */
export const monetizationConfigRoutes: readonly Route[] = routesOfOwners(({ methods, schema, placeOf }) => [
  {
    id: `${methods}.getMonetizationConfig`,
    handle: ({ organization, path }) =>
      ok(organization.store.find('monetizationconfig', placeOf(organization, path), '') ?? {}),
  },
  {
    id: `${methods}.updateMonetizationConfig`,
    handle: ({ organization, path, body }) => {
      const place = placeOf(organization, path);
      const config = checkedBody(`${schema}MonetizationConfig`, body);
      if ((config['billingType'] ?? unset) === unset) throw invalidArgument('billingType must be PREPAID or POSTPAID');
      organization.store.put('monetizationconfig', place, '', config);
      return ok(config);
    },
  },
]);
