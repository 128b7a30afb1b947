import { realClock } from '../control/clock.ts';
import { constants, createHash, generateKeyPairSync, type KeyObject, privateDecrypt, randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';

export type KeyVaultPermission = 'get' | 'unwrapKey';

/** One request as it came. */
export interface KeyVaultRequest {
  readonly method: string;
  /** `NAME.vault.azure.net` */
  readonly host: string;
  readonly path: string;
  readonly identity: string | undefined;
  readonly status: number;
}

export interface KeyVaultSimulatorOptions {
  /** Who a bearer token stands for; undefined for one that is of no issuer that is trusted, or for another audience. */
  readonly authenticate: (token: string) => string | undefined;
  /** Milliseconds since 1970; the machine's clock without it. */
  readonly now?: () => number;
}

interface KeyVersion {
  readonly version: string;
  readonly privateKey: KeyObject;
  readonly createdMs: number;
  enabled: boolean;
  expiresMs: number | undefined;
  keyOps: readonly string[];
}

interface StoredKey {
  readonly host: string;
  readonly name: string;
  /** Oldest first. */
  readonly versions: KeyVersion[];
  deleted: boolean;
}

const API_VERSION = /^7\.\d$|^2025-07-01$/;
const RESOURCE = 'https://vault.azure.net';
const TENANT = '11111111-2222-3333-4444-555555555555';
const ALGORITHM = 'RSA-OAEP-256';

/**
 * Azure Key Vault, as far as keys are read and unwrap: versions, permissions, the challenge that tells where tokens come from,
 * keys that are disabled, expired or deleted, and throttling. Which Key Vault is meant is told by the Host header. Everything
 * else answers 501.
 */
export class KeyVaultSimulator {
  readonly app = new Hono();
  readonly requests: KeyVaultRequest[] = [];
  readonly #options: KeyVaultSimulatorOptions;
  readonly #keys: StoredKey[] = [];
  readonly #grants = new Map<string, Set<KeyVaultPermission>>();
  #throttled = 0;

  constructor(options: KeyVaultSimulatorOptions) {
    this.#options = options;
    // The library asks for the newest version with a slash at the end.
    for (const path of ['/keys/:name', '/keys/:name/', '/keys/:name/:version'])
      this.app.get(path, (context) => this.#answer(context, 'get'));
    this.app.post('/keys/:name/:version/unwrapkey', (context) => this.#answer(context, 'unwrapKey'));
    this.app.notFound((context) =>
      this.#log(context, refusal(501, 'NotModelled', `${context.req.path} is not modelled`)),
    );
  }

  /** Makes a key, or another version of it; answers its id with the version. */
  createKey(
    host: string,
    name: string,
    options: { readonly bits?: number; readonly keyOps?: readonly string[] } = {},
  ): string {
    let key = this.#keys.find((one) => one.host === host && one.name === name);
    if (key === undefined) {
      key = { host, name, versions: [], deleted: false };
      this.#keys.push(key);
    }
    const version = randomBytes(16).toString('hex');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: options.bits ?? 2048 });
    const { keyOps = ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'] } = options;
    key.versions.push({ version, privateKey, createdMs: this.#now(), enabled: true, expiresMs: undefined, keyOps });
    return `https://${host}/keys/${name}/${version}`;
  }

  /** What an identity may do with every key. */
  grant(identity: string, ...permissions: readonly KeyVaultPermission[]): void {
    this.#grants.set(identity, new Set(permissions));
  }

  setEnabled(id: string, enabled: boolean): void {
    this.#version(id).enabled = enabled;
  }

  setExpiry(id: string, expiresMs: number): void {
    this.#version(id).expiresMs = expiresMs;
  }

  setOperations(id: string, keyOps: readonly string[]): void {
    this.#version(id).keyOps = keyOps;
  }

  /** Soft delete: the key answers 404 until it is recovered. */
  deleteKey(host: string, name: string): void {
    this.#key(host, name).deleted = true;
  }

  recoverKey(host: string, name: string): void {
    this.#key(host, name).deleted = false;
  }

  /** What was deleted is gone for good. */
  purgeKey(host: string, name: string): void {
    const key = this.#key(host, name);
    if (!key.deleted) throw new Error(`${name} is not deleted`);
    this.#keys.splice(this.#keys.indexOf(key), 1);
  }

  /** The next requests that bring a token answer 429. */
  throttle(requests: number): void {
    this.#throttled = requests;
  }

  async #answer(context: Context, operation: KeyVaultPermission): Promise<Response> {
    const token = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (token === undefined) return this.#log(context, challenge('Request is missing a Bearer or PoP token.'));
    const identity = this.#options.authenticate(token);
    if (identity === undefined) return this.#log(context, challenge('Error validating token.'));
    return this.#log(context, await this.#answerTo(identity, context, operation), identity);
  }

  async #answerTo(identity: string, context: Context, operation: KeyVaultPermission): Promise<Response> {
    if (this.#throttled > 0) {
      this.#throttled -= 1;
      return refusal(429, 'Throttled', 'Too many requests, please retry.', { 'retry-after': '0' });
    }
    if (!API_VERSION.test(context.req.query('api-version') ?? '')) {
      return refusal(400, 'BadParameter', 'The api-version is not supported.');
    }
    if (this.#grants.get(identity)?.has(operation) !== true) return forbidden(identity, operation);
    const host = context.req.header('host') ?? '';
    const [name = '', version] = [context.req.param('name'), context.req.param('version')];
    const key = this.#keys.find((one) => one.host === host && one.name === name && !one.deleted);
    const found = version === undefined ? key?.versions.at(-1) : key?.versions.find((one) => one.version === version);
    if (key === undefined || found === undefined) {
      return refusal(404, 'KeyNotFound', `A key with (name/id) ${name} was not found in this key vault.`);
    }
    return operation === 'get' ? keyBundle(key, found) : unwrap(key, found, await context.req.json<unknown>());
  }

  #log(context: Context, response: Response, identity?: string): Response {
    const { method, path } = context.req;
    this.requests.push({ method, host: context.req.header('host') ?? '', path, identity, status: response.status });
    return response;
  }

  #key(host: string, name: string): StoredKey {
    const key = this.#keys.find((one) => one.host === host && one.name === name);
    if (key === undefined) throw new Error(`there is no key ${name} in ${host}`);
    return key;
  }

  #version(id: string): KeyVersion {
    const { host, pathname } = new URL(id);
    const [, , name = '', version] = pathname.split('/');
    const found = this.#key(host, name).versions.find((one) => one.version === version);
    if (found === undefined) throw new Error(`there is no version ${id}`);
    return found;
  }

  #now(): number {
    return this.#options.now?.() ?? realClock().nowMs();
  }
}

