/**
 * Why no whole answer came: `refused` and `unresolved` (nobody listens, no such host), `tls` (the certificate or the
 * handshake), `proxy` (the proxy let nothing through), `reset` (the connection broke), `timeout`, `truncated` (the body
 * ended early), `tooLarge`, `insecure` (the URL is not encrypted), `unsupported` (we cannot do what it takes).
 */
export type HttpTransportFault =
  | 'refused'
  | 'unresolved'
  | 'tls'
  | 'proxy'
  | 'reset'
  | 'timeout'
  | 'truncated'
  | 'tooLarge'
  | 'insecure'
  | 'unsupported';

/** No whole answer came. Its message names neither the path nor the headers of the request. */
export class HttpTransportError extends Error {
  readonly fault: HttpTransportFault;
  /** Whether the request may have reached the other side, so that a write may have taken effect. */
  readonly mayHaveArrived: boolean;

  constructor(fault: HttpTransportFault, message: string, options: { cause?: unknown; mayHaveArrived?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HttpTransportError';
    this.fault = fault;
    this.mayHaveArrived = options.mayHaveArrived ?? false;
  }

  /** Whether the same request may succeed a little later. */
  get isTransient(): boolean {
    return ['refused', 'unresolved', 'reset', 'timeout', 'truncated', 'proxy'].includes(this.fault);
  }
}

const faultsByCode: ReadonlyMap<string, HttpTransportFault> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['EADDRNOTAVAIL', 'refused'],
  ['ENOTFOUND', 'unresolved'],
  ['EAI_AGAIN', 'unresolved'],
  ['ETIMEDOUT', 'timeout'],
  ['ERR_PROXY_TUNNEL', 'proxy'],
  ['ERR_PROXY_INVALID_CONFIG', 'proxy'],
]);

/** Turns what Node's sockets and TLS report into an HttpTransportError; one of these comes back as it is. */
export function translateSocketError(error: unknown, mayHaveArrived: boolean): HttpTransportError {
  if (error instanceof HttpTransportError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  // OpenSSL and Node have dozens of codes for certificates; all of these speak of them.
  const isTls = /^ERR_(?:SSL|TLS)|CERT|SELF_SIGNED|UNABLE_TO_|^EPROTO$|HOSTNAME_MISMATCH/.test(code);
  const fault = isTls ? 'tls' : (faultsByCode.get(code) ?? 'reset');
  const neverArrives = fault === 'refused' || fault === 'unresolved' || fault === 'tls' || fault === 'proxy';
  const message = code === '' ? 'the connection broke' : `the connection failed (${code})`;
  return new HttpTransportError(fault, message, { cause: error, mayHaveArrived: mayHaveArrived && !neverArrives });
}
