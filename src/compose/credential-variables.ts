/**
 * Every variable that gives a way in: what this program reads itself, what the libraries read that sign it in to Azure and
 * Google, and what the tools of both clouds read in the same places. `secret` is one as it stands; `lead` says where one is.
 */
export const credentialVariables: Readonly<Record<string, 'secret' | 'lead'>> = {
  // What a host gives its workloads to ask for tokens with: as good as the tokens.
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
  IDENTITY_HEADER: 'secret',
  MSI_SECRET: 'secret',
  SYSTEM_ACCESSTOKEN: 'secret',
  AZURE_FEDERATED_TOKEN_FILE: 'lead',
  // The environment credential of Azure.
  AZURE_CLIENT_SECRET: 'secret',
  AZURE_CLIENT_CERTIFICATE_PASSWORD: 'secret',
  AZURE_CLIENT_CERTIFICATE_PATH: 'lead',
  AZURE_PASSWORD: 'secret',
  // What the tools of Azure open a storage account with.
  AZURE_STORAGE_CONNECTION_STRING: 'secret',
  AZURE_STORAGE_KEY: 'secret',
  AZURE_STORAGE_SAS_TOKEN: 'secret',
  // Google's.
  GOOGLE_APPLICATION_CREDENTIALS: 'lead',
  GOOGLE_API_CERTIFICATE_CONFIG: 'lead',
  CLOUDSDK_AUTH_ACCESS_TOKEN: 'secret',
  CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: 'lead',
  CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: 'lead',
  GOOGLE_OAUTH_ACCESS_TOKEN: 'secret',
};

const OWN = /^HOLDFAST_(.+_KEY|.*TOKEN(_FILE)?|.*CONNECTION_STRING|PING_URL|AZURE_SAS_URL)$/;

/** Whether somebody else's program has no business with a variable: it is a secret, or says where one lies. */
export function isCredentialVariable(name: string): boolean {
  // Windows does not tell cases apart, and Google's library takes its own in small letters too.
  const plain = name.toUpperCase();
  return OWN.test(plain) || Object.hasOwn(credentialVariables, plain);
}

/** The secrets that others have put into an environment for credential sources. Ours are concealed where they are read. */
export function hostSecrets(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value = '']) =>
    credentialVariables[name.toUpperCase()] === 'secret' ? [value] : [],
  );
}
