import type { TokenCredential } from '@azure/core-auth';
import { UserError } from '../../core/errors.ts';

/** By what this process reaches storage accounts. A connection string counts before signed URLs, these before the identity. */
export interface AzureAccess {
  /** `HOLDFAST_AZURE_CONNECTION_STRING`: with an account key or a shared access signature. */
  readonly connectionString?: string | undefined;
  /** `HOLDFAST_AZURE_SAS_URL`: URLs with a shared access signature, each of one account or of one container. */
  readonly signedUrls?: readonly SignedUrl[] | undefined;
  /** Who signs in where neither of the others is given. */
  readonly credential?: TokenCredential | undefined;
  /** `HOLDFAST_AZURE_BLOB_ENDPOINT`: where accounts are, `{account}` standing for the name; the public cloud unless given. */
  readonly endpoint?: string | undefined;
}

export interface SignedUrl {
  /** Of the account, without a slash at the end. */
  readonly endpoint: string;
  readonly account: string;
  /** Undefined when the signature is of the whole account. */
  readonly container: string | undefined;
  /** `sv=…&sig=…`: the secret part. */
  readonly signature: string;
}

const NEXT = 'Give URLs like https://ACCOUNT.blob.core.windows.net/CONTAINER?SIGNATURE, separated by blanks.';

/** Reads `HOLDFAST_AZURE_SAS_URL`. UserError `CONFIG_INVALID`, which never quotes it. */
export function parseSignedUrls(text: string): SignedUrl[] {
  return text.split(/\s+/).filter(Boolean).map(parseSignedUrl);
}

/** The URL whose signature reaches the container. UserError `NO_CREDENTIALS` when there are some, and none does. */
export function findSignedUrl(
  urls: readonly SignedUrl[],
  address: { readonly account?: string | undefined; readonly container: string },
): SignedUrl | undefined {
  if (urls.length === 0) return undefined;
  const { account, container } = address;
  const ofAccount = urls.filter((url) => account === undefined || url.account === accountName(account));
  const found =
    ofAccount.find((url) => url.container === container) ?? ofAccount.find((url) => url.container === undefined);
  if (found !== undefined) return found;
  const known = urls.map((url) => `${url.account}/${url.container ?? '*'}`).join(', ');
  throw new UserError({
    code: 'NO_CREDENTIALS',
    message: `HOLDFAST_AZURE_SAS_URL has no signature for the container ${account ?? '?'}/${container}; it has ${known}.`,
    next: `Add a URL with a signature for it. ${NEXT}`,
  });
}

/** When the shared access signature that is used ends, ISO 8601; undefined when none is used, or it does not say. */
export function findSignatureEnd(
  access: AzureAccess,
  address: { readonly account?: string | undefined; readonly container: string },
): string | undefined {
  const signature =
    access.connectionString === undefined
      ? findSignedUrl(access.signedUrls ?? [], address)?.signature
      : /(?:^|;)SharedAccessSignature=([^;]+)/.exec(access.connectionString)?.[1];
  const end = Date.parse(new URLSearchParams(signature ?? '').get('se') ?? '');
  return Number.isNaN(end) ? undefined : new Date(end).toISOString();
}

/** `https://ACCOUNT.blob.core.windows.net`, or what `HOLDFAST_AZURE_BLOB_ENDPOINT` makes of it. */
export function endpointOf(account: string, endpoint: string | undefined): string {
  if (endpoint !== undefined) return endpoint.replace('{account}', accountName(account)).replace(/\/$/, '');
  return account.includes('.') ? `https://${account}` : `https://${account}.blob.core.windows.net`;
}

function parseSignedUrl(text: string): SignedUrl {
  if (!URL.canParse(text)) throw invalid('it is no URL');
  const { origin, hostname, pathname, search } = new URL(text);
  const signature = search.slice(1);
  if (!new URLSearchParams(signature).has('sig')) throw invalid('a URL in it has no signature (sig=…)');
  const segments = pathname.split('/').filter(Boolean).map(decodeSegment);
  // An address in numbers, or this machine, has the account in the path.
  const isPathStyle = hostname === 'localhost' || /^[\d.]+$|^\[/.test(hostname);
  const account = isPathStyle ? segments.shift() : accountName(hostname);
  if (account === undefined) throw invalid('a URL in it names no account');
  if (segments.length > 1) throw invalid('a URL in it names a blob; a signature of its container is needed');
  return { endpoint: isPathStyle ? `${origin}/${account}` : origin, account, container: segments[0], signature };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid('a part of its path is not encoded as in a URL');
  }
}

function accountName(account: string): string {
  return account.split('.')[0] ?? account;
}

function invalid(why: string): UserError {
  return new UserError({
    code: 'CONFIG_INVALID',
    message: `HOLDFAST_AZURE_SAS_URL cannot be used: ${why}.`,
    next: NEXT,
  });
}
