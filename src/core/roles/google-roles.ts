import { routePermissions } from './route-permissions.ts';

/** What an identity does: captures read, restores write what captures have read. */
export type RoleName = 'capture' | 'restore';

export const roleNames: readonly RoleName[] = ['capture', 'restore'];

export interface GoogleRole {
  readonly name: RoleName;
  /** Id of the custom role. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Sorted. */
  readonly permissions: readonly string[];
  /** Routes for which no permission is known: what they read or write is denied to the role. */
  readonly unknown: readonly string[];
  /** Those of the permissions that were concluded from the names of others. */
  readonly concluded: readonly string[];
}

/** The custom role of an identity: exactly what the routes that it calls take. A restore reads what it is about to change. */
export function googleRole(name: RoleName): GoogleRole {
  const rows = routePermissions.filter(({ isRead }) => isRead || name === 'restore');
  const unknown = rows.filter(({ permissions }) => permissions.length === 0).map(({ route }) => route);
  const sure = new Set(rows.filter(({ isConcluded }) => !isConcluded).flatMap(({ permissions }) => permissions));
  const concluded = rows
    .flatMap(({ permissions }) => permissions)
    .filter((permission, index, all) => !sure.has(permission) && all.indexOf(permission) === index);
  return {
    name,
    id: name === 'capture' ? 'holdfast.capture' : 'holdfast.restore',
    title: name === 'capture' ? 'Holdfast capture' : 'Holdfast restore',
    description:
      name === 'capture'
        ? 'Reads what a backup of an Apigee organization takes; writes nothing.'
        : 'Reads an Apigee organization and writes what a restore brings back.',
    permissions: [...new Set(rows.flatMap(({ permissions }) => permissions))].sort(),
    unknown,
    concluded,
  };
}

/** Permissions that only a restore has: the capture identity must have none of them. */
export function writePermissions(): readonly string[] {
  const reads = new Set(googleRole('capture').permissions);
  return googleRole('restore').permissions.filter((permission) => !reads.has(permission));
}

/** The definition as `gcloud iam roles create --file` takes it (YAML). */
export function renderRole({ title, description, permissions, unknown, concluded }: GoogleRole): string {
  const notes = [
    ...(concluded.length === 0
      ? []
      : [`# Concluded from the names of others, not documented by method: ${concluded.join(', ')}`]),
    ...(unknown.length === 0
      ? []
      : [`# No permission is known for these calls; without one they are denied, and the ledger says so:`]),
    ...unknown.map((route) => `#   ${route}`),
  ];
  return [
    ...notes,
    `title: ${title}`,
    `description: ${description}`,
    'stage: GA',
    'includedPermissions:',
    ...permissions.map((permission) => `- ${permission}`),
    '',
  ].join('\n');
}
