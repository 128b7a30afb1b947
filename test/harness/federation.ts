import type { TestContext } from 'node:test';
import { managedIdentityApp, type MintToken } from '../../src/sim/azure/managed-identity.ts';
import { realClock, type SimulatorClock } from '../../src/sim/control/clock.ts';
import { listen } from '../../src/sim/control/listen.ts';
import { googleApp } from '../../src/sim/google/google-app.ts';
import { type Binding, GoogleIdentities } from '../../src/sim/google/google-identities.ts';
import { useIdentityEnvironment } from './identity-environment.ts';
import { type EntraIssuer, type IssuedIdentity, startEntraIssuer } from './entra-issuer.ts';

export const TENANT = '11111111-2222-3333-4444-555555555555';
export const ISSUER = `https://sts.windows.net/${TENANT}/`;
export const PROJECT = 'acme-prod';
export const PROJECT_NUMBER = '123456789';
export const APP_ID_URI = 'api://holdfast';
const POOL = `projects/${PROJECT_NUMBER}/locations/global/workloadIdentityPools/holdfast`;
const IDENTITY_HEADER = 'header-of-the-simulated-app';

const claims = { tid: TENANT, ver: '1.0' };
export const captureIdentity: IssuedIdentity = { objectId: 'oid-capture', clientId: 'client-capture', claims };
export const restoreIdentity: IssuedIdentity = { objectId: 'oid-restore', clientId: 'client-restore', claims };
/** Of the same tenant, and nobody's business here. */
export const strangeIdentity: IssuedIdentity = { objectId: 'oid-stranger', clientId: 'client-stranger', claims };

export type Purpose = 'capture' | 'restore';

export function providerName(purpose: Purpose): string {
  return `${POOL}/providers/azure-${purpose}`;
}

export function accountOf(purpose: Purpose): string {
  return `holdfast-${purpose}@${PROJECT}.iam.gserviceaccount.com`;
}

export function principalOf(subject: string): string {
  return `principal://iam.googleapis.com/${POOL}/subject/${subject}`;
}

export interface Federation {
  readonly google: GoogleIdentities;
  readonly issuer: EntraIssuer;
  /** `HOLDFAST_TEST_GOOGLE_ORIGIN` */
  readonly origin: string;
  /** The endpoint of managed identities. */
  readonly machine: string;
  /** The section `identity` of a configuration with both identities. */
  readonly identity: {
    readonly google: { readonly capture: object; readonly restore: object };
    readonly trust: { readonly [name: string]: string };
  };
}

interface FederationSetUp {
  /** The permissions of the two roles. */
  readonly roles?: { readonly [Name in Purpose]: readonly string[] };
  /** Google's. */
  readonly clock?: SimulatorClock;
  /** Told of every token that the workload is given. */
  readonly onMint?: (token: string) => void;
}

/**
 * All that lies between a workload on Azure and Google, on this machine: an issuer, the identity endpoint of the workload,
 * token service, IAM and its credentials, set up for a capture and a restore identity as the documentation says.
 */
export async function startFederation(
  t: TestContext,
  { roles = { capture: [], restore: [] }, clock = realClock(), onMint = () => undefined }: FederationSetUp = {},
): Promise<Federation> {
  const issuer = await startEntraIssuer(ISSUER, [captureIdentity, restoreIdentity, strangeIdentity]);
  t.after(() => issuer.close());
  const google = new GoogleIdentities({ clock, keysOf: () => issuer.keys() });
  for (const purpose of ['capture', 'restore'] as const) setUp(google, purpose, roles[purpose]);
  google.putProject(PROJECT, bindings(), PROJECT_NUMBER);
  const googleFace = await listen(googleApp(google));
  t.after(() => googleFace.close());
  const mint: MintToken = async (request) => {
    const minted = await issuer.mint(request);
    if (minted !== undefined) onMint(minted.token);
    return minted;
  };
  const machine = await listen(managedIdentityApp({ mint, identityHeader: IDENTITY_HEADER }));
  t.after(() => machine.close());
  const of = (purpose: Purpose, { clientId }: IssuedIdentity): object => ({
    kind: 'azure-federation',
    audience: `//iam.googleapis.com/${providerName(purpose)}`,
    appIdUri: APP_ID_URI,
    serviceAccount: accountOf(purpose),
    azure: { kind: 'managed', clientId },
  });
  const trust = {
    host: 'container-apps',
    tenantId: TENANT,
    captureSubject: captureIdentity.objectId,
    restoreSubject: restoreIdentity.objectId,
  };
  const both = { capture: of('capture', captureIdentity), restore: of('restore', restoreIdentity) };
  const identity = { google: both, trust };
  return { google, issuer, origin: googleFace.url, machine: machine.url, identity };
}

/** What the two service accounts have in the project, and whatever else is given. */
export function bindings(...others: readonly Binding[]): readonly Binding[] {
  const own = (['capture', 'restore'] as const).map((purpose) => ({
    role: `projects/${PROJECT}/roles/holdfast.${purpose}`,
    members: [`serviceAccount:${accountOf(purpose)}`],
  }));
  return [...own, ...others];
}

function setUp(google: GoogleIdentities, purpose: Purpose, permissions: readonly string[]): void {
  const { objectId } = purpose === 'capture' ? captureIdentity : restoreIdentity;
  google.putProvider({
    name: providerName(purpose),
    issuerUri: ISSUER,
    allowedAudiences: [APP_ID_URI],
    attributeMapping: { 'google.subject': 'assertion.sub' },
    attributeCondition: `assertion.sub == '${objectId}' && assertion.tid == '${TENANT}'`,
  });
  google.putAccount(accountOf(purpose), [{ role: 'roles/iam.workloadIdentityUser', members: [principalOf(objectId)] }]);
  google.putRole(`projects/${PROJECT}/roles/holdfast.${purpose}`, permissions);
}

/**
 * Makes this process a job on Container Apps with the federation's managed identities; answers what a command line needs
 * besides. The library keeps tokens and endpoint for the life of the process: one federation for each test file.
 */
export function useFederation(t: TestContext, { machine, origin }: Federation): { readonly [name: string]: string } {
  useIdentityEnvironment(t, { IDENTITY_ENDPOINT: `${machine}/msi/token`, IDENTITY_HEADER });
  return { HOLDFAST_TEST_GOOGLE_ORIGIN: origin };
}
