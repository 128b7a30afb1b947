import { notFound } from '../api-error.ts';
import type { ListedDocument } from '../document-store.ts';
import { pageCaps, tokenAnswer, tokenPage } from '../paging.ts';
import { ok, type Route } from '../route.ts';

/** Long-running operations of the organization. */
export const operationRoutes: readonly Route[] = [
  {
    id: 'organizations.operations.list',
    paging: { style: 'token', field: 'operations' },
    handle: ({ organization, query }) => {
      const source = {
        from: (name: string) => organization.store.list('operation', '', name),
        nameOf: (item: ListedDocument) => item.name,
      };
      const page = tokenPage(source, query, pageCaps.small);
      return tokenAnswer(organization.world.switches, 'operations', {
        items: page.items.map((item) => item.read()),
        nextPageToken: page.nextPageToken,
      });
    },
  },
  {
    id: 'organizations.operations.get',
    handle: ({ organization, path }) => {
      const operation = organization.store.find('operation', '', path['operationsId'] ?? '');
      if (operation === undefined) throw notFound(`operation ${path['operationsId']} not found`);
      return ok(operation);
    },
  },
];
