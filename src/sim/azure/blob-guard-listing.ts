import { escapeXml, GuardRefusal } from './blob-guard-error.ts';
import type { BlobRequest } from './blob-guard-request.ts';
import { type BlobVersion, DAY_MS, type GuardedAccount, type GuardedContainer } from './guarded-account.ts';

const MOST_RESULTS = 5000;
const modelledIncludes = /^(|versions|deleted|metadata|immutabilitypolicy|legalhold)$/;

interface Listed {
  readonly name: string;
  readonly version: BlobVersion;
  readonly isCurrent: boolean;
}

type Entry = { readonly type: 'blob'; readonly listed: Listed } | { readonly type: 'prefix'; readonly name: string };

/** The answer to List Blobs, as XML. */
export function listBlobs(account: GuardedAccount, container: GuardedContainer, { query }: BlobRequest): string {
  const includes = new Set((query.get('include') ?? '').split(','));
  const bad = [...includes].find((include) => !modelledIncludes.test(include));
  if (bad !== undefined) throw new GuardRefusal('NotModelled', `Listing with include=${bad}.`);
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const most = readMost(query.get('maxresults'));
  const entries = [...grouped(shown(container, includes, prefix), prefix, delimiter)];
  const marker = readMarker(query.get('marker'));
  const rest = entries.filter((entry) => keyOf(entry) >= marker);
  const page = rest.slice(0, most);
  const following = rest[most];
  const next = following === undefined ? '' : writeMarker(keyOf(following));
  const now = account.clock.nowMs();
  const body = page.map((entry) =>
    entry.type === 'prefix'
      ? `<BlobPrefix><Name>${escapeXml(entry.name)}</Name></BlobPrefix>`
      : describeBlob(entry.listed, includes, now),
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<EnumerationResults ServiceEndpoint="http://guard/" ContainerName="${escapeXml(container.name)}">`,
    `<Prefix>${escapeXml(prefix)}</Prefix><MaxResults>${most}</MaxResults>`,
    delimiter === '' ? '' : `<Delimiter>${escapeXml(delimiter)}</Delimiter>`,
    `<Blobs>${body.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
  ].join('');
}

/** The answer to List Containers, as XML, on one page. */
export function listContainers(account: GuardedAccount, { query }: BlobRequest): string {
  const include = query.get('include') ?? '';
  if (include !== '' && include !== 'deleted')
    throw new GuardRefusal('NotModelled', `Listing with include=${include}.`);
  const prefix = query.get('prefix') ?? '';
  const live = [...account.containers.values()].map((container) => ({ container, tail: '' }));
  const gone =
    include === ''
      ? []
      : account.deletedContainers.map(({ container, version }) => {
          return { container, tail: `<Deleted>true</Deleted><Version>${version}</Version>` };
        });
  const items = [...live, ...gone]
    .filter(({ container }) => container.name.startsWith(prefix))
    .sort((left, right) => (left.container.name < right.container.name ? -1 : 1))
    .map(({ container, tail }) => {
      const modified = `<Last-Modified>${httpDate(container.createdMs)}</Last-Modified><Etag>"${container.upstream}"</Etag>`;
      return `<Container><Name>${container.name}</Name>${tail}<Properties>${modified}</Properties></Container>`;
    });
  return `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://guard/"><Containers>${items.join('')}</Containers><NextMarker /></EnumerationResults>`;
}

/** As the service writes times: to the second. */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** In the order of names, and of each name the oldest first. */
function* shown(container: GuardedContainer, includes: ReadonlySet<string>, prefix: string): Generator<Listed> {
  const names = [...container.blobs.keys()].filter((name) => name.startsWith(prefix)).sort();
  for (const name of names) {
    const blob = container.blobs.get(name);
    for (const version of blob?.previous ?? []) {
      const isWanted = version.deleted === undefined ? includes.has('versions') : includes.has('deleted');
      // A soft-deleted version is a version too.
      if (isWanted && (version.id === undefined || includes.has('versions'))) yield { name, version, isCurrent: false };
    }
    if (blob?.current !== undefined) yield { name, version: blob.current, isCurrent: true };
  }
}

function* grouped(items: Iterable<Listed>, prefix: string, delimiter: string): Generator<Entry> {
  let last: string | undefined;
  for (const listed of items) {
    const end = delimiter === '' ? -1 : listed.name.indexOf(delimiter, prefix.length);
    if (end < 0) {
      yield { type: 'blob', listed };
      continue;
    }
    const name = listed.name.slice(0, end + delimiter.length);
    if (name === last) continue;
    last = name;
    yield { type: 'prefix', name };
  }
}

function describeBlob({ name, version, isCurrent }: Listed, includes: ReadonlySet<string>, nowMs: number): string {
  const { id, deleted, headers, policy } = version;
  const element = (tag: string, text: string | undefined): string =>
    text === undefined ? '' : `<${tag}>${escapeXml(text)}</${tag}>`;
  const remaining = deleted === undefined ? 0 : Math.floor((deleted.atMs + deleted.days * DAY_MS - nowMs) / DAY_MS);
  const properties = [
    element('Creation-Time', httpDate(version.createdMs)),
    element('Last-Modified', httpDate(version.createdMs)),
    element('Etag', headers['etag']?.replaceAll('"', '')),
    element('Content-Length', String(version.sizeBytes)),
    element('Content-Type', headers['content-type']),
    element('Content-MD5', headers['content-md5']),
    element('BlobType', 'BlockBlob'),
    element('AccessTier', 'Hot'),
    element('LeaseStatus', 'unlocked'),
    element('LeaseState', 'available'),
    element('ServerEncrypted', 'true'),
    element('DeletedTime', deleted === undefined ? undefined : httpDate(deleted.atMs)),
    element('RemainingRetentionDays', deleted === undefined ? undefined : String(remaining)),
    includes.has('immutabilitypolicy') && policy !== undefined
      ? element('ImmutabilityPolicyUntilDate', httpDate(policy.untilMs)) +
        element('ImmutabilityPolicyMode', policy.mode.toLowerCase())
      : '',
    includes.has('legalhold') && version.legalHold ? element('LegalHold', 'true') : '',
  ];
  return [
    `<Blob>${element('Name', name)}`,
    element('Deleted', deleted === undefined ? undefined : 'true'),
    element('VersionId', includes.has('versions') ? id : undefined),
    element('IsCurrentVersion', includes.has('versions') && id !== undefined && isCurrent ? 'true' : undefined),
    `<Properties>${properties.join('')}</Properties></Blob>`,
  ].join('');
}

function readMost(text: string | undefined): number {
  if (text === undefined) return MOST_RESULTS;
  const most = Number(text);
  if (!Number.isSafeInteger(most) || most < 1) throw new GuardRefusal('InvalidQueryParameterValue', 'maxresults');
  return Math.min(most, MOST_RESULTS);
}

/** By what a listing goes on where it stopped, whatever was written meanwhile. */
function keyOf(entry: Entry): string {
  if (entry.type === 'prefix') return entry.name;
  const { name, version, isCurrent } = entry.listed;
  const unnamed = isCurrent ? '~' : String(version.deleted?.atMs ?? 0).padStart(16, '0');
  return `${name}\0${version.id ?? unnamed}`;
}

function writeMarker(key: string): string {
  return Buffer.from(`guard:${key}`).toString('base64url');
}

function readMarker(marker: string | undefined): string {
  if (marker === undefined || marker === '') return '';
  const text = Buffer.from(marker, 'base64url').toString();
  if (!text.startsWith('guard:')) throw new GuardRefusal('InvalidQueryParameterValue', 'marker');
  return text.slice('guard:'.length);
}
