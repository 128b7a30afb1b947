import type { Hasher } from './hasher.ts';
import type { IdContext, Kind } from './kinds/kind.ts';

/** A kind with one of each declaration, for tests. */
export const sampleKind: Kind = {
  name: 'app-key',
  title: { one: 'sample', many: 'samples' },
  scope: 'organization',
  idPattern: 'samples/*',
  collection: { style: 'names', list: () => 'samples' },
  content: 'json',
  canonicalVersion: 1,
  preset: 'gateway',
  idOf: () => undefined,
  serverAssigned: ['createdAt', 'meta.etag', 'rules[].id'],
  sets: [
    { path: 'attributes', by: 'name' },
    { path: 'hosts' },
    { path: 'rules[].methods' },
    { path: 'groups' },
    { path: 'groups[].methods' },
  ],
  defaults: { enabled: true, approval: 'auto', retries: 0 },
  maps: ['labels'],
  secrets: ['secret', 'rules[].token', 'attributes[].pin'],
  tolerant: [{ path: 'expiresAt', toleranceMs: 120_000 }],
  cascadesWithParent: false,
  extraIsDifference: true,
  needs: () => [],
  create: () => ({ calls: [] }),
  update: () => ({ calls: [] }),
  remove: () => ({ calls: [] }),
  listShape: 'P0',
  restore: 'yes',
  limits: [],
};

/** Tags that are the hashed text itself: what goes into a hash can be read in a test. */
export const plainHasher: Hasher = {
  config: (canonical) => `config:${canonical}`,
  secret: (value) => `secret:${value}`,
  idTag: (value) => `id:${value}`,
  digest: (bytes) => `digest:${bytes.length}:${bytes.reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7)}`,
};

export const sampleContext: IdContext = { hasher: plainHasher, find: () => undefined };
