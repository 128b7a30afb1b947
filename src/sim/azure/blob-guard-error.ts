/** Error codes of the Blob service that the guard answers by itself, with their statuses and texts. */
const refusals = {
  AuthenticationFailed: [
    403,
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
  ],
  AuthorizationFailure: [403, 'This request is not authorized to perform this operation.'],
  AuthorizationPermissionMismatch: [
    403,
    'This request is not authorized to perform this operation using this permission.',
  ],
  AuthorizationServiceMismatch: [403, 'This request is not authorized to perform this operation using this service.'],
  AuthorizationResourceTypeMismatch: [
    403,
    'This request is not authorized to perform this operation using this resource type.',
  ],
  BlobAlreadyExists: [409, 'The specified blob already exists.'],
  BlobImmutableDueToLegalHold: [
    409,
    'This operation is not permitted as the blob is immutable due to one or more legal holds.',
  ],
  BlobImmutableDueToPolicy: [409, 'This operation is not permitted as the blob is immutable due to a policy.'],
  BlobNotFound: [404, 'The specified blob does not exist.'],
  ContainerAlreadyExists: [409, 'The specified container already exists.'],
  ContainerBeingDeleted: [409, 'The specified container is being deleted. Try operation later.'],
  ContainerImmutableStorageWithVersioningEnabled: [
    409,
    'The requested operation is not allowed as the container has a immutable storage with versioning enabled.',
  ],
  ContainerNotFound: [404, 'The specified container does not exist.'],
  ContainerProtectedFromDeletion: [
    409,
    'The container is protected from deletion due to a legal hold or an immutability policy.',
  ],
  InternalError: [500, 'The server encountered an internal error. Please retry the request.'],
  InvalidAuthenticationInfo: [
    401,
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ],
  InvalidHeaderValue: [400, 'The value for one of the HTTP headers is not in the correct format.'],
  InvalidQueryParameterValue: [400, 'Value for one of the query parameters specified in the request URI is invalid.'],
  InvalidRange: [416, 'The range specified is invalid for the current size of the resource.'],
  NoAuthenticationInformation: [
    401,
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ],
  NotModelled: [501, 'The blob guard does not model this.'],
  OperationNotAllowedOnRootBlob: [403, 'The requested operation is not allowed on the current version of a blob.'],
  RequestBodyTooLarge: [413, 'The request body is too large and exceeds the maximum permissible limit.'],
  ServerBusy: [503, 'The server is currently unable to receive requests. Please retry your request.'],
  TooManyRequests: [429, 'Too many requests.'],
  UnauthorizedBlobOverwrite: [403, 'This request is not authorized to perform blob overwrites.'],
} as const satisfies { readonly [code: string]: readonly [number, string] };

export type RefusalCode = keyof typeof refusals;

/** An answer of the guard that is not the one asked for. */
export class GuardRefusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: RefusalCode, detail?: string, headers: Readonly<Record<string, string>> = {}) {
    const [status, text] = refusals[code];
    super(detail === undefined ? text : `${text} ${detail}`);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** The body of an error answer. */
export function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
