import type { BundledSeed } from '../organization-seed.ts';
import { sharedFlowDescriptor, sharedFlowEndpoint } from './bundle-xml.ts';
import { daysBefore } from './moments.ts';
import * as policies from './policy-xml.ts';
import { issuer } from './proxy-bundle.ts';
import type { EnvironmentName } from './proxy-plan.ts';

/** A shared flow of the seeds, before its files are written. */
export interface SharedFlowPlan {
  readonly name: string;
  readonly displayName: string;
  readonly revisions: readonly number[];
  readonly deployed: Readonly<Partial<Record<EnvironmentName, number>>>;
  readonly serviceAccount?: string;
  readonly ageDays: number;
  /** The policies of the revision at a position, in the order they run. */
  policiesAt(position: number): Readonly<Record<string, string>>;
}

/** The shared flows, leaves first: `caller-identity` calls `traffic-guard`, so that one has to be deployed earlier. */
export const sharedFlowPlans: readonly SharedFlowPlan[] = [
  {
    name: 'traffic-guard',
    displayName: 'Traffic guard',
    revisions: [1, 2, 4],
    deployed: { dev: 4, test: 4, prod: 2 },
    ageDays: 400,
    policiesAt: (position) => ({ 'SA-Everybody': policies.spikeArrest('SA-Everybody', `${200 + 50 * position}ps`) }),
  },
  {
    name: 'caller-identity',
    displayName: 'Caller identity',
    revisions: [2, 3, 5],
    deployed: { dev: 5, test: 5, prod: 3 },
    ageDays: 380,
    policiesAt: (position) => ({
      'FC-traffic-guard': policies.flowCallout('FC-traffic-guard', 'traffic-guard'),
      'VJ-Caller': policies.verifyJwt('VJ-Caller', {
        issuer,
        audience: `acme-pay-${position < 2 ? 'apis' : 'gateway'}`,
      }),
      'AM-Caller': policies.assignHeaders('AM-Caller', {
        'x-caller': `{jwt.VJ-Caller.decoded.claim.sub};v=${position}`,
      }),
    }),
  },
  {
    name: 'error-envelope',
    displayName: 'Error envelope – problem+json',
    revisions: [1],
    deployed: { dev: 1, test: 1, prod: 1 },
    serviceAccount: 'error-reporter@acme-pay-prod.iam.gserviceaccount.com',
    ageDays: 365,
    policiesAt: () => ({
      'AM-Problem': policies.assignHeaders('AM-Problem', { 'content-type': 'application/problem+json' }),
    }),
  },
  {
    name: 'legacy-logging',
    displayName: 'Logging of the old gateway',
    revisions: [6, 7],
    deployed: {},
    ageDays: 700,
    policiesAt: (position) => ({ 'AM-Log': policies.assignHeaders('AM-Log', { 'x-log': `old-${position}` }) }),
  },
];

/** A shared flow with all its revisions written out. */
export function sharedFlowOf(plan: SharedFlowPlan): BundledSeed {
  const momentOf = (position: number): string => daysBefore(Math.max(1, plan.ageDays - position * 30), position * 977);
  return {
    name: plan.name,
    createdAt: momentOf(0),
    lastModifiedAt: momentOf(plan.revisions.length - 1),
    revisions: plan.revisions.map((number, position) => ({
      number,
      createdAt: momentOf(position),
      get files() {
        return sharedFlowFiles(plan, { number, position, createdAt: momentOf(position) });
      },
    })),
  };
}

function sharedFlowFiles(
  plan: SharedFlowPlan,
  revision: { readonly number: number; readonly position: number; readonly createdAt: string },
): Record<string, string> {
  const written = plan.policiesAt(revision.position);
  const names = Object.keys(written);
  const descriptor = sharedFlowDescriptor({
    name: plan.name,
    revision: revision.number,
    displayName: plan.displayName,
    description: `${plan.displayName}, release ${revision.position + 1}`,
    createdAt: revision.createdAt,
    policies: names,
    resources: [],
  });
  return {
    [`sharedflowbundle/${plan.name}.xml`]: descriptor,
    'sharedflowbundle/sharedflows/default.xml': sharedFlowEndpoint(names),
    ...Object.fromEntries(names.map((name) => [`sharedflowbundle/policies/${name}.xml`, written[name] ?? ''])),
  };
}
