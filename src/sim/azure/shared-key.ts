import { createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** As sent, encoded, with the account in front where the address has it there. */
  readonly path: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface AccountKey {
  readonly account: string;
  /** Base64. */
  readonly key: string;
}

/** The value of the `Authorization` header by which the holder of the account's key signs a request. */
export function sharedKeyAuthorization(request: SignedRequest, { account, key }: AccountKey): string {
  return `SharedKey ${account}:${hmac(key, stringToSign(request, account))}`;
}

/** HMAC-SHA256 under a base64 key, as base64. */
export function hmac(key: string, text: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
}

function stringToSign({ method, path, query, headers }: SignedRequest, account: string): string {
  const plain = (name: string): string => headers[name] ?? '';
  const length = plain('content-length');
  const own = Object.entries(headers)
    .filter(([name, value]) => name.startsWith('x-ms-') && value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value = '']) => `${name}:${value.trim()}\n`);
  const parameters = [...query]
    .map(([name, values]) => [name.toLowerCase(), values] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, values]) => `\n${name}:${[...values].sort().join(',')}`);
  return [
    method,
    plain('content-encoding'),
    plain('content-language'),
    length === '0' ? '' : length,
    plain('content-md5'),
    plain('content-type'),
    headers['x-ms-date'] === undefined ? plain('date') : '',
    plain('if-modified-since'),
    plain('if-match'),
    plain('if-none-match'),
    plain('if-unmodified-since'),
    plain('range'),
    `${own.join('')}/${account}${path}${parameters.join('')}`,
  ].join('\n');
}
