import type { IdentityPoolClient, IdentityPoolClientOptions } from 'google-auth-library';
import type { TokenSource } from '../app/ports/organization.ts';
import { stringField } from '../core/json.ts';
import { findTextFile } from '../platform/text-file.ts';
import { type CheckedCredential, checkCredentialFile } from './credential-file.ts';
import { type ExchangeOptions, exchangedTokens } from './federated-token-source.ts';
import { noCredentials } from './no-credentials.ts';

/** Tokens by a credential file of type `external_account`, after every address in it was checked. */
export function createCredentialFileTokenSource(file: string, options: ExchangeOptions): TokenSource {
  let source: Promise<TokenSource> | undefined;
  const open = (): Promise<TokenSource> => {
    source ??= openFile(file, options).catch((error: unknown) => {
      source = undefined;
      throw error;
    });
    return source;
  };
  return {
    describe: () => `credential file ${file}`,
    get: async (request) => (await open()).get(request),
    life: async () => (await (await open()).life?.()) ?? {},
    origin: async () => (source === undefined ? undefined : (await source).origin?.()),
  };
}

async function openFile(file: string, options: ExchangeOptions): Promise<TokenSource> {
  const text = await findTextFile(file);
  if (text === undefined)
    throw noCredentials(`There is no credential file ${file}.`, 'Check identity.google in the configuration file.');
  const checked = checkCredentialFile(text, file, options.endpoints);
  if (checked.type !== 'external_account') {
    throw noCredentials(
      `The credential file ${file} is of type ${checked.type === '' ? 'unknown' : checked.type}, not external_account.`,
      'Use kind application-default for it, or make one with gcloud iam workload-identity-pools create-cred-config.',
    );
  }
  return sourceOf(checked, file, options);
}

/** The source of a file that was checked. */
export function sourceOf({ content }: CheckedCredential, file: string, options: ExchangeOptions): TokenSource {
  const impersonation = stringField(content, 'service_account_impersonation_url');
  const [, account] = /serviceAccounts\/([^/:]+):generateAccessToken$/.exec(impersonation ?? '') ?? [];
  const federation = {
    audience: stringField(content, 'audience') ?? '',
    serviceAccount: account === undefined ? undefined : decodeURIComponent(account),
    who: `credential file ${file}`,
    async open(note: (token: string) => void): Promise<IdentityPoolClient> {
      const { IdentityPoolClient } = await import('google-auth-library');
      // Every field that the library reads was checked, and its type is the library's to refuse.
      const client = new IdentityPoolClient(content as unknown as IdentityPoolClientOptions);
      const retrieve = client.retrieveSubjectToken.bind(client);
      client.retrieveSubjectToken = async () => {
        const token = await retrieve();
        note(token);
        return token;
      };
      return client;
    },
  };
  return exchangedTokens(federation, options);
}
