import { documentIn } from '../document.ts';
import type { OrganizationSeed, SeedDocument, StoredSeed } from '../organization-seed.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { isBilled } from './monetization.ts';

type Writer = (target: WreckTarget, row: StoredSeed, seed: OrganizationSeed) => void;

const given = ['createTime', 'createdAt', 'host', 'lastModifiedAt', 'port', 'runtimeVersion', 'state', 'updateTime'];

/** Without what the server gives. */
function writable({ document }: StoredSeed, ...more: readonly string[]): SeedDocument {
  return Object.fromEntries(Object.entries(document).filter(([field]) => ![...given, ...more].includes(field)));
}

/** How a client writes each kind of stored document. */
const writers: Readonly<Record<string, Writer>> = {
  resourcefile: (target, { owner, document: { name, type, content } }) =>
    target.post(
      ['environments', owner, 'resourcefiles'],
      { file: content },
      { type: String(type), name: String(name) },
    ),
  // It comes with its archive.
  archiveobject: () => undefined,
  archivedeployment: (target, { owner, document }, seed) => {
    const stored = seed.documents.find(({ kind, name }) => kind === 'archiveobject' && name === document['object']);
    const { content, digest, isArchive } = { ...stored?.document };
    const uploaded = { content: String(content), digest: String(digest), isArchive: isArchive === true };
    target.deployArchive({ environment: owner, uploaded, labels: { ...documentIn({ ...document }, 'labels') } });
  },
  traceconfig: (target, { owner, document }) =>
    target.patch(['environments', owner, 'traceConfig'], document, { updateMask: Object.keys(document).join() }),
  traceoverride: (target, { owner, document: { name: _, ...override } }) =>
    target.post(['environments', owner, 'traceConfig', 'overrides'], override),
  instance: (target, row) => target.post(['instances'], writable(row, 'serviceAttachment')),
  instanceattachment: (target, row) =>
    target.post(['instances', row.owner, 'attachments'], { environment: row.document['environment'] }),
  nataddress: (target, { owner, name, document }) => {
    target.post(['instances', owner, 'natAddresses'], { name });
    target.settle();
    if (document['state'] !== 'ACTIVE') return;
    target.post(['instances', owner, 'natAddresses', `${name}:activate`]);
  },
  endpointattachment: (target, row) =>
    target.post(['endpointAttachments'], writable(row, 'name', 'connectionState'), { endpointAttachmentId: row.name }),
  dnszone: (target, row) => target.post(['dnsZones'], writable(row, 'name'), { dnsZoneId: row.name }),
  serviceextension: (target, row) =>
    target.post(['apimServiceExtensions'], writable(row, 'name'), { apimServiceExtensionId: row.name }),
  rateplan: (target, { owner, document: { name: _, createdAt: __, lastModifiedAt: ___, ...plan } }) =>
    target.post(['apiproducts', owner, 'rateplans'], plan),
};

/** Writes the stored documents of a seed, but for what is billed, by the calls a client has; one that has no writer fails. */
export function writeDocuments(target: WreckTarget, seed: OrganizationSeed): void {
  for (const row of seed.documents.filter((each) => !isBilled(each))) {
    const write = writers[row.kind];
    if (write === undefined) throw new Error(`nobody writes a ${row.kind}`);
    write(target, row, seed);
    target.settle();
  }
}
