import { timingSafeEqual } from 'node:crypto';
import { GuardRefusal } from './blob-guard-error.ts';
import type { BlobRequest, RawRequest } from './blob-guard-request.ts';
import { type AccountKey, hmac, sharedKeyAuthorization } from './shared-key.ts';

/** What one may do: the data actions of a role, or the letters of a shared access signature. */
export type BlobAction =
  | 'read'
  | 'list'
  /** Makes a blob that is not there yet. */
  | 'add'
  /** Makes and replaces. */
  | 'write'
  | 'delete'
  | 'delete-version'
  /** Sets and lifts immutability and holds of blobs: `immutableStorage/runAsSuperUser/action`. */
  | 'immutability'
  | 'container-read'
  | 'container-write'
  | 'container-delete'
  | 'account-read';

/** Somebody who comes with a bearer token. */
export interface GuardIdentity {
  readonly name: string;
  /** A role's `read` allows listing too, as `blobs/read` does. */
  readonly actions: readonly BlobAction[];
  /** When the token ends; never when absent. */
  readonly expiresAtMs?: number;
}

/** Who asks, and what they may. */
export interface Principal {
  readonly name: string;
  readonly kind: 'key' | 'signature' | 'token';
  allows(action: BlobAction, request: BlobRequest): boolean;
}

export interface GuardDoor {
  readonly key: AccountKey;
  readonly identities: ReadonlyMap<string, GuardIdentity>;
  readonly nowMs: number;
  /** Of the account: false refuses its key, and signatures made with it. */
  readonly allowSharedKey: boolean;
}

const lettersOfSignature: Readonly<Record<string, readonly BlobAction[]>> = {
  r: ['read'],
  l: ['list'],
  c: ['add'],
  w: ['write', 'add'],
  d: ['delete'],
  x: ['delete-version'],
  i: ['immutability'],
};
const FIRST_SIGNATURE_VERSION = '2020-12-06';

/** Finds out who sent a request; refuses it as the service does when nobody did. */
export function authenticate(raw: RawRequest, door: GuardDoor): Principal {
  const authorization = raw.headers['authorization'];
  const parameters = new URL(raw.target, 'http://guard').searchParams;
  if (authorization?.startsWith('Bearer ')) return byToken(authorization.slice('Bearer '.length), door);
  if (authorization !== undefined) return byKey(raw, authorization, door);
  if (parameters.has('sig')) return bySignature(parameters, door);
  throw new GuardRefusal('NoAuthenticationInformation', undefined, challenge);
}

const challenge = {
  'www-authenticate':
    'Bearer authorization_uri=https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/oauth2/authorize resource_id=https://storage.azure.com',
};

function byToken(token: string, { identities, nowMs }: GuardDoor): Principal {
  const identity = identities.get(token);
  if (identity === undefined || nowMs >= (identity.expiresAtMs ?? Number.POSITIVE_INFINITY)) {
    throw new GuardRefusal('InvalidAuthenticationInfo', 'The token is unknown or has expired.', challenge);
  }
  const actions = new Set<BlobAction>(identity.actions);
  if (actions.has('read')) actions.add('list');
  if (actions.has('write')) actions.add('add');
  return { name: identity.name, kind: 'token', allows: (action) => actions.has(action) };
}

function byKey(raw: RawRequest, authorization: string, { key, allowSharedKey }: GuardDoor): Principal {
  if (!allowSharedKey)
    throw new GuardRefusal(
      'AuthorizationFailure',
      'Key based authentication is not permitted on this storage account.',
    );
  const url = new URL(raw.target, 'http://guard');
  const query = new Map<string, string[]>();
  for (const [name, value] of url.searchParams) query.set(name, [...(query.get(name) ?? []), value]);
  const { method, headers } = raw;
  const expected = sharedKeyAuthorization({ method, path: url.pathname, query, headers }, key);
  if (!isEqual(authorization, expected)) throw new GuardRefusal('AuthenticationFailed');
  return { name: 'account key', kind: 'key', allows: () => true };
}

