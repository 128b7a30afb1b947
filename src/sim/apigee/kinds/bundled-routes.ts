import { failedPrecondition, invalidArgument } from '../api-error.ts';
import { writeArchive } from '../bundle-archive.ts';
import { stampedFiles } from '../bundle-files.ts';
import { checkedBody } from '../body-check.ts';
import type { Document } from '../document.ts';
import { documentIn } from '../document.ts';
import { listAnswer } from '../paging.ts';
import { dropMapsOf } from '../key-value-maps.ts';
import { type Answer, type Call, flagIn, ok, type Route } from '../route.ts';
import {
  assertUndeployed,
  type BundledKind,
  bundledDocument,
  getBundled,
  getRevision,
  orderedRevisions,
  revisionDocument,
} from './bundled.ts';
import { isListed, spaceToMoveTo } from './space.ts';
import { importBundle, replaceRevision } from './bundle-import.ts';

/** What proxies and shared flows have in common: list, import, revisions, download, deletion. */
export function bundledRoutes(kind: BundledKind): readonly Route[] {
  const replace = kind.flavour === 'proxy' ? 'updateApiProxyRevision' : 'updateSharedFlowRevision';
  return [
    { id: `${kind.methods}.list`, handle: (call) => listBundled(kind, call) },
    {
      id: `${kind.methods}.get`,
      handle: ({ organization, path }) => {
        const record = getBundled(organization, kind, path[kind.parameter] ?? '');
        return ok(bundledDocument(organization, kind, record));
      },
    },
    {
      id: `${kind.methods}.create`,
      readOnly: (query) => query['action'] === 'validate',
      handle: (call) => importBundle(kind, call),
    },
    { id: `${kind.methods}.move`, handle: (call) => moveBundled(kind, call) },
    { id: `${kind.methods}.delete`, handle: (call) => deleteBundled(kind, call) },
    { id: `${kind.methods}.revisions.get`, handle: (call) => readRevision(kind, call) },
    { id: `${kind.methods}.revisions.${replace}`, handle: (call) => replaceRevision(kind, call) },
    { id: `${kind.methods}.revisions.delete`, handle: (call) => deleteRevision(kind, call) },
  ];
}

/** PATCH of a proxy: labels only. */
export function patchLabels(kind: BundledKind, { organization, path, query, body }: Call): Answer {
  const record = getBundled(organization, kind, path[kind.parameter] ?? '');
  if (query['updateMask'] !== 'labels') throw invalidArgument('updateMask must be labels');
  const labels = documentIn(checkedBody('ApiProxy', body), 'labels');
  const { labels: _replaced, ...rest } = record;
  const texts = Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
  const changed = { ...rest, ...(Object.keys(texts).length === 0 ? {} : { labels: texts }) };
  organization.bundles.put(kind.flavour, { ...changed, lastModifiedAt: organization.now() });
  return ok(bundledDocument(organization, kind, getBundled(organization, kind, record.name)));
}

function moveBundled(kind: BundledKind, call: Call): Answer {
  const { organization, path } = call;
  const record = getBundled(organization, kind, path[kind.parameter] ?? '');
  const space = spaceToMoveTo(call, kind.flavour === 'proxy' ? 'MoveApiProxyRequest' : 'MoveSharedFlowRequest');
  const moved = { ...record, space, lastModifiedAt: organization.now() };
  organization.bundles.put(kind.flavour, moved);
  return ok(bundledDocument(organization, kind, moved));
}

function listBundled(kind: BundledKind, call: Call): Answer {
  const { organization, query } = call;
  const items: Document[] = [];
  for (const record of organization.bundles.list(kind.flavour)) {
    if (!isListed(call, record.space)) continue;
    if (query['space'] !== undefined && record.space !== query['space']) continue;
    const { metaData, apiProxyType } = bundledDocument(organization, kind, record);
    const numbers = record.revisions.map((revision) => revision.number);
    items.push({
      name: record.name,
      ...(apiProxyType === undefined ? {} : { apiProxyType }),
      ...(flagIn(query, 'includeRevisions') ? { revision: orderedRevisions(organization, numbers) } : {}),
      ...(flagIn(query, 'includeMetaData') ? { metaData } : {}),
    });
  }
  return listAnswer(organization.world.switches, kind.listField, items);
}

function deleteBundled(kind: BundledKind, { organization, path }: Call): Answer {
  const record = getBundled(organization, kind, path[kind.parameter] ?? '');
  assertUndeployed(organization, kind, { name: record.name });
  organization.bundles.delete(kind.flavour, record);
  if (kind.flavour === 'proxy') dropMapsOf(organization.store, `apis/${record.name}`);
  return ok({ name: record.name });
}

function readRevision(kind: BundledKind, { organization, path, query }: Call): Answer {
  const record = getBundled(organization, kind, path[kind.parameter] ?? '');
  const revision = getRevision(record, kind, path['revisionsId'] ?? '');
  const format = query['format'] ?? '';
  if (format === '') return ok(revisionDocument(organization, kind, { record, revision }));
  if (format !== 'bundle') throw invalidArgument(`format "${format}" is not supported`);
  const files = stampedFiles(kind.flavour, organization.bundles.files(kind.flavour, record.name, revision), {
    name: record.name,
    revision: String(revision.number),
    createdAtMs: revision.createdAt,
    lastModifiedAtMs: revision.lastModifiedAt,
  });
  organization.downloads += 1;
  const changing = organization.world.switches.bundleTimestamps === 'changing';
  const atMs = changing ? organization.world.clock.nowMs() + organization.downloads * 2000 : Number(revision.createdAt);
  return { status: 200, bytes: writeArchive(files, atMs), contentType: 'application/zip' };
}

function deleteRevision(kind: BundledKind, { organization, path }: Call): Answer {
  const record = getBundled(organization, kind, path[kind.parameter] ?? '');
  const revision = getRevision(record, kind, path['revisionsId'] ?? '');
  assertUndeployed(organization, kind, { name: record.name, revision: String(revision.number) });
  if (record.revisions.length === 1) {
    throw failedPrecondition(`revision ${revision.number} is the only one of ${record.name}; delete the ${kind.title}`);
  }
  const answer = revisionDocument(organization, kind, { record, revision });
  organization.bundles.dropFiles(revision);
  const revisions = record.revisions.filter((candidate) => candidate !== revision);
  organization.bundles.put(kind.flavour, { ...record, revisions, lastModifiedAt: organization.now() });
  return ok(answer);
}
