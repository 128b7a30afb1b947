import { failedPrecondition } from './api-error.ts';
import type { DocumentStore } from './document-store.ts';

/** Refuses to go on while an environment is attached to an instance. */
export function assertUnattached(store: DocumentStore, environment: string): void {
  for (const { name } of store.list('instance', '')) {
    for (const attachment of store.list('instanceattachment', name)) {
      if (attachment.read()['environment'] !== environment) continue;
      throw failedPrecondition(`environment ${environment} is attached to instance ${name}`);
    }
  }
}
