import { again, type BadWrite, changed, json, send, textOf } from './bad-write.ts';

const nowhere = 'nowhere-at-all';

/** Of products, of everything that belongs to consumers, and of money, a write that the service refuses. */
export const badConsumerWrites = {
  'api-product': changed('neither automatic nor by hand', /approvalType must be auto or manual/, {
    approvalType: 'perhaps',
  }),
  'rate-plan': changed('the plan of another product', /apiproduct nowhere-at-all is not that of the path/, {
    apiproduct: nowhere,
  }),
  developer: again(/developer .* already exists/, ['email', 'firstName', 'lastName', 'userName']),
  'developer-app': {
    why: 'there is one of that name',
    status: 409,
    says: /App named .* already exists/,
    call: ({ parentPath, body }) => send('POST', `${parentPath}/apps`, { name: textOf(body, 'name') }),
  },
  'app-key': {
    why: 'a key with a blank',
    status: 400,
    says: /consumerKey may only have letters, digits/,
    call: ({ parentPath }) => send('POST', `${parentPath}/keys`, { consumerKey: 'a b', consumerSecret: 'c' }),
  },
  'app-group': {
    why: 'neither active nor inactive',
    status: 400,
    says: /action "perhaps" is not supported/,
    call: ({ path }) => ({ method: 'PUT', path: [path], query: { action: 'perhaps' }, body: { type: 'empty' } }),
  },
  'app-group-app': {
    why: 'another name',
    status: 400,
    says: /name is immutable/,
    call: ({ path }) => send('PUT', path, { name: 'another' }),
  },
  'app-group-app-key': {
    why: 'the secret of a key is fixed',
    status: 400,
    says: /consumerSecret is immutable/,
    call: ({ id, parentPath }) => ({
      method: 'POST',
      path: [`${parentPath}/keys/`, { hole: 'secret', id, name: 'consumerKey' }],
      body: json({ appGroupAppKey: { consumerSecret: 'another' } }),
    }),
  },
  'developer-monetization-config': changed('no billing type', /billingType must be PREPAID or POSTPAID/, {
    billingType: 'BILLING_TYPE_UNSPECIFIED',
  }),
  'app-group-monetization-config': changed('a billing type that is none', /Invalid value at 'billingType'/, {
    billingType: 'BARTER',
  }),
  'developer-subscription': {
    why: 'it ends before it begins',
    status: 400,
    says: /endTime must be after startTime/,
    call: ({ list, body }) =>
      send('POST', list, { apiproduct: textOf(body, 'apiproduct'), startTime: '4000000000000', endTime: '1' }),
  },
  'app-group-subscription': {
    why: 'a product that is not there',
    status: 404,
    says: /ApiProduct nowhere-at-all does not exist/,
    call: ({ list }) => send('POST', list, { apiproduct: nowhere }),
  },
  'developer-balance': {
    why: 'a credit of nothing',
    status: 400,
    says: /transactionAmount must be positive/,
    call: ({ path }) =>
      send('POST', `${path}:credit`, {
        transactionAmount: { currencyCode: 'EUR', units: '0' },
        transactionId: 'nothing',
      }),
  },
  'app-group-balance': {
    why: 'a currency that is none',
    status: 400,
    says: /currencyCode "euros" is invalid/,
    call: ({ path }) =>
      send('POST', `${path}:credit`, {
        transactionAmount: { currencyCode: 'euros', units: '1' },
        transactionId: 'euros',
      }),
  },
} satisfies Readonly<Record<string, BadWrite>>;
