import type { TokenSource } from '../app/ports/organization.ts';
import { createFileTokenSource } from './file-token-source.ts';
import { createStaticTokenSource } from './static-token-source.ts';

export interface TokenSettings {
  /** `HOLDFAST_APIGEE_TOKEN` */
  readonly token?: string | undefined;
  /** `HOLDFAST_APIGEE_TOKEN_FILE` */
  readonly tokenFile?: string | undefined;
  /** What the configuration says, or Google's application default credentials. */
  readonly otherwise: () => TokenSource;
}

/** A token given as it is comes before a token file, and both before what the configuration says. */
export function chooseTokenSource({ token, tokenFile, otherwise }: TokenSettings): TokenSource {
  if (token !== undefined) return createStaticTokenSource(token);
  if (tokenFile !== undefined && tokenFile !== '') return createFileTokenSource(tokenFile);
  return otherwise();
}
