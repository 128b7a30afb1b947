/** Roles of keys, in the order in which they are shown. */
export const keyRoles = ['writer', 'reader', 'restorer', 'verifier', 'pruner', 'root'] as const;

export type KeyRole = (typeof keyRoles)[number];

/** Roles whose signing key the keyring registers; the reader signs nothing, the root signs keyrings alone. */
export const signerRoles = ['writer', 'restorer', 'verifier', 'pruner'] as const;

export type SignerRole = (typeof signerRoles)[number];

/** The variable that gives a key by value. The recovery kit has none: it has no business in an environment. */
export function keyVariable(role: Exclude<KeyRole, 'root'>): string {
  return `HOLDFAST_${role.toUpperCase()}_KEY`;
}

export function isKeyRole(role: string): role is KeyRole {
  return keyRoles.some((known) => known === role);
}
