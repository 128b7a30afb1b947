import type { OrganizationSeed, StoredSeed } from '../organization-seed.ts';
import type { WreckTarget } from '../wreck-target.ts';

type Writer = (target: WreckTarget, row: StoredSeed) => void;

/** How a client writes each kind of stored document. */
const writers: Readonly<Record<string, Writer>> = {
  resourcefile: (target, { owner, document: { name, type, content } }) =>
    target.post(
      ['environments', owner, 'resourcefiles'],
      { file: content },
      { type: String(type), name: String(name) },
    ),
  traceconfig: (target, { owner, document }) =>
    target.patch(['environments', owner, 'traceConfig'], document, { updateMask: Object.keys(document).join() }),
  traceoverride: (target, { owner, document: { name: _, ...override } }) =>
    target.post(['environments', owner, 'traceConfig', 'overrides'], override),
};

/** Writes the stored documents of a seed by the calls a client has; one that has no writer fails. */
export function writeDocuments(target: WreckTarget, seed: OrganizationSeed): void {
  for (const row of seed.documents) {
    const write = writers[row.kind];
    if (write === undefined) throw new Error(`nobody writes a ${row.kind}`);
    write(target, row);
    target.settle();
  }
}
