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
