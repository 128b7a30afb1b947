import { applyPlan } from '../../src/app/apply.ts';
import { capture } from '../../src/app/capture.ts';
import type { PointReader } from '../../src/app/ports/vault.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { findKindOf } from '../../src/core/kind-of.ts';
import { type KindName, kinds } from '../../src/core/kinds/index.ts';
import type { Kind } from '../../src/core/kinds/kind.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import type { Plan, PlannedCall, RunReport } from '../../src/core/plan.ts';
import { idsAbove } from '../../src/core/resource.ts';
import { everything } from '../../src/core/selection.ts';
import { createSampleVault } from '../../src/vault/sample-vault.fixture.ts';
import { openOrganization } from '../apigee/live-organization.ts';
import type { BadWrite, Target } from './bad-write.ts';
import { badConsumerWrites } from './bad-writes-consumers.ts';
import { badGatewayWrites } from './bad-writes-gateway.ts';
import { badSecurityWrites } from './bad-writes-security.ts';

/** A kind that has none does not compile. */
export const badWrites: Readonly<Record<KindName, BadWrite>> = {
  ...badGatewayWrites,
  ...badConsumerWrites,
  ...badSecurityWrites,
};

const nothing = (): void => undefined;
const progress = { phase: nothing, advance: nothing, note: nothing, warn: nothing };

export interface RefusedRun {
  readonly report: RunReport;
  /** The resource that the bad write of a kind is about. */
  readonly ids: ReadonlyMap<KindName, string>;
}

/** Takes a point of the organization, and applies a plan that has the bad write of each of these kinds and nothing else. */
export async function applyBadWrites(endpoint: string, names: readonly KindName[]): Promise<RefusedRun> {
  const sample = await createSampleVault();
  const vault = await sample.open('writer', 'restorer');
  const { clock } = sample;
  const { live, close } = openOrganization(endpoint, { hasher: vault.hasher, writable: true });
  try {
    const { details } = await capture(
      { live, vault, clock, progress },
      {
        organization: 'acme-prod',
        selection: everything,
        revisions: { newest: 1 },
        acceptedGaps: [],
        tool: 'test',
        identity: 'a test',
      },
    );
    const point = await vault.openPoint('acme-prod', details.id);
    const targets = new Map<KindName, Target>();
    for (const name of names) targets.set(name, await firstOf(point, kinds[name]));
    const plan = planOf(targets, { vault: vault.id, point: details.id, now: clock.now() });
    const lease = { isSafeToSend: () => true, release: async () => undefined };
    const report = await applyPlan(
      { live, vault, clock, progress, leases: { acquire: async () => lease } },
      { plan, holder: 'a test', tool: 'test', identity: 'a test' },
    );
    return { report, ids: new Map([...targets].map(([name, { id }]) => [name, id])) };
  } finally {
    await close();
  }
}

async function firstOf(point: PointReader, kind: Kind): Promise<Target> {
  for await (const entry of point.entries(kind.name)) {
    const { id, marks } = entry;
    const content = await point.readContent(entry);
    const body = content.type === 'json' ? parseJson(content.text) : {};
    if (!isJsonObject(body)) continue;
    const parent = idsAbove(id).find((above) => findKindOf(above)?.name === kind.scope) ?? '';
    const list = 'list' in kind.collection ? kind.collection.list(parent) : parent;
    const scope = kind.scope === 'organization' ? undefined : kinds[kind.scope];
    const above = scope === undefined ? undefined : await point.find(parent, scope.name);
    const path =
      kind.mayCollide === undefined
        ? (kind.pathUnder?.(id, nameIn(above?.marks)) ?? kind.path?.(id) ?? id)
        : `${list}/${nameIn(marks).replace(/^.*\//, '')}`;
    return { id, parent, parentPath: scope?.path?.(parent) ?? parent, path, list, body };
  }
  throw new Error(`the point has no ${kind.title.one}`);
}

function nameIn(marks: { readonly [name: string]: unknown } | undefined): string {
  const name = marks?.['serverName'];
  return typeof name === 'string' ? name : '';
}

function planOf(
  targets: ReadonlyMap<KindName, Target>,
  of: { readonly vault: string; readonly point: string; readonly now: string },
): Plan {
  const calls = [...targets].map(
    ([name, target]): PlannedCall => ({
      id: `${target.id}#bad`,
      resource: target.id,
      kind: name,
      step: 'bad',
      action: 'update',
      phase: 'materialise',
      reason: badWrites[name].why,
      lookup: { type: 'repeat' },
      stage: 0,
      needs: [],
      after: [],
      ...badWrites[name].call(target),
    }),
  );
  return {
    schema: 'holdfast/plan/1',
    hash: 'made by a test',
    vault: of.vault,
    organization: 'acme-prod',
    point: of.point,
    pointTime: of.now,
    plannedAt: of.now,
    tool: 'test',
    selection: everything,
    deleteExtra: false,
    resources: calls.map(({ resource, kind, reason }) => ({
      id: resource,
      kind,
      change: 'update',
      reason,
      fields: [],
    })),
    calls,
    fingerprints: [],
    cannotRestore: [],
    unknown: [],
    secretsRequired: [],
    risks: [],
    estimate: { mutatingCalls: calls.length, reads: 0, seconds: 1 },
  };
}
