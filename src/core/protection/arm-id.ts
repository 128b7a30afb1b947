/** Addresses of Azure resources; Azure compares them without case. */
export function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

export function resourceId(group: string, type: string, ...names: readonly string[]): string {
  const [namespace = '', ...kinds] = type.split('/');
  const path = kinds.map((kind, index) => `${kind}/${names[index] ?? ''}`).join('/');
  return `${group}/providers/${namespace}/${path}`;
}

export function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The last name of an address. */
export function nameOf(id: string): string {
  return id.split('/').at(-1) ?? '';
}

export function subscriptionOf(id: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? '';
}

export function groupOf(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '';
}

/** The vault of something in it. */
export function vaultOf(id: string): string {
  return /^.*\/backupVaults\/[^/]+/i.exec(id)?.[0] ?? id;
}
