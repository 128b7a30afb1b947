import type { Direction } from './arm-types.ts';
import type { ArmRecord } from './arm-record.ts';
import type { ArmOperations } from './arm-operations.ts';
import type { ArmSwitches } from './switches.ts';
import type { ArmWorld } from './arm-world.ts';

/** One request as a handler sees it. */
export interface ArmCall {
  readonly world: ArmWorld;
  readonly switches: ArmSwitches;
  readonly operations: ArmOperations;
  /** The address of the resource without what an action adds, as sent. */
  readonly path: string;
  /** What stands for the `{names}` of the route. */
  readonly names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ArmRecord;
  readonly apiVersion: string;
}

export interface ArmAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the body, where it is not the route's. */
  readonly type?: string;
}

export interface ArmRoute {
  readonly method: string;
  /** `/subscriptions/{sub}/…`; words compare without case. */
  readonly template: string;
  readonly apiVersions: readonly string[];
  /** As authorization counts it: `Microsoft.Storage/storageAccounts/read`. */
  readonly action: string;
  readonly request?: { readonly type: string; readonly direction: Exclude<Direction, 'answer'> };
  /** Type of the answer; `{ list }` is a page of it. */
  readonly answer?: string | { readonly list: string };
  readonly handle: (call: ArmCall) => ArmAnswer | Promise<ArmAnswer>;
}

/** What stands for the `{names}` of a template in a path, undefined when it does not fit. */
export function matchTemplate(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  // `{scope}` at the beginning stands for any address.
  const isScoped = wanted[1] === '{scope}';
  const extra = given.length - wanted.length;
  if (isScoped ? extra < 0 : extra !== 0) return undefined;
  const names: Record<string, string> = isScoped ? { scope: given.slice(0, extra + 2).join('/') } : {};
  const shift = isScoped ? extra : 0;
  for (const [index, word] of wanted.entries()) {
    if (index === 0 || (isScoped && index === 1)) continue;
    const value = given[index + shift] ?? '';
    if (word.startsWith('{')) names[word.slice(1, -1)] = decodeURIComponent(value);
    else if (word.toLowerCase() !== value.toLowerCase()) return undefined;
  }
  return names;
}

export const versions = {
  dataProtection: ['2026-06-01'],
  // Older ones are taken where a difference is modelled: before 2025-09-01 a delete can be final.
  instances: ['2026-06-01', '2025-01-01'],
  storage: ['2026-04-01'],
  authorization: ['2022-04-01', '2020-10-01'],
  recoveryServices: ['2026-07-01'],
} as const;

export const GROUP = '/subscriptions/{sub}/resourceGroups/{group}';
export const VAULT = `${GROUP}/providers/Microsoft.DataProtection/backupVaults/{vault}`;
export const INSTANCE = `${VAULT}/backupInstances/{instance}`;
export const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/{account}`;

export function page(items: readonly unknown[]): ArmAnswer {
  return { status: 200, body: { value: items } };
}
