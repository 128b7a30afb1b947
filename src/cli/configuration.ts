import { dirname, resolve } from 'node:path';
import type { AcceptedGap } from '../app/tally.ts';
import type { IdentitySettings } from '../app/ports/identity.ts';
import type { KeyVaultPointer, WatchedSecrets } from '../app/ports/keys.ts';
import { UserError } from '../core/errors.ts';
import type { ConfiguredSettings } from './effective-configuration.ts';
import type { IgnoreRule } from '../core/ignore-rules.ts';
import type { compileSelection } from '../core/selection.ts';
import type { MemberPolicy, MemberRule } from '../core/member-policy.ts';
import { type EpochPeriod, longestEpochDays } from '../core/epoch-period.ts';
import { ConfigError } from '../platform/config-error.ts';
import { type Hook, type Hooks, noHooks } from './hooks.ts';
import { type RetentionSettings, toRetention } from './retention-settings.ts';
import { findConfigFile } from '../platform/find-config-file.ts';
import type { ProtectionConfig } from '../platform/protection-config.ts';

/** What the configuration file says for the organization. */
export interface Configuration {
  /** The value at a path, undefined when the file does not have it. */
  readonly find: (path: readonly string[]) => unknown;
  /** The file; undefined when there is none. */
  readonly file: string | undefined;
  readonly acceptedGaps: readonly AcceptedGap[];
  readonly ignore: readonly IgnoreRule[];
  readonly members: readonly MemberRule[];
  readonly pingUrl: string | undefined;
  readonly hooks: Hooks;
  /** Which points are kept; undefined when the file says nothing of it. */
  readonly retention: RetentionSettings | undefined;
  readonly identity: IdentitySettings | undefined;
  readonly protect: ProtectionConfig | undefined;
  readonly keyVaultKeys: readonly KeyVaultPointer[];
  readonly secrets: WatchedSecrets;
  /** The same for the named organization, or, when none is named and the file has several, for each of them. */
  readonly all: readonly ConfiguredSettings[];
}

/** What counts where there is no file. */
export const noConfiguration: Configuration = {
  find: () => undefined,
  file: undefined,
  acceptedGaps: [],
  ignore: [],
  members: [],
  pingUrl: undefined,
  hooks: noHooks,
  retention: undefined,
  identity: undefined,
  protect: undefined,
  keyVaultKeys: [],
  secrets: {},
  all: [{ organization: undefined, settings: {}, find: () => undefined, locate: () => '' }],
};

export interface ConfigurationRequest {
  readonly cwd: string;
  /** The file by name; without it the nearest one from `cwd` up is taken, if there is one. */
  readonly file: string | undefined;
  /** The organization that flag or environment name; without it the file's only one counts. */
  readonly organization: string | undefined;
}

