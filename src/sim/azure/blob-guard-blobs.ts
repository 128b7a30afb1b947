import type { BlobAction, Principal } from './blob-guard-access.ts';
import { GuardRefusal } from './blob-guard-error.ts';
import { httpDate } from './blob-guard-listing.ts';
import type { BlobRequest } from './blob-guard-request.ts';
import type { UpstreamAnswer, UpstreamClient } from './blob-guard-upstream.ts';
import {
  type BlobVersion,
  DAY_MS,
  type GuardedAccount,
  type GuardedBlob,
  type GuardedContainer,
  type VersionPolicy,
} from './guarded-account.ts';

/** What every handler works with. */
export interface GuardScene {
  readonly account: GuardedAccount;
  readonly upstream: UpstreamClient;
  readonly principal: Principal;
  readonly request: BlobRequest;
}

export interface GuardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

const LONGEST_MEANT_FOR_CLIENTS =
  /^(content-(length|type|md5|range|encoding|language|disposition)|cache-control|etag|accept-ranges|x-ms-(blob-type|blob-content-md5|meta-.+|lease-.+|content-crc64|server-encrypted|request-server-encrypted))$/;

/** Refuses what the principal may not do. */
export function assertAllowed({ principal, request }: GuardScene, action: BlobAction): void {
  if (!principal.allows(action, request)) throw new GuardRefusal('AuthorizationPermissionMismatch');
}

/** Put Blob. Calls of one name come one after the other. */
export async function putBlob(scene: GuardScene): Promise<GuardAnswer> {
  const { account, principal, request, upstream } = scene;
  const { headers } = request;
  const type = headers['x-ms-blob-type'];
  if (type !== 'BlockBlob') throw new GuardRefusal('NotModelled', `Blobs of type ${type ?? '(none)'}.`);
  const isCreateOnly = headers['if-none-match'] === '*';
  const container = account.get(request.container);
  const before = container.blobs.get(request.blob)?.current;
  const mayReplace = principal.allows('write', request);
  if (!mayReplace) assertAllowed(scene, 'add');
  if (before !== undefined) {
    const conditionFirst = isCreateOnly && (mayReplace || account.settings.overwriteIsRefusedAs === 'condition');
    if (conditionFirst) throw new GuardRefusal('BlobAlreadyExists');
    if (!mayReplace) {
      throw new GuardRefusal(
        principal.kind === 'signature' ? 'UnauthorizedBlobOverwrite' : 'AuthorizationPermissionMismatch',
      );
    }
    account.assertReplaceable(container);
  }
  const protection = readProtection(scene, container);
  const kept = before !== undefined && account.settings.versioning ? await fetchBytes(scene, container) : undefined;
  const answer = await upstream.send(forwarded(request, container, withoutProtection(headers)));
  if (answer.status !== 201) return passOn(answer, account);
  const blob: GuardedBlob = container.blobs.get(request.blob) ?? { current: undefined, previous: [] };
  if (before !== undefined && kept !== undefined) retire(blob, before, kept);
  blob.current = {
    id: account.settings.versioning ? account.nextVersionId() : undefined,
    createdMs: account.clock.nowMs(),
    sizeBytes: request.body.length,
    headers: storedHeaders(request, answer),
    ...protection,
    bytes: undefined,
    deleted: undefined,
  };
  container.blobs.set(request.blob, blob);
  return { status: 201, headers: { ...passOn(answer, account).headers, ...versionHeaders(blob.current) } };
}

