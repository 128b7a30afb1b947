/** How this process signs in to Azure and Google, as the configuration says it; without secrets. */

/** Which Azure credential is used: chosen, never guessed, so that no developer's login is taken inside a job. */
export interface AzureIdentity {
  /**
   * `managed`: the machine's or job's managed identity. `workload`: AKS workload identity. `pipelines`: the service connection
   * of an Azure pipeline. `default`: whatever @azure/identity finds.
   */
  readonly kind: 'managed' | 'workload' | 'pipelines' | 'default';
  /** Of a user-assigned identity or an application; the system-assigned one, or what the environment names, without it. */
  readonly clientId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** `pipelines` only. */
  readonly serviceConnectionId?: string | undefined;
}

/** How one of the two Google identities is come by. */
export type GoogleIdentity =
  /** An Azure token, exchanged at Google's token service for a service account's. */
  | {
      readonly kind: 'azure-federation';
      /** `//iam.googleapis.com/projects/N/locations/global/workloadIdentityPools/POOL/providers/PROVIDER` */
      readonly audience: string;
      /** What the Azure token is asked for: the application that the provider's allowed audience names. */
      readonly appIdUri: string;
      /** Its e-mail address. */
      readonly serviceAccount: string;
      /** Instead of `identity.azure`. */
      readonly azure?: AzureIdentity | undefined;
    }
  /** The token of a GitHub Actions job, exchanged in the same way. */
  | {
      readonly kind: 'github-oidc';
      readonly audience: string;
      readonly serviceAccount: string;
      /** What GitHub is asked for; the provider's own name as an https URL without it. */
      readonly tokenAudience?: string | undefined;
    }
  /** A credential file of type `external_account`, every URL of which is checked. */
  | { readonly kind: 'external-account'; readonly file: string }
  /** Google's application default credentials. */
  | { readonly kind: 'application-default' };

/** Capture reads, restore writes. Where the file names one identity for all, both are it. */
export interface GoogleIdentities {
  readonly kind?: undefined;
  readonly capture?: GoogleIdentity | undefined;
  readonly restore?: GoogleIdentity | undefined;
}

/** What Google and Azure are to be set up to trust. */
export interface Trust {
  readonly host: 'container-apps' | 'aks' | 'vm' | 'github' | 'azure-pipelines';
  readonly projectId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** Of Entra's tokens for the application; 1 unless its registration asks for 2. */
  readonly tokenVersion?: 1 | 2 | undefined;
  /** Client id of the application: what tokens of version 2 are for. */
  readonly applicationId?: string | undefined;
  /** Subject of the tokens that may capture. */
  readonly captureSubject?: string | undefined;
  /** Subject of the tokens that may restore. */
  readonly restoreSubject?: string | undefined;
  readonly repositoryId?: string | undefined;
  readonly repositoryOwnerId?: string | undefined;
}

export interface IdentitySettings {
  readonly azure?: AzureIdentity | undefined;
  readonly google?: GoogleIdentity | GoogleIdentities | undefined;
  readonly trust?: Trust | undefined;
}

/** An OIDC provider of a workload identity pool, as it is. */
export interface IamProvider {
  readonly issuer: string | undefined;
  readonly allowedAudiences: readonly string[];
  readonly mapping: { readonly [target: string]: string };
  readonly condition: string | undefined;
  /** False when it is disabled or deleted. */
  readonly isActive: boolean;
}

export interface IamBinding {
  readonly role: string;
  readonly members: readonly string[];
}

/** Google's access control as one identity sees it. Each throws RemoteError: `REMOTE_DENIED`, `REMOTE_NOT_FOUND`, … */
export interface GoogleIam {
  /** Which of these permissions the identity itself has in the project. Anybody may ask. */
  ownPermissions(project: string, permissions: readonly string[]): Promise<readonly string[]>;
  /** `projects/N/locations/global/workloadIdentityPools/POOL/providers/P` */
  readProvider(name: string): Promise<IamProvider>;
  /** Names of all providers of a pool, disabled ones too: `projects/N/locations/global/workloadIdentityPools/POOL`. */
  listProviders(pool: string): Promise<readonly string[]>;
  readAccountBindings(project: string, email: string): Promise<readonly IamBinding[]>;
  /** Permissions of a custom role: `projects/P/roles/holdfast.capture`. */
  readRole(name: string): Promise<readonly string[]>;
  readProjectBindings(project: string): Promise<readonly IamBinding[]>;
}
