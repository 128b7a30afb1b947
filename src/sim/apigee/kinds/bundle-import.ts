import { badBundle, failedPrecondition, invalidArgument } from '../api-error.ts';
import { bundleViolations } from '../bundle-facts.ts';
import type { BundleFiles } from '../bundle-files.ts';
import type { BundledRecord, RevisionRecord } from '../bundle-records.ts';
import type { Document } from '../document.ts';
import { type Call, ok } from '../route.ts';
import type { SimulatedOrganization } from '../simulated-organization.ts';
import { assertSpace } from './space.ts';
import { assertUndeployed, type BundledKind, getBundled, getRevision, revisionDocument } from './bundled.ts';

/** The published number of revisions an organization keeps of one proxy or flow. */
const revisionLimit = 250;

/** POST of a bundle: `action=import` adds a revision (1 for a new name), `action=validate` only checks. */
export function importBundle(kind: BundledKind, { organization, query, files }: Call) {
  const action = query['action'] ?? '';
  if (action !== 'import' && action !== 'validate') {
    throw invalidArgument(`action "${action}" is not supported: import or validate`);
  }
  const name = query['name'] ?? '';
  if (!/^[A-Za-z0-9._-]{1,255}$/.test(name)) {
    throw invalidArgument(`${kind.title} name "${name}" is invalid: only A-Z a-z 0-9 . _ - are allowed`);
  }
  const space = query['space'] ?? '';
  assertSpace(organization, space);
  const standing = organization.bundles.find(kind.flavour, name);
  if (standing !== undefined && space !== '' && (standing.space ?? '') !== space) {
    throw invalidArgument(`${kind.title} ${name} stands already: it gets into space ${space} by :move only`);
  }
  if (files === undefined) throw invalidArgument('the request has no bundle');
  if (action === 'validate') {
    assertSound(kind, files);
    return ok(validated(organization, kind, name));
  }
  const { record, revision } = addRevision(organization, kind, { name, files, space });
  return ok(revisionDocument(organization, kind, { record, revision }));
}

/** Stores a checked bundle as the next revision. */
export function addRevision(
  organization: SimulatedOrganization,
  kind: BundledKind,
  source: { readonly name: string; readonly files: BundleFiles; readonly space?: string },
): { readonly record: BundledRecord; readonly revision: RevisionRecord } {
  assertSound(kind, source.files);
  const { bundles, world } = organization;
  const before = bundles.find(kind.flavour, source.name);
  if ((before?.revisions.length ?? 0) >= revisionLimit) {
    throw failedPrecondition(`${kind.title} ${source.name} already has ${revisionLimit} revisions`);
  }
  const now = organization.now();
  const highest = before?.revisions.at(-1)?.number ?? 0;
  const counter = world.switches.revisionCounter === 'never-reused' ? Math.max(before?.counter ?? 0, highest) : highest;
  const bundle = bundles.storeFiles(source.files);
  const revision: RevisionRecord = { number: counter + 1, createdAt: now, lastModifiedAt: now, bundle };
  const record: BundledRecord = {
    ...(before ?? { name: source.name, createdAt: now, ...inSpace(source.space) }),
    lastModifiedAt: now,
    counter: counter + 1,
    revisions: [...(before?.revisions ?? []), revision],
  };
  bundles.put(kind.flavour, record);
  return { record, revision };
}

function inSpace(space = ''): { readonly space?: string } {
  return space === '' ? {} : { space };
}

/** POST on a revision: replaces the bundle of one that was never deployed. */
export function replaceRevision(kind: BundledKind, { organization, path, files }: Call) {
  const record = getBundled(organization, kind, path[kind.parameter] ?? '');
  const revision = getRevision(record, kind, path['revisionsId'] ?? '');
  if (files === undefined) throw invalidArgument('the request has no bundle');
  assertSound(kind, files);
  const number = String(revision.number);
  if (revision.everDeployed === true) {
    throw failedPrecondition(`revision ${number} of ${record.name} is immutable: it has been deployed`);
  }
  assertUndeployed(organization, kind, { name: record.name, revision: number });
  const now = organization.now();
  organization.bundles.dropFiles(revision);
  const updated: RevisionRecord = { ...revision, lastModifiedAt: now, bundle: organization.bundles.storeFiles(files) };
  const revisions = record.revisions.map((candidate) => (candidate === revision ? updated : candidate));
  const changed = { ...record, lastModifiedAt: now, revisions };
  organization.bundles.put(kind.flavour, changed);
  return ok(revisionDocument(organization, kind, { record: changed, revision: updated }));
}

function assertSound(kind: BundledKind, files: BundleFiles): void {
  const violations = bundleViolations(kind.flavour, files);
  if (violations.length > 0) throw badBundle(violations);
}

function validated(organization: SimulatedOrganization, kind: BundledKind, name: string): Document {
  const next = (organization.bundles.find(kind.flavour, name)?.counter ?? 0) + 1;
  return { name, revision: String(next), type: kind.flavour === 'proxy' ? 'Application' : 'SharedFlow' };
}
