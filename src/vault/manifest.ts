import type { z } from 'zod';
import { credentialMask, findCredentials } from '../core/credential-patterns.ts';
import type { PointDetails, PointSummary, SuspectedCredential } from '../core/point.ts';
import { decodeSegment } from '../core/resource.ts';
import type { Finding } from './collections-table.ts';
import { damaged } from './damage.ts';
import { organizationPrefix } from './epoch.ts';
import { bodySchema, headerSchema } from './manifest-schema.ts';
import type { SignedDocument } from './signed-document.ts';

export type ManifestHeader = Pick<
  z.infer<typeof headerSchema>,
  'point' | 'organization' | 'epoch' | 'grade' | 'startedAt' | 'endedAt'
> & {
  readonly wrote: readonly (readonly [string, number])[];
  /** The newest manifest of the epoch that its writer saw. */
  readonly previous: { readonly name: string; readonly hash: string } | null;
  /** The newest batch of the audit stream of the process that took it; absent without one. */
  readonly auditHeads?: readonly { readonly name: string; readonly hash: string }[] | undefined;
};
export type ManifestBody = z.infer<typeof bodySchema>;

/** A manifest read and checked. */
export interface PointRecord {
  readonly name: string;
  /** Hash of the manifest's bytes. */
  readonly hash: string;
  /** Size of the manifest itself, which its body cannot say. */
  readonly sizeBytes: number;
  readonly header: ManifestHeader;
  readonly body: ManifestBody;
  readonly signer: string;
  readonly time: string;
  readonly timeAttested: boolean;
  /** Since when its signer is revoked; only in a record that was read because it was named. */
  readonly signerRevoked?: string;
}

/** `<folder>/<YYYYMMDDTHHMMSSmmmZ>-<point>` */
export function manifestName(epochPrefix: string, time: string, point: string): string {
  return `${epochPrefix}points/${compactTime(time)}-${point}`;
}

/** An instant without separators, as it stands in names. */
export function compactTime(instant: string): string {
  return instant.replaceAll(/[-:.]/g, '');
}

/** The point id in a manifest's name. */
export function pointIdOf(name: string): string {
  return name.slice(name.lastIndexOf('-') + 1);
}

export function parseManifestHeader(document: SignedDocument): ManifestHeader {
  const parsed = headerSchema.safeParse(document.header);
  if (!parsed.success) throw damaged(document.name, 'its header is not that of a point', parsed.error);
  const { point, organization, epoch } = parsed.data;
  const folder = `${organizationPrefix(organization)}epochs/${epoch}/points/`;
  // Whoever holds the writer's key could else put a point into one epoch that counts in another.
  if (!document.name.startsWith(folder) || point !== pointIdOf(document.name))
    throw damaged(document.name, 'it says that it is another point, or of another epoch or organization');
  return parsed.data;
}

export function parseManifestBody(name: string, body: unknown): ManifestBody {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw damaged(name, 'its body is not that of a point', parsed.error);
  return parsed.data;
}

export function summaryOf(record: PointRecord): PointSummary {
  const { header, body } = record;
  return {
    id: header.point,
    organization: header.organization,
    epoch: header.epoch,
    grade: header.grade,
    scope: body.scope,
    consistent: body.consistent,
    startedAt: header.startedAt,
    endedAt: header.endedAt,
    time: record.time,
    timeAttested: record.timeAttested,
    ...(body.parent !== null && { parent: body.parent }),
    resources: body.resources,
    bytesWritten: body.bytesWritten + record.sizeBytes,
    calls: body.calls,
    signer: record.signer,
    ...(record.signerRevoked !== undefined && { signerRevoked: record.signerRevoked }),
  };
}

/** `findings` by kind, as the point's table has them. */
export function detailsOf(record: PointRecord, findings: ReadonlyMap<string, readonly Finding[]>): PointDetails {
  const { ledger, notCaptured, floor, efficiency, moved, tool, identity } = record.body;
  const credentials = [...findings].flatMap(([kind, found]) =>
    found.map((finding) => suspectedCredential(kind, finding)),
  );
  return {
    ...summaryOf(record),
    ledger: ledger.map((row) => ({ ...row, credentials: findings.get(row.kind)?.length ?? 0 })),
    notCaptured,
    floor,
    efficiency,
    moved,
    tool,
    identity,
    findings: credentials.map(
      ({ id, place, line, what }) =>
        `${id}: ${place === '' ? '' : `${place} `}${line === undefined ? '' : `line ${line} `}looks like a credential: ${what}`,
    ),
    credentials,
  };
}

function suspectedCredential(kind: string, [id, place, what]: Finding): SuspectedCredential {
  const [, before = place, line] = /^(.*) line (\d+)$/.exec(place) ?? [];
  return { id: maskedId(id), kind, place: before, ...(line === undefined ? {} : { line: Number(line) }), what };
}

/** Whoever reads a report need not be shown a credential that somebody took for a name. */
function maskedId(id: string): string {
  const isName = (segment: string): boolean => findCredentials(decodeSegment(segment)).length === 0;
  return id
    .split('/')
    .map((segment) => (isName(segment) ? segment : credentialMask))
    .join('/');
}
