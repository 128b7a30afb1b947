import type { KindName } from '../../src/core/kinds/index.ts';

const said = 'the answer has what was written and nothing else';

/** Kinds of whose resources the server assigns no field, and why there is none to try. */
export const kindsWithoutAssignedFields: Readonly<Partial<Record<KindName, string>>> = {
  reference: said,
  'target-server': said,
  'trace-config': said,
  'resource-file': 'the service keeps nothing of a file but its bytes',
  'organization-kvm': said,
  'organization-kvm-entry': said,
  'environment-kvm': said,
  'environment-kvm-entry': said,
  'proxy-kvm': said,
  'proxy-kvm-entry': said,
  'developer-monetization-config': said,
  'app-group-monetization-config': said,
};