/** Get Blob and Get Blob Properties. */
export async function readBlob(scene: GuardScene): Promise<GuardAnswer> {
  assertAllowed(scene, 'read');
  const { account, request, upstream } = scene;
  const container = account.get(request.container);
  account.forgetExpired(container);
  const { version, isCurrent } = findVersion(container, request);
  const own = { ...versionHeaders(version), ...protectionHeaders(version) };
  const created = { 'x-ms-creation-time': httpDate(version.createdMs), 'last-modified': httpDate(version.createdMs) };
  if (isCurrent) {
    const answer = await upstream.send(forwarded(request, container, request.headers));
    const passed = passOn(answer, account);
    if (answer.status >= 300) return passed;
    const current = version.id === undefined ? {} : { 'x-ms-is-current-version': 'true' };
    return { ...passed, headers: { ...passed.headers, ...own, ...created, ...current } };
  }
  if (request.headers['if-match'] !== undefined || request.headers['if-none-match'] !== undefined) {
    throw new GuardRefusal('NotModelled', 'Conditions on reading a previous version.');
  }
  const common = { ...version.headers, 'x-ms-blob-type': 'BlockBlob', ...own, ...created };
  return sliceOf(version.bytes ?? Buffer.alloc(0), request, common);
}

/** Delete Blob: of the current state, or of one version. */
export async function deleteBlob(scene: GuardScene): Promise<GuardAnswer> {
  const { account, request } = scene;
  assertAllowed(scene, request.query.has('versionid') ? 'delete-version' : 'delete');
  const container = account.get(request.container);
  account.forgetExpired(container);
  const { blob, version, isCurrent } = findVersion(container, request);
  const { softDeleteDays, versioning } = account.settings;
  if (request.query.has('versionid')) {
    if (isCurrent) throw new GuardRefusal('OperationNotAllowedOnRootBlob');
    account.assertDeletable(container, version);
    softDelete(account, blob, version);
    account.forgetExpired(container);
    return { status: 202, headers: {} };
  }
  account.assertDeletable(container, version);
  const isKept = versioning || softDeleteDays !== undefined;
  const kept = isKept ? await fetchBytes(scene, container) : undefined;
  const answer = await scene.upstream.send(forwarded(request, container, request.headers));
  if (answer.status !== 202) return passOn(answer, account);
  blob.current = undefined;
  if (kept !== undefined) {
    // Under versioning the current state becomes a previous version; nothing marks the deletion.
    retire(blob, version, kept);
    if (!versioning) softDelete(account, blob, version);
  }
  account.forgetExpired(container);
  return passOn(answer, account);
}

/** Undelete Blob: every soft-deleted state comes back; without versioning the newest becomes the current one. */
export async function undeleteBlob(scene: GuardScene): Promise<GuardAnswer> {
  assertAllowed(scene, 'write');
  const { account, request, upstream } = scene;
  const container = account.get(request.container);
  account.forgetExpired(container);
  const blob = container.blobs.get(request.blob);
  if (blob === undefined) throw new GuardRefusal('BlobNotFound');
  for (const version of blob.previous) version.deleted = undefined;
  const unnamed = blob.previous.filter(({ id }) => id === undefined);
  const newest = unnamed.at(-1);
  if (blob.current === undefined && newest !== undefined) {
    const body = newest.bytes ?? Buffer.alloc(0);
    const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': newest.headers['content-type'] ?? '' };
    const answer = await upstream.send({
      ...forwarded(request, container, headers),
      method: 'PUT',
      query: new Map(),
      body,
    });
    if (answer.status !== 201) return passOn(answer, account);
    newest.bytes = undefined;
    blob.previous = blob.previous.filter((version) => version !== newest);
    blob.current = newest;
  }
  return { status: 200, headers: {} };
}

/** Leases are Azurite's affair; of protected containers they would only be in the way. */
export async function leaseBlob(scene: GuardScene): Promise<GuardAnswer> {
  assertAllowed(scene, 'write');
  const { account, request, upstream } = scene;
  const container = account.get(request.container);
  return passOn(await upstream.send(forwarded(request, container, request.headers)), account);
}

