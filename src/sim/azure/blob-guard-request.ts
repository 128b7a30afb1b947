import { GuardRefusal } from './blob-guard-error.ts';

export type BlobOperation =
  | 'ListContainers'
  | 'GetBlobServiceProperties'
  | 'GetAccountInformation'
  | 'CreateContainer'
  | 'GetContainerProperties'
  | 'DeleteContainer'
  | 'RestoreContainer'
  | 'ListBlobs'
  | 'PutBlob'
  | 'GetBlob'
  | 'GetBlobProperties'
  | 'DeleteBlob'
  | 'UndeleteBlob'
  | 'LeaseBlob'
  | 'SetImmutabilityPolicy'
  | 'DeleteImmutabilityPolicy'
  | 'SetLegalHold';

/** A request as the service understands it. */
export interface BlobRequest {
  readonly operation: BlobOperation;
  readonly method: string;
  /** Below the account, encoded as sent: `/container/blob`. */
  readonly path: string;
  /** Empty when the account itself is meant. */
  readonly container: string;
  /** Decoded; empty when a container is meant. */
  readonly blob: string;
  /** Without what a shared access signature adds. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Method, `restype` and `comp` of everything that is modelled, by what the path names. */
const operations: Readonly<Record<'account' | 'container' | 'blob', Readonly<Record<string, BlobOperation>>>> = {
  account: {
    'GET  list': 'ListContainers',
    'GET service properties': 'GetBlobServiceProperties',
    'GET account properties': 'GetAccountInformation',
    'HEAD account properties': 'GetAccountInformation',
  },
  container: {
    'PUT container ': 'CreateContainer',
    'GET container ': 'GetContainerProperties',
    'HEAD container ': 'GetContainerProperties',
    'DELETE container ': 'DeleteContainer',
    'PUT container undelete': 'RestoreContainer',
    'GET container list': 'ListBlobs',
    'GET account properties': 'GetAccountInformation',
    'HEAD account properties': 'GetAccountInformation',
  },
  blob: {
    'PUT  ': 'PutBlob',
    'GET  ': 'GetBlob',
    'HEAD  ': 'GetBlobProperties',
    'DELETE  ': 'DeleteBlob',
    'PUT  undelete': 'UndeleteBlob',
    'PUT  lease': 'LeaseBlob',
    'PUT  immutabilitypolicies': 'SetImmutabilityPolicy',
    'DELETE  immutabilitypolicies': 'DeleteImmutabilityPolicy',
    'PUT  legalhold': 'SetLegalHold',
    'GET account properties': 'GetAccountInformation',
    'HEAD account properties': 'GetAccountInformation',
  },
};

const knownParameters = /^(comp|restype|prefix|delimiter|marker|maxresults|include|versionid|timeout)$/;
/** Of a shared access signature. */
const signatureParameters =
  /^(sv|ss|srt|sr|st|se|sp|si|sip|spr|sig|ses|rscc|rscd|rsce|rscl|rsct|sdd|sk.*|saoid|suoid|scid)$/;
const knownHeaders =
  /^x-ms-(version|date|client-request-id|return-client-request-id|blob-type|blob-content-(type|md5|encoding|language|disposition)|blob-cache-control|meta-.+|range|content-crc64|lease-(id|action|duration|break-period)|proposed-lease-id|immutability-policy-(until-date|mode)|legal-hold|deleted-container-(name|version)|delete-snapshots)$/;

export interface RawRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Understands a request, or refuses what is not modelled. */
export function parseBlobRequest(raw: RawRequest, account: string): BlobRequest {
  const { pathname, searchParams } = new URL(raw.target, 'http://guard');
  const below = `/${account}`;
  if (pathname !== below && !pathname.startsWith(`${below}/`)) {
    throw new GuardRefusal('NotModelled', `The only account is ${account}; its name begins every path.`);
  }
  const path = pathname.slice(below.length);
  const slash = path.indexOf('/', 1);
  const container = (slash < 0 ? path : path.slice(0, slash)).slice(1);
  const blob = slash < 0 ? '' : decodeURIComponent(path.slice(slash + 1));
  const query = new Map([...searchParams].filter(([name]) => !signatureParameters.test(name)));
  refuseUnknown(query, raw.headers);
  const what = container === '' ? 'account' : blob === '' ? 'container' : 'blob';
  const key = `${raw.method} ${query.get('restype') ?? ''} ${(query.get('comp') ?? '').toLowerCase()}`;
  const operation = operations[what][key];
  if (operation === undefined)
    throw new GuardRefusal('NotModelled', `${key.trim()} of ${what === 'account' ? 'an' : 'a'} ${what}.`);
  return { operation, method: raw.method, path, container, blob, query, headers: raw.headers, body: raw.body };
}

function refuseUnknown(query: ReadonlyMap<string, string>, headers: Readonly<Record<string, string>>): void {
  const parameter = [...query.keys()].find((name) => !knownParameters.test(name));
  if (parameter !== undefined) throw new GuardRefusal('NotModelled', `The query parameter ${parameter}.`);
  const header = Object.keys(headers).find((name) => name.startsWith('x-ms-') && !knownHeaders.test(name));
  if (header !== undefined) throw new GuardRefusal('NotModelled', `The header ${header}.`);
}
