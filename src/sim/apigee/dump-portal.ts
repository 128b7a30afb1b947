import { documentIn, textIn, textsIn } from './document.ts';
import type { Meaning } from './dump-analytics.ts';
import type { DumpLine } from './dump.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** What portals show, categories by name and items by product. */
export function* portalLines({ store }: SimulatedOrganization, meaning: Meaning): Generator<DumpLine> {
  for (const { name: site } of store.list('site', '')) {
    const names = new Map<string, string>();
    for (const item of store.list('apicategory', site)) names.set(item.name, textIn(item.read(), 'name'));
    for (const name of [...names.values()].sort()) yield { kind: 'portal category', key: `${site}/${name}`, value: {} };
    const items = [...store.list('apidoc', site)].map((item) => item.read());
    for (const item of items.sort((a, b) => (textIn(a, 'apiProductName') < textIn(b, 'apiProductName') ? -1 : 1))) {
      const { id, siteId: _, modified: __, ...rest } = item;
      const categories = textsIn(item, 'categoryIds').map((each) => names.get(each) ?? each);
      const key = `${site}/${textIn(item, 'apiProductName')}`;
      yield { kind: 'catalog item', key, value: meaning({ ...rest, categoryIds: categories.sort() }) };
      const documentation = store.find('apidocumentation', site, String(id));
      if (documentation === undefined) continue;
      const { format: ___, ...oas } = documentIn(documentation, 'oasDocumentation');
      const value = meaning({ ...documentation, oasDocumentation: oas });
      yield { kind: 'documentation of a catalog item', key, value };
    }
  }
}