/** Set Blob Immutability Policy, its deletion, and Set Blob Legal Hold. */
export function protectBlob(scene: GuardScene): GuardAnswer {
  assertAllowed(scene, 'immutability');
  const { account, request } = scene;
  const container = account.get(request.container);
  assertVersionLevel(container);
  const { version } = findVersion(container, request);
  if (request.operation === 'SetLegalHold') {
    version.legalHold = readHold(request.headers) ?? false;
    return { status: 200, headers: { 'x-ms-legal-hold': String(version.legalHold) } };
  }
  const isLocked = version.policy?.mode === 'Locked' && account.clock.nowMs() < version.policy.untilMs;
  if (request.operation === 'DeleteImmutabilityPolicy') {
    if (isLocked) throw new GuardRefusal('BlobImmutableDueToPolicy', 'A locked policy cannot be deleted.');
    version.policy = undefined;
    return { status: 200, headers: {} };
  }
  const policy = readPolicy(request.headers, account.clock.nowMs());
  if (policy === undefined) throw new GuardRefusal('InvalidHeaderValue', 'x-ms-immutability-policy-until-date');
  if (isLocked && (policy.mode !== 'Locked' || policy.untilMs < (version.policy?.untilMs ?? 0))) {
    throw new GuardRefusal('BlobImmutableDueToPolicy', 'A locked policy can only be extended.');
  }
  version.policy = policy;
  return { status: 200, headers: protectionHeaders(version) };
}

function findVersion(
  { blobs }: GuardedContainer,
  { blob: name, query }: BlobRequest,
): { blob: GuardedBlob; version: BlobVersion; isCurrent: boolean } {
  const blob = blobs.get(name);
  const id = query.get('versionid');
  const current = blob?.current;
  if (blob !== undefined && current !== undefined && (id === undefined || current.id === id)) {
    return { blob, version: current, isCurrent: true };
  }
  const version = id === undefined ? undefined : blob?.previous.find((previous) => previous.id === id);
  // What is soft-deleted has to be undeleted before it can be read.
  if (blob === undefined || version === undefined || version.deleted !== undefined)
    throw new GuardRefusal('BlobNotFound');
  return { blob, version, isCurrent: false };
}

function retire(blob: GuardedBlob, version: BlobVersion, bytes: Buffer): void {
  version.bytes = bytes;
  blob.previous.push(version);
}

function softDelete({ settings, clock }: GuardedAccount, blob: GuardedBlob, version: BlobVersion): void {
  const days = settings.softDeleteDays;
  if (days === undefined) blob.previous = blob.previous.filter((previous) => previous !== version);
  else version.deleted = { atMs: clock.nowMs(), days };
}

async function fetchBytes({ upstream, request }: GuardScene, container: GuardedContainer): Promise<Buffer> {
  const answer = await upstream.send({ ...forwarded(request, container, {}), method: 'GET', query: new Map() });
  if (answer.status !== 200) throw new GuardRefusal('InternalError', 'The store behind the guard lost a blob.');
  return answer.body;
}

function forwarded(request: BlobRequest, container: GuardedContainer, headers: Readonly<Record<string, string>>) {
  const path = `/${container.upstream}${request.path.slice(1 + request.container.length)}`;
  const query = new Map([...request.query].filter(([name]) => name !== 'versionid'));
  const { method, body } = request;
  return { method, path, query, headers, ...(method === 'PUT' ? { body } : {}) };
}

function passOn({ status, headers, body }: UpstreamAnswer, { clock }: GuardedAccount): GuardAnswer {
  const kept = Object.entries(headers).filter(
    ([name]) => LONGEST_MEANT_FOR_CLIENTS.test(name) || name === 'x-ms-error-code' || name === 'x-ms-lease-id',
  );
  const modified = headers['last-modified'] === undefined ? {} : { 'last-modified': httpDate(clock.nowMs()) };
  return { status, headers: { ...Object.fromEntries(kept), ...modified }, body };
}

function storedHeaders({ headers: sent }: BlobRequest, { headers }: UpstreamAnswer): Record<string, string> {
  const meta = Object.entries(sent).filter(([name]) => name.startsWith('x-ms-meta-'));
  const type = sent['x-ms-blob-content-type'] ?? sent['content-type'] ?? 'application/octet-stream';
  const md5 = headers['content-md5'];
  return {
    ...Object.fromEntries(meta),
    'content-type': type,
    ...(md5 === undefined ? {} : { 'content-md5': md5 }),
    etag: headers['etag'] ?? '""',
  };
}

