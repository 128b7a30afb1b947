import type { NotCaptured } from '../ledger.ts';

const later = 'not built yet; planned';

/** Every area of an organization that this version does not capture. Stands in every ledger, so that no gap is silent. */
export const notCaptured: readonly NotCaptured[] = [
  { kind: 'archive-deployment', why: later },
  { kind: 'monetization', why: `subscriptions, balances, billing types: ${later}` },
  {
    kind: 'portal-content',
    why: 'pages, themes, files, users, audiences, teams and mail settings of portals have no API',
  },
  { kind: 'api-hub', why: 'another product with an API of its own' },
  { kind: 'runtime-data', why: 'tokens, caches, quota counters and analytics are not in the management API' },
];
