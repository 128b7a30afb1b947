import type { NotCaptured } from '../ledger.ts';

/** What has to be there before a restore, and no Apigee call makes. */
function externally(what: string): string {
  return `${what} belong to other Google Cloud services: an external prerequisite`;
}

/** Every area of an organization that this version does not capture. Stands in every ledger, so that no gap is silent. */
export const notCaptured: readonly NotCaptured[] = [
  {
    kind: 'archive-history',
    why: 'archives of an environment before the one that is deployed: making one again would deploy it',
  },
  {
    kind: 'portal-content',
    why: 'pages, themes, files, users, audiences, teams and mail settings of portals have no API',
  },
  { kind: 'api-hub', why: 'another product with an API of its own' },
  { kind: 'runtime-data', why: 'tokens, quota counters and contents of caches are not in the management API' },
  { kind: 'cache', why: 'policies make caches on demand; the API tells their names only' },
  { kind: 'debug-session', why: 'recorded traffic, which expires' },
  { kind: 'operation', why: 'the history of long-running operations cannot be written' },
  { kind: 'security-incident', why: 'detections and reports of abuse are measurements' },
  { kind: 'analytics-export', why: 'a history of jobs' },
  { kind: 'analytics-query', why: 'a history of queries; statistics are measurements' },
  { kind: 'api-observation', why: 'observation sources, jobs and findings: an API in alpha, of another service' },
  {
    kind: 'assigned-address',
    why: 'NAT addresses and hosts of instances and endpoints are given by Google and cannot be chosen',
  },
  { kind: 'canary-evaluation', why: 'operational records that the API does not list' },
  { kind: 'pubsub-subscription', why: 'plumbing of the runtime; subscribing answers a random name' },
  { kind: 'derived-configuration', why: 'deployed, ingress and runtime configuration is computed from the rest' },
  { kind: 'project-iam', why: externally('roles and grants of the project') },
  { kind: 'service-account', why: externally('service accounts and their keys') },
  { kind: 'kms-key', why: externally('encryption keys') },
  { kind: 'load-balancer', why: externally('load balancers') },
  { kind: 'public-certificate', why: externally('certificates of hostnames') },
  { kind: 'public-dns', why: externally('DNS records of hostnames and networks') },
];
