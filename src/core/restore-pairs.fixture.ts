import { findKindOf } from './kind-of.ts';
import type { JsonObject } from './json.ts';
import type { BundleFacts, IdContext } from './kinds/kind.ts';
import { stateOf } from './kinds/write-context.fixture.ts';
import type { LiveRevision, RestoreInput } from './plan-restore.ts';
import type { ResourceId } from './resource.ts';
import { sampleContext } from './sample-kind.fixture.ts';
import type { RestorePair } from './restore-pair.ts';
import { everything } from './selection.ts';

export interface PairOptions {
  readonly desired?: JsonObject;
  readonly live?: JsonObject;
  readonly label?: string;
  readonly role?: RestorePair['role'];
  readonly facts?: Partial<BundleFacts>;
  readonly liveFacts?: Partial<BundleFacts>;
  readonly changedSecrets?: readonly string[];
}

/** A deployment's number resolves to the revision whose digest is that number. */
const context: IdContext = {
  ...sampleContext,
  find: (_kind, key) => key.replace(/@(.*)$/, '/revisions/~$1'),
};

const noFacts: BundleFacts = {
  version: 1,
  sharedFlows: [],
  targetServers: [],
  keyValueMaps: [],
  issuers: [],
  basePaths: [],
};

/** A pair of states from their bodies. */
export function pairOf(id: ResourceId, options: PairOptions): RestorePair {
  const kind = findKindOf(id);
  if (kind === undefined) throw new TypeError(`${id} is of no kind`);
  const { desired, live, label, role = 'chosen', facts = {}, liveFacts = {}, changedSecrets = [] } = options;
  const marks = { marks: { numbers: { [label?.split('@')[1] ?? '1']: {} } } };
  const side = (body: JsonObject, own: Partial<BundleFacts>) => ({
    ...stateOf(kind, id, body, context),
    facts: { ...noFacts, ...own },
  });
  return {
    kind,
    id,
    ...(desired === undefined ? {} : { desired: side(desired, facts) }),
    ...(live === undefined ? {} : { live: { ...side(live, liveFacts), ...marks } }),
    ...(label === undefined ? {} : { label }),
    changedSecrets,
    fingerprint: { id, kind: kind.name, state: live === undefined ? 'absent' : 'present' },
    fields: [],
    role,
  };
}

export function inputOf(pairs: readonly RestorePair[], revisions: readonly ResourceId[] = []): RestoreInput {
  const revisionOf = (id: ResourceId): [ResourceId, LiveRevision] => [
    id,
    { number: '1', fingerprint: { id, kind: 'proxy-revision', state: 'present', configHash: 'c' } },
  ];
  return {
    plannedAtMs: 1_000_000,
    pairs,
    liveRevisions: new Map(revisions.map(revisionOf)),
    selection: everything,
    missingNeeds: [],
  };
}
