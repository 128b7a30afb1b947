import type { TokenSource } from '../app/ports.ts';
import { createFileTokenSource } from './file-token-source.ts';
import { createGoogleTokenSource } from './google-token-source.ts';
import { createStaticTokenSource } from './static-token-source.ts';

export interface TokenSettings {
  /** `HOLDFAST_APIGEE_TOKEN` */
  readonly token?: string | undefined;
  /** `HOLDFAST_APIGEE_TOKEN_FILE` */
  readonly tokenFile?: string | undefined;
}

/** A token given as it is comes before a token file, and both before Google's application default credentials. */
export function chooseTokenSource({ token, tokenFile }: TokenSettings): TokenSource {
  if (token !== undefined) return createStaticTokenSource(token);
  if (tokenFile !== undefined && tokenFile !== '') return createFileTokenSource(tokenFile);
  return createGoogleTokenSource();
}