/** Reads the configuration file. UserError `CONFIG_INVALID` that says what is wrong in which line. */
export async function readConfiguration(request: ConfigurationRequest): Promise<Configuration> {
  try {
    const { cwd, file, organization } = request;
    const path = file === undefined ? await findConfigFile(cwd) : resolve(cwd, file);
    if (path === undefined) return noConfiguration;
    // The parser and the schema library are slow to load, and most runs have no file.
    const { configForOrganization, findDurationMs, readLocatedConfig } = await import('../platform/config.ts');
    // And so are all kinds, which globs are held against.
    const { compileSelection } = await import('../core/selection.ts');
    const { config, lineOf } = await readLocatedConfig(path);
    const settings = configForOrganization(config, organization);
    const { acceptedGaps = [], ignore = [], keyValueMaps = [], pingUrl, hooks, identity, protect } = settings;
    const { keyVaultKeys = [], secrets = {}, retention } = settings;
    return {
      find: (at) => valueAt(settings, at),
      file: path,
      acceptedGaps: acceptedGaps.map(toAcceptedGap),
      ignore: ignore.map((rule) => toIgnoreRule(rule, path, compileSelection)),
      members: keyValueMaps.map(({ at, entries, sealNames }) => ({
        at,
        take: toMemberPolicy(entries),
        ...(sealNames === undefined ? {} : { sealNames }),
      })),
      pingUrl,
      identity,
      protect: protect === undefined ? undefined : withSpans(protect, settings.epoch, retention?.guaranteedDays),
      keyVaultKeys,
      secrets,
      all: namesToShow(config, organization).map((name) => {
        const own = configForOrganization(config, name);
        const { name: organizationName, ...others } = own;
        return {
          organization: name ?? organizationName,
          settings: others,
          find: (at) => valueAt(own, at),
          locate: (at) => `${path}:${lineOf(at, name) ?? 1}`,
        };
      }),
      retention: retention === undefined ? undefined : toRetention(retention, settings.epoch),
      hooks: toHooks(hooks, dirname(path), findDurationMs),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError({
      code: 'CONFIG_INVALID',
      message: error.message,
      resource: error.path,
      next: 'Mend the configuration file, or name another one with --config.',
      cause: error,
    });
  }
}

/** Blobs have to outlive the epochs and the guarantee that the vault itself has, where the section says nothing else. */
function withSpans(
  protect: ProtectionConfig,
  epoch: EpochPeriod | undefined,
  guaranteedDays: number | undefined,
): ProtectionConfig {
  return {
    ...protect,
    immutability: {
      ...(epoch === undefined ? {} : { epochDays: longestEpochDays[epoch] }),
      ...(guaranteedDays === undefined ? {} : { guaranteedDays }),
      ...protect.immutability,
    },
  };
}

/** Undefined stands for what the file says when no organization is named. */
function namesToShow(
  { organizations = [] }: { readonly organizations?: readonly { readonly name: string }[] | undefined },
  asked: string | undefined,
): readonly (string | undefined)[] {
  return asked !== undefined || organizations.length < 2 ? [asked] : organizations.map(({ name }) => name);
}

/** A glob that no id matches would ignore nothing, and look as if it did. */
function toIgnoreRule(
  { fields, ...rule }: { at: string; fields?: string[] | undefined; reason: string; until: string },
  path: string,
  compile: typeof compileSelection,
): IgnoreRule {
  try {
    compile({ only: [rule.at], kinds: [] });
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new ConfigError(path, [{ at: 'ignore', message: cause.message }], cause);
  }
  return fields === undefined ? rule : { ...rule, fields };
}

function toAcceptedGap({
  at,
  ...gap
}: {
  kind: string;
  at?: string | undefined;
  reason: string;
  until: string;
}): AcceptedGap {
  return at === undefined ? gap : { ...gap, at };
}

type WrittenHook = {
  readonly command: readonly string[];
  readonly timeout?: string | undefined;
  readonly onFailure?: 'abort' | 'warn' | undefined;
};
type WrittenHooks = {
  readonly beforeBackup?: readonly WrittenHook[] | undefined;
  readonly afterBackup?: readonly WrittenHook[] | undefined;
};

const HOOK_TIMEOUT_MS = 60_000;

function toHooks(
  written: WrittenHooks | undefined,
  folder: string,
  durationMs: (text: string) => number | undefined,
): Hooks {
  const toHook =
    (usual: Hook['onFailure']) =>
    ({ command, timeout, onFailure = usual }: WrittenHook): Hook => ({
      command,
      timeoutMs: (timeout === undefined ? undefined : durationMs(timeout)) ?? HOOK_TIMEOUT_MS,
      onFailure,
    });
  return {
    // What a backup stands on has to be there; a notice that could not be given hurts no backup.
    beforeBackup: (written?.beforeBackup ?? []).map(toHook('abort')),
    afterBackup: (written?.afterBackup ?? []).map(toHook('warn')),
    folder,
  };
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `full`, `names`, `skip`, or an age such as `7d`. */
function toMemberPolicy(entries: string): MemberPolicy {
  if (entries === 'full' || entries === 'names' || entries === 'skip') return entries;
  return { everyMs: Number(entries.slice(0, -1)) * (unitMs[entries.slice(-1)] ?? 1) };
}

function valueAt(settings: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), settings);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