function keyBundle(key: StoredKey, found: KeyVersion): Response {
  const { n = '', e = '' } = found.privateKey.export({ format: 'jwk' });
  const created = Math.floor(found.createdMs / 1000);
  return Response.json({
    key: { kid: idOf(key, found), kty: 'RSA', key_ops: found.keyOps, n, e },
    attributes: {
      enabled: found.enabled,
      created,
      updated: created,
      ...(found.expiresMs !== undefined && { exp: Math.floor(found.expiresMs / 1000) }),
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    },
  });
}

/** An expired key still unwraps: what was wrapped to it must not be lost. */
function unwrap(key: StoredKey, found: KeyVersion, body: unknown): Response {
  if (!found.enabled)
    return refusal(403, 'Forbidden', 'Operation unwrapKey is not allowed on a disabled key.', {}, 'KeyDisabled');
  if (!found.keyOps.includes('unwrapKey'))
    return refusal(403, 'Forbidden', 'Operation unwrapKey is not permitted on this key.', {}, 'KeyOperationForbidden');
  const { alg, value, ...rest } = body as { readonly alg?: unknown; readonly value?: unknown };
  if (alg !== ALGORITHM || typeof value !== 'string' || Object.keys(rest).length > 0)
    return refusal(400, 'BadParameter', `Only ${ALGORITHM} is modelled, with a value.`);
  try {
    const decrypted = privateDecrypt(
      { key: found.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      Buffer.from(value, 'base64url'),
    );
    return Response.json({ kid: idOf(key, found), value: decrypted.toString('base64url') });
  } catch {
    return refusal(400, 'BadParameter', 'The parameter is incorrect.');
  }
}

function idOf({ host, name }: StoredKey, { version }: KeyVersion): string {
  return `https://${host}/keys/${name}/${version}`;
}

function challenge(message: string): Response {
  return refusal(401, 'Unauthorized', `AKV10000: ${message}`, {
    'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="${RESOURCE}"`,
  });
}

function forbidden(identity: string, operation: KeyVaultPermission): Response {
  const action = operation === 'get' ? 'read' : 'unwrap/action';
  const oid = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const message = `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: oid=${oid}\r\nAction: 'Microsoft.KeyVault/vaults/keys/${action}'`;
  return refusal(403, 'Forbidden', message, {}, 'ForbiddenByRbac');
}

function refusal(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  inner?: string,
): Response {
  const error = { code, message, ...(inner !== undefined && { innererror: { code: inner } }) };
  return Response.json({ error }, { status, headers });
}
