import { z } from 'zod';

const text = z.string().min(1);

const azureIdentityFields = {
  kind: z.enum(['managed', 'workload', 'pipelines', 'default']),
  /** Of a user-assigned identity or of an application. */
  clientId: text.optional(),
  tenantId: text.optional(),
  /** `pipelines` only. */
  serviceConnectionId: text.optional(),
};

const azure = z.strictObject(azureIdentityFields);

const PROVIDER =
  /^\/\/iam\.googleapis\.com\/projects\/\d+\/locations\/global\/workloadIdentityPools\/[\w-]+\/providers\/[\w-]+$/;
const ACCOUNT = /^[^@\s]+@[^@\s]+\.gserviceaccount\.com$/;

const audience = z
  .string()
  .regex(
    PROVIDER,
    'must be //iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER',
  );
const serviceAccount = z.string().regex(ACCOUNT, 'must be the e-mail address of a service account');

const kinds = {
  'azure-federation': { audience, appIdUri: text, serviceAccount, azure: azure.optional() },
  'github-oidc': { audience, serviceAccount, tokenAudience: text.optional() },
  'external-account': { file: text },
  'application-default': {},
} as const;

const googleIdentity = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('azure-federation'), ...kinds['azure-federation'] }),
  z.strictObject({ kind: z.literal('github-oidc'), ...kinds['github-oidc'] }),
  z.strictObject({ kind: z.literal('external-account'), ...kinds['external-account'] }),
  z.strictObject({ kind: z.literal('application-default'), ...kinds['application-default'] }),
]);

/** What the other side is to be set up to trust: `init identity` writes it, `doctor --identity` compares with it. */
const trustFields = {
  host: z.enum(['container-apps', 'aks', 'vm', 'github', 'azure-pipelines']),
  /** Project of the service accounts; that of their addresses unless given. */
  projectId: text.optional(),
  /** Of Entra ID; not for GitHub. */
  tenantId: z.guid().optional(),
  /** Of the tokens of the application: 1 unless its registration asks for 2. */
  tokenVersion: z.union([z.literal(1), z.literal(2)]).optional(),
  /** Client id of the application that appIdUri names: what tokens of version 2 are for. */
  applicationId: z.guid().optional(),
  /** Subject of the tokens that may capture: object id of the managed identity, or `repo:OWNER/NAME:ref:refs/heads/main`. */
  captureSubject: text.optional(),
  /** Subject of the tokens that may restore; another one. */
  restoreSubject: text.optional(),
  /** GitHub's numbers: names can be taken over, numbers not. */
  repositoryId: z.string().regex(/^\d+$/, 'must be a number, written as a text').optional(),
  repositoryOwnerId: z.string().regex(/^\d+$/, 'must be a number, written as a text').optional(),
};

const pairFields = { capture: googleIdentity.optional(), restore: googleIdentity.optional() };
// Tells the two forms apart: without it a mistake in one would be told as unknown keys of the other.
const noKind = z.never().optional();

export const identityFields = {
  azure: azure.describe('How this process signs in to Azure').optional(),
  google: z
    .union([googleIdentity, z.strictObject({ kind: noKind, ...pairFields })])
    .describe('The Google identity, or one that captures and one that restores')
    .optional(),
  trust: z.strictObject(trustFields).describe('What Google and Azure are to be set up to trust').optional(),
};

export type IdentityConfig = z.infer<z.ZodObject<typeof identityFields>>;
type GoogleIdentityConfig = z.infer<typeof googleIdentity>;

/** The keys that a section of the configuration may have, of whatever kind it is: for a suggestion. */
export function knownIdentityKeys(owner: string): readonly string[] | undefined {
  const ofGoogle = ['kind', ...Object.values(kinds).flatMap((fields) => Object.keys(fields))];
  const sections: Readonly<Record<string, readonly string[]>> = {
    identity: Object.keys(identityFields),
    azure: Object.keys(azureIdentityFields),
    trust: Object.keys(trustFields),
    google: [...Object.keys(pairFields), ...ofGoogle],
    capture: ofGoogle,
    restore: ofGoogle,
  };
  return sections[owner];
}

/** Credential files relative to the file of the configuration come back whole. */
export function resolveIdentityFiles(identity: IdentityConfig, whole: (file: string) => string): IdentityConfig {
  const resolved = (one: GoogleIdentityConfig): GoogleIdentityConfig =>
    one.kind === 'external-account' ? { ...one, file: whole(one.file) } : one;
  const { google } = identity;
  if (google === undefined) return identity;
  if (google.kind !== undefined) return { ...identity, google: resolved(google) };
  const { capture, restore } = google;
  return {
    ...identity,
    google: {
      ...(capture === undefined ? {} : { capture: resolved(capture) }),
      ...(restore === undefined ? {} : { restore: resolved(restore) }),
    },
  };
}