function bySignature(parameters: URLSearchParams, door: GuardDoor): Principal {
  if (!door.allowSharedKey)
    throw new GuardRefusal(
      'AuthorizationFailure',
      'Key based authentication is not permitted on this storage account.',
    );
  const get = (name: string): string => parameters.get(name) ?? '';
  if (get('skoid') !== '' || get('si') !== '' || get('sip') !== '') {
    throw new GuardRefusal('NotModelled', 'User delegation, stored policies and addresses in a signature.');
  }
  if (get('sv') < FIRST_SIGNATURE_VERSION)
    throw new GuardRefusal('NotModelled', `Signatures before ${FIRST_SIGNATURE_VERSION}.`);
  const isAccount = get('ss') !== '';
  const letters = new Set(
    get('sp')
      .split('')
      .flatMap((letter) => lettersOfSignature[letter] ?? []),
  );
  return {
    name: isAccount ? 'account signature' : 'signature',
    kind: 'signature',
    allows: (action, request) => {
      assertGenuine({ parameters, isAccount, door, request });
      assertInTime(get, door.nowMs);
      if (isAccount) return allowsOfAccount({ action, request, types: get('srt'), letters, services: get('ss') });
      // A signature of one container cannot be used for what is said of containers or accounts.
      if (action === 'account-read') return true;
      return !action.startsWith('container-') && letters.has(action);
    },
  };
}

function allowsOfAccount(asked: {
  action: BlobAction;
  request: BlobRequest;
  types: string;
  services: string;
  letters: ReadonlySet<BlobAction>;
}): boolean {
  const { action, request, types, services, letters } = asked;
  if (!services.includes('b')) throw new GuardRefusal('AuthorizationServiceMismatch');
  if (action === 'account-read') return true;
  const isOfContainer = request.blob === '';
  const needed = request.container === '' ? 's' : isOfContainer ? 'c' : 'o';
  if (!types.includes(needed)) throw new GuardRefusal('AuthorizationResourceTypeMismatch');
  if (action === 'container-read') return letters.has('read');
  if (action === 'container-write') return letters.has('add');
  if (action === 'container-delete') return letters.has('delete');
  return letters.has(action);
}

function assertGenuine(signed: {
  parameters: URLSearchParams;
  isAccount: boolean;
  door: GuardDoor;
  request: BlobRequest;
}): void {
  const { parameters, isAccount, door, request } = signed;
  const { account, key } = door.key;
  const get = (name: string): string => parameters.get(name) ?? '';
  const times = [get('st'), get('se')];
  const place = `/blob/${account}/${request.container}${get('sr') === 'b' ? `/${request.blob}` : ''}`;
  const text = isAccount
    ? [account, get('sp'), get('ss'), get('srt'), ...times, get('sip'), get('spr'), get('sv'), get('ses'), '']
    : [
        get('sp'),
        ...times,
        place,
        ...['si', 'sip', 'spr', 'sv', 'sr'].map(get),
        '',
        get('ses'),
        ...['rscc', 'rscd', 'rsce', 'rscl', 'rsct'].map(get),
      ];
  if (!isEqual(get('sig'), hmac(key, text.join('\n')))) {
    throw new GuardRefusal('AuthenticationFailed', 'Signature did not match.');
  }
}

function assertInTime(get: (name: string) => string, nowMs: number): void {
  const starts = get('st') === '' ? Number.NEGATIVE_INFINITY : Date.parse(get('st'));
  const ends = Date.parse(get('se'));
  if (nowMs >= starts && nowMs < ends) return;
  const [start, end, now] = [get('st'), get('se'), new Date(nowMs).toUTCString()];
  const detail = `Signature not valid in the specified time frame: Start [${start}] - Expiry [${end}] - Current [${now}]`;
  throw new GuardRefusal('AuthenticationFailed', detail);
}

function isEqual(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
