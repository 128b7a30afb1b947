/**
 * What the server itself writes into a bundle: no content of the revision, so neither compared nor hashed.
 */
export const serverElements: ReadonlySet<string> = new Set([
  'CreatedAt',
  'CreatedBy',
  'LastModifiedAt',
  'LastModifiedBy',
  'ConfigurationVersion',
  'ManifestVersion',
]);

/** Lists in the descriptor that the server derives from the bundle's other files, in an order of its own. */
export const derivedLists: ReadonlySet<string> = new Set([
  'Policies',
  'ProxyEndpoints',
  'Resources',
  'SharedFlows',
  'TargetEndpoints',
  'TargetServers',
]);

/** `apiproxy/orders.xml`, `sharedflowbundle/auth.xml`. */
export function isRootDescriptor(path: string): boolean {
  return /^(?:apiproxy|sharedflowbundle)\/[^/]+\.xml$/.test(path);
}

/** Hashes of the other files, written by the server. */
export function isServerManifest(path: string): boolean {
  return /^(?:apiproxy|sharedflowbundle)\/manifests\/manifest\.xml$/.test(path);
}
