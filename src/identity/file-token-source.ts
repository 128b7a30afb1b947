import { readFile, stat } from 'node:fs/promises';
import type { TokenSource } from '../app/ports/organization.ts';
import { noCredentials, tokenRefused } from './no-credentials.ts';

/**
 * A file that something else keeps up to date (`HOLDFAST_APIGEE_TOKEN_FILE`). It is read at the first use and again when
 * a fresh token is asked for; a file that still holds the refused one throws `UNAUTHENTICATED`.
 */
export function createFileTokenSource(path: string): TokenSource {
  let current: string | undefined;
  return {
    describe: () => `token file ${path}`,
    async get(options) {
      if (current !== undefined && options?.refresh !== true) return { token: current };
      const fresh = await readToken(path);
      if (fresh === current) {
        throw tokenRefused(
          `The token in ${path} is no longer accepted and nothing has renewed it.`,
          'Renew the token in the file and run the command again.',
        );
      }
      current = fresh;
      return { token: fresh };
    },
    async life() {
      await readToken(path);
      return { obtainedAtMs: (await stat(path)).mtimeMs };
    },
    async origin() {
      if (current === undefined) return undefined;
      const { originOf, readClaims } = await import('./token-claims.ts');
      return originOf(readClaims(current));
    },
  };
}

async function readToken(path: string): Promise<string> {
  const next = 'Check HOLDFAST_APIGEE_TOKEN_FILE.';
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    throw noCredentials(`The token file ${path} cannot be read.`, next, error);
  }
  const token = content.trim();
  if (token === '') throw noCredentials(`The token file ${path} is empty.`, next);
  return token;
}
