import type { Document } from './document.ts';
import type { DumpLine } from './dump.ts';
import type { ListedDocument } from './document-store.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** How a dump leaves out what the server gave. */
export type Meaning = (document: Document) => Document;

/** Reports and datastores, named by what a restore keeps. */
export function* analyticsLines({ store }: SimulatedOrganization, meaning: Meaning): Generator<DumpLine> {
  const reports = [...store.list('report', '')].map((item) => {
    const { name: _, organization: __, environment: ___, lastViewedAt: ____, ...rest } = item.read();
    return { key: String(rest['displayName']), value: meaning(rest) };
  });
  yield* keyed('custom report', reports);
  const datastores = [...store.list('datastore', '')].map((item: ListedDocument) => {
    const { self: _, org: __, createTime: ___, lastUpdateTime: ____, ...rest } = item.read();
    return { key: `${String(rest['targetType'])}/${String(rest['displayName'])}`, value: meaning(rest) };
  });
  yield* keyed('datastore', datastores);
}

/** Rate plans, named by product and display name. */
export function* ratePlanLines({ store }: SimulatedOrganization, meaning: Meaning): Generator<DumpLine> {
  for (const product of store.list('product', '')) {
    if (store.count('rateplan', product.name) === 0) continue;
    const lines = [...store.list('rateplan', product.name)].map((item) => {
      const { name: _, state, ...rest } = item.read();
      // Drafts and published plans are not the same, though other states are the server's.
      return { key: `${product.name}/${String(rest['displayName'])}`, value: { ...meaning(rest), published: state } };
    });
    yield* keyed('rate plan', lines);
  }
}

/** Lines in order of key and value; those of one key are numbered. */
export function* keyed(
  kind: string,
  lines: readonly { readonly key: string; readonly value: Document }[],
): Generator<DumpLine> {
  const counts = new Map<string, number>();
  const sorted = lines.map((line) => ({ ...line, text: JSON.stringify([line.key, line.value]) }));
  for (const { key, value } of sorted.sort((a, b) => (a.text < b.text ? -1 : 1))) {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    yield { kind, key: count === 1 ? key : `${key}~${count}`, value };
  }
}