function readProtection(
  scene: GuardScene,
  container: GuardedContainer,
): { policy: VersionPolicy | undefined; legalHold: boolean } {
  const { account, request } = scene;
  const now = account.clock.nowMs();
  const asked = readPolicy(request.headers, now);
  const hold = readHold(request.headers);
  if (asked !== undefined || hold !== undefined) {
    assertAllowed(scene, 'immutability');
    assertVersionLevel(container);
  }
  const inherited = container.defaultPolicy;
  const byDefault =
    inherited === undefined ? undefined : { untilMs: now + inherited.days * DAY_MS, mode: inherited.mode };
  return { policy: asked ?? byDefault, legalHold: hold ?? false };
}

function assertVersionLevel({ versionLevel }: GuardedContainer): void {
  if (!versionLevel) throw new GuardRefusal('InvalidHeaderValue', 'The container has no version-level immutability.');
}

function readPolicy(headers: Readonly<Record<string, string>>, nowMs: number): VersionPolicy | undefined {
  const until = headers['x-ms-immutability-policy-until-date'];
  if (until === undefined) return undefined;
  const untilMs = Date.parse(until);
  if (!(untilMs > nowMs)) throw new GuardRefusal('InvalidHeaderValue', 'x-ms-immutability-policy-until-date');
  const mode = (headers['x-ms-immutability-policy-mode'] ?? 'unlocked').toLowerCase();
  if (mode !== 'locked' && mode !== 'unlocked') {
    throw new GuardRefusal('InvalidHeaderValue', 'x-ms-immutability-policy-mode');
  }
  return { untilMs, mode: mode === 'locked' ? 'Locked' : 'Unlocked' };
}

function readHold(headers: Readonly<Record<string, string>>): boolean | undefined {
  const hold = headers['x-ms-legal-hold']?.toLowerCase();
  if (hold === undefined || hold === 'true' || hold === 'false')
    return hold === undefined ? undefined : hold === 'true';
  throw new GuardRefusal('InvalidHeaderValue', 'x-ms-legal-hold');
}

function withoutProtection(headers: Readonly<Record<string, string>>): Record<string, string> {
  // Azurite would accept and forget them.
  const kept = Object.entries(headers).filter(([name]) => !/^x-ms-(immutability-policy-|legal-hold)/.test(name));
  return Object.fromEntries(kept);
}

function versionHeaders({ id }: BlobVersion): Record<string, string> {
  return id === undefined ? {} : { 'x-ms-version-id': id };
}

function protectionHeaders({ policy, legalHold }: BlobVersion): Record<string, string> {
  return {
    ...(policy === undefined
      ? {}
      : {
          'x-ms-immutability-policy-until-date': httpDate(policy.untilMs),
          'x-ms-immutability-policy-mode': policy.mode.toLowerCase(),
        }),
    ...(legalHold ? { 'x-ms-legal-hold': 'true' } : {}),
  };
}

function sliceOf(bytes: Buffer, request: BlobRequest, headers: Readonly<Record<string, string>>): GuardAnswer {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers['x-ms-range'] ?? request.headers['range'] ?? '');
  const isHead = request.method === 'HEAD';
  if (range === null)
    return { status: 200, headers: { ...headers, 'content-length': String(bytes.length) }, body: isHead ? '' : bytes };
  const first = Number(range[1]);
  const last =
    range[2] === '' || range[2] === undefined ? bytes.length - 1 : Math.min(Number(range[2]), bytes.length - 1);
  if (first >= bytes.length) throw new GuardRefusal('InvalidRange');
  const part = bytes.subarray(first, last + 1);
  const { 'content-md5': whole, ...others } = headers;
  return {
    status: 206,
    headers: {
      ...others,
      ...(whole === undefined ? {} : { 'x-ms-blob-content-md5': whole }),
      'content-length': String(part.length),
      'content-range': `bytes ${first}-${last}/${bytes.length}`,
    },
    body: isHead ? '' : part,
  };
}
