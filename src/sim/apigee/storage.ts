import { createHmac } from 'node:crypto';
import { archiveObjectOf } from './archives.ts';
import { textIn } from './document.ts';
import type { Answer } from './route.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';
import type { SimulatorState } from './simulator-state.ts';

/**
 * Google's object storage as far as archives need it: an object is written and read at signed URLs, which take no token and
 * are good for a while only. It is another service on the same port, below a path that the API does not have.
 */
const STORAGE = '/_storage/';

/** How long a signed URL is good for. */
const LIFETIME_MS = 15 * 60_000;

/** The largest object, as the header that an upload has to carry says it. */
const LARGEST = 1_073_741_824;
const lengthRange = `0,${LARGEST}`;

const signing = 'known to nobody but the simulator';

/** Whether a path is one of the storage's. */
export function isStoragePath(path: string): boolean {
  return path.startsWith(STORAGE);
}

/** What a request to the storage is called in logs and fault rules. */
export function storageMethod(http: string): string {
  return http === 'PUT' ? 'storage.objects.insert' : 'storage.objects.get';
}

/** A URL at which this one object can be written (PUT) or read (GET) without a token. */
export function signedUrl(
  organization: SimulatedOrganization,
  signed: { readonly http: 'GET' | 'PUT'; readonly object: string; readonly origin: string },
): string {
  const { http, object, origin } = signed;
  const path = `${STORAGE}${bucketOf(organization)}/${object}`;
  // Asked once: between two askings the clock may tick, and the signature would be of another date.
  const date = organization.now();
  const headers = http === 'PUT' ? 'content-type;host;x-goog-content-length-range' : 'host';
  const query = new URLSearchParams({
    'X-Goog-Algorithm': 'GOOG4-RSA-SHA256',
    'X-Goog-Date': date,
    'X-Goog-Expires': String(LIFETIME_MS / 1000),
    'X-Goog-SignedHeaders': headers,
    'X-Goog-Signature': signature({ http, path, date }),
  });
  return `${origin}${path}?${query.toString()}`;
}

/** The object that an address of the storage names, with or without its signature; undefined for another organization's. */
export function objectIn(organization: SimulatedOrganization, address: string): string | undefined {
  const path = URL.canParse(address) ? new URL(address).pathname : '';
  const start = `${STORAGE}${bucketOf(organization)}/`;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}

function bucketOf({ name }: SimulatedOrganization): string {
  return `${name}-archives`;
}

function signature(signed: { readonly http: string; readonly path: string; readonly date: string }): string {
  return createHmac('sha256', signing).update(JSON.stringify(signed)).digest('hex');
}

/** A request to the storage, off the wire. */
export interface StorageRequest {
  readonly http: string;
  readonly target: string;
  readonly token: string | undefined;
  readonly contentType: string;
  readonly lengthRange?: string | undefined;
  readBody(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Answers it. Whoever sends credentials is taken for who they say, who may not do anything here. */
export async function answerStorage(state: SimulatorState, request: StorageRequest): Promise<Answer> {
  const { http, token, target } = request;
  if (token !== undefined) return refusal(403, 'AccessDenied', 'The caller does not have storage.objects access.');
  const { pathname, searchParams } = new URL(target, 'http://storage');
  const date = searchParams.get('X-Goog-Date') ?? '';
  if (searchParams.get('X-Goog-Signature') !== signature({ http, path: pathname, date }))
    return refusal(403, 'SignatureDoesNotMatch', 'The request signature does not match what was signed.');
  if (state.world.clock.nowMs() > Number(date) + LIFETIME_MS)
    return refusal(400, 'ExpiredToken', 'The provided token has expired.');
  const [bucket = '', object = ''] = pathname.slice(STORAGE.length).split('/');
  const organization = [...state.organizations.values()].find((one) => bucketOf(one) === bucket);
  if (organization === undefined) return refusal(404, 'NoSuchBucket', 'The specified bucket does not exist.');
  return http === 'PUT' ? write(organization, object, request) : read(organization, object);
}

async function write(organization: SimulatedOrganization, object: string, request: StorageRequest): Promise<Answer> {
  if (request.contentType !== 'application/zip' || request.lengthRange !== lengthRange)
    return refusal(403, 'SignatureDoesNotMatch', 'The headers of the request are not those that were signed.');
  const bytes = await request.readBody();
  if (bytes.byteLength > LARGEST) return refusal(400, 'EntityTooLarge', 'The object is larger than the range allows.');
  organization.store.put('archiveobject', '', object, await archiveObjectOf(bytes));
  return { status: 200 };
}

function read({ store }: SimulatedOrganization, object: string): Answer {
  const found = store.find('archiveobject', '', object);
  if (found === undefined) return refusal(404, 'NoSuchKey', 'The specified key does not exist.');
  return {
    status: 200,
    bytes: Uint8Array.from(Buffer.from(textIn(found, 'content'), 'base64')),
    contentType: 'application/zip',
  };
}

function refusal(status: number, code: string, message: string): Answer {
  const xml = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, bytes: Uint8Array.from(Buffer.from(xml)), contentType: 'application/xml; charset=UTF-8' };
}
