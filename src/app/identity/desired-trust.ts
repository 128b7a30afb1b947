import { googleRole, type RoleName, roleNames } from '../../core/roles/google-roles.ts';
import type { GoogleIdentity, IdentitySettings, Trust } from '../ports/identity.ts';

export type Host = Trust['host'];
export const hosts: readonly Host[] = ['container-apps', 'aks', 'vm', 'github', 'azure-pipelines'];

/** An OIDC provider as it should be. */
export interface DesiredProvider {
  /** `//iam.googleapis.com/projects/N/…/providers/P` */
  readonly audience: string;
  readonly id: string;
  readonly issuer: string;
  /** Empty: its own name counts. */
  readonly allowedAudiences: readonly string[];
  readonly mapping: { readonly [target: string]: string };
  readonly condition: string;
}

/** A service account as it should be, with who may act as it. */
export interface DesiredAccount {
  readonly purpose: RoleName;
  readonly email: string;
  /** The part before the @. */
  readonly id: string;
  /** `projects/P/roles/holdfast.capture` */
  readonly role: string;
  readonly subject: string;
  /** `principal://iam.googleapis.com/…/subject/S` */
  readonly principal: string;
}

/** All that Google is to be set up with, and what nobody has said yet. */
export interface DesiredTrust {
  readonly host: Host;
  readonly projectId: string;
  readonly projectNumber: string;
  readonly pool: string;
  readonly tenantId: string;
  readonly appIdUri: string;
  readonly providers: readonly DesiredProvider[];
  readonly accounts: readonly DesiredAccount[];
  /** Names of values that stand for something the configuration does not say: `PROJECT_NUMBER`. */
  readonly missing: readonly string[];
}

const GITHUB = 'https://token.actions.githubusercontent.com';
const PROVIDER =
  /^\/\/iam\.googleapis\.com\/projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/([^/]+)\/providers\/([^/]+)$/;

/** What the configuration, as far as it goes, wants Google to trust. What it does not say has a name in capitals instead. */
export function desiredTrust(settings: IdentitySettings | undefined, asked?: Host): DesiredTrust {
  const trust = settings?.trust;
  const host = asked ?? trust?.host ?? 'container-apps';
  const missing = new Set<string>();
  const said = (value: string | undefined, name: string): string => {
    if (value === undefined) missing.add(name);
    return value ?? name;
  };
  const identities = { capture: federated(settings, 'capture'), restore: federated(settings, 'restore') };
  const some = identities.capture ?? identities.restore;
  const projectId = said(
    trust?.projectId ?? /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(some?.serviceAccount ?? '')?.[1],
    'PROJECT_ID',
  );
  const [, number, pool = 'holdfast'] = PROVIDER.exec(some?.audience ?? '') ?? [];
  const projectNumber = said(number, 'PROJECT_NUMBER');
  const poolName = `projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}`;
  const tenantId = host === 'github' ? '' : said(trust?.tenantId, 'TENANT_ID');
  const appIdUri = host === 'github' ? '' : said(appIdUriOf(identities.capture ?? identities.restore), 'APP_ID_URI');
  const subjects = {
    capture: said(trust?.captureSubject, 'CAPTURE_SUBJECT'),
    restore: said(trust?.restoreSubject, 'RESTORE_SUBJECT'),
  };
  const claims: readonly (readonly [string, string])[] =
    host === 'github'
      ? [
          ['repository_owner_id', said(trust?.repositoryOwnerId, 'REPOSITORY_OWNER_ID')],
          ['repository_id', said(trust?.repositoryId, 'REPOSITORY_ID')],
        ]
      : [['tid', tenantId]];
  const version = trust?.tokenVersion ?? 1;
  const entraAudience = version === 1 ? appIdUri : said(trust?.applicationId, 'APPLICATION_ID');
  const audienceOf = (purpose: RoleName): string =>
    identities[purpose]?.audience ?? `//iam.googleapis.com/${poolName}/providers/holdfast-${purpose}`;
  const providers = [...new Set(roleNames.map(audienceOf))].map((audience): DesiredProvider => {
    const trusted = roleNames.filter((purpose) => audienceOf(purpose) === audience).map((purpose) => subjects[purpose]);
    return {
      audience,
      id: PROVIDER.exec(audience)?.[3] ?? 'holdfast',
      issuer: host === 'github' ? GITHUB : entraIssuer(tenantId, version),
      allowedAudiences: host === 'github' ? githubAudiences(some) : [entraAudience],
      mapping: {
        'google.subject': 'assertion.sub',
        ...(host === 'github' ? { 'attribute.repository': 'assertion.repository' } : {}),
      },
      condition: conditionOf(trusted, claims),
    };
  });
  const accounts = roleNames.map((purpose): DesiredAccount => {
    const email = identities[purpose]?.serviceAccount ?? `holdfast-${purpose}@${projectId}.iam.gserviceaccount.com`;
    return {
      purpose,
      email,
      id: email.slice(0, email.indexOf('@')),
      role: `projects/${projectId}/roles/${googleRole(purpose).id}`,
      subject: subjects[purpose],
      principal: `principal://iam.googleapis.com/${poolName}/subject/${subjects[purpose]}`,
    };
  });
  return { host, projectId, projectNumber, pool, tenantId, appIdUri, providers, accounts, missing: [...missing] };
}

type Federated = Extract<GoogleIdentity, { readonly audience: string }>;

function federated({ google }: IdentitySettings = {}, purpose: RoleName): Federated | undefined {
  if (google === undefined) return undefined;
  const identity = google.kind === undefined ? google[purpose] : google;
  return identity !== undefined && 'audience' in identity ? identity : undefined;
}

function appIdUriOf(identity: Federated | undefined): string | undefined {
  return identity?.kind === 'azure-federation' ? identity.appIdUri : undefined;
}

function githubAudiences(identity: Federated | undefined): readonly string[] {
  return identity?.kind === 'github-oidc' && identity.tokenAudience !== undefined ? [identity.tokenAudience] : [];
}

function entraIssuer(tenantId: string, version: 1 | 2): string {
  return version === 1 ? `https://sts.windows.net/${tenantId}/` : `https://login.microsoftonline.com/${tenantId}/v2.0`;
}

/** CEL. Never empty: a provider without a condition lets in whoever its issuer knows. */
function conditionOf(subjects: readonly string[], claims: readonly (readonly [string, string])[]): string {
  const [only, ...others] = subjects.map(celText);
  const ofSubject =
    others.length === 0 ? `assertion.sub == ${only ?? "''"}` : `assertion.sub in [${[only, ...others].join(', ')}]`;
  return [ofSubject, ...claims.map(([name, value]) => `assertion.${name} == ${celText(value)}`)].join(' && ');
}

function celText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
