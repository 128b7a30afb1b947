import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { isTimeZone } from './calendar.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { findInstant, formatInstant } from './clock.ts';
import { keyFields, knownKeyKeys } from './key-config.ts';
import { identityFields, knownIdentityKeys, resolveIdentityFiles } from './identity-config.ts';
import { knownProtectionKeys, protectionFields } from './protection-config.ts';
import { findNearMiss } from './near-miss.ts';

const place = z.string().min(1);
const globs = z.array(z.string().min(1)).min(1);

const selectFields = {
  kinds: globs.optional(),
  only: globs.optional(),
  preset: z.enum(['gateway', 'consumers']).optional(),
};

/** What is agreed to for a time. */
const agreementFields = {
  /** Why it is all right; it is shown wherever the agreement counts. */
  reason: z.string().min(1),
  /** The last day on which it is, as `2026-12-31`, or the instant at which it ends to be. Read as an instant in UTC. */
  until: z
    .string()
    .refine((text) => findEnd(text) !== undefined, 'must be a day such as 2026-12-31, or an instant with its offset')
    .overwrite((text) => findEnd(text) ?? text),
};

const acceptedGapFields = {
  kind: z.string().min(1),
  /** A resource or the parent of a list; the whole kind without it. */
  at: z.string().min(1).optional(),
  ...agreementFields,
};

const ignoreFields = {
  /** Glob over ids: what it matches, and everything below. */
  at: z.string().min(1),
  /** Only these fields of changed resources; whole differences without it. */
  fields: z.array(z.string().min(1)).min(1).optional(),
  ...agreementFields,
};

const DURATION = /^(\d{1,6})(ms|s|m|h)$/;
const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const LONGEST_HOOK_MS = 24 * 3_600_000;

const hookFields = {
  /** Program and arguments, each a text of its own: no shell sees them. */
  command: z
    .array(z.string())
    .min(1)
    .refine(([program]) => program !== '', 'names no program'),
  /** `90s`, `5m`; a minute unless given. */
  timeout: z
    .string()
    .refine((text) => isHookTimeout(text), 'must be a time such as 500ms, 90s, 5m or 1h, at most a day')
    .optional(),
  /** What a failure means; unless given `abort` before and `warn` after a backup. */
  onFailure: z.enum(['abort', 'warn']).optional(),
};
const hookFieldLists = {
  beforeBackup: z.array(z.strictObject(hookFields)).optional(),
  afterBackup: z.array(z.strictObject(hookFields)).optional(),
};

const keyValueMapFields = {
  /** The maps, by a glob on their ids. Of several rules about one map the first counts. */
  at: z.string().min(1),
  /** What is taken of their entries: all, their names, nothing, or all again once they are as old as `7d`, `12h`, `30m`. */
  entries: z.union([z.enum(['full', 'names', 'skip']), z.string().regex(/^[1-9]\d{0,4}[mhd]$/)]).default('full'),
  /** True where the names of entries are secrets too: vault and output have keyed tags in place of them. */
  sealNames: z.boolean().optional(),
};

const keptSpans = z.number().int().nonnegative().optional();
const retentionFields = {
  /** So many of the newest hours, days, weeks, months and years that have a point keep one. */
  hourly: keptSpans,
  daily: keptSpans,
  weekly: keptSpans,
  monthly: keptSpans,
  yearly: keptSpans,
  /** Where days begin; UTC unless given. */
  zone: z.string().refine(isTimeZone, 'must be a time zone such as UTC or Europe/Vienna').optional(),
  /** No sweep leaves fewer verified points; one unless given. */
  minimumVerified: z.number().int().positive().optional(),
  /** Every point is kept for so many days; 30 unless given. */
  guaranteedDays: z.number().int().nonnegative().optional(),
  /** Days between a mark and its sweep; 7 unless given. */
  graceDays: z.number().int().positive().optional(),
  /** Days for which the container keeps each blob, where the store cannot tell. */
  protectionDays: z.number().int().positive().optional(),
};

/** What an organization can say for itself, and the top of the file for all of them. */
const settingFields = {
  vault: place.describe('file:PATH, az://ACCOUNT/CONTAINER[/PREFIX] or az://CONTAINER').optional(),
  state: place.describe('Where leases are kept; beside the vault unless given').optional(),
  keys: place.describe('Folder with writer.key, reader.key and the other keys at hand').optional(),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .describe('Apigee management API')
    .optional(),
  quotaPerMinute: z
    .union([z.number().positive(), z.literal('unlimited')])
    .describe("The organization's quota of calls")
    .optional(),
  quotaShare: z.number().gt(0).max(1).describe('Part of the quota to use').optional(),
  select: z.strictObject(selectFields).describe('What backup, diff, drift, plan and restore take').optional(),
  revisions: z
    .union([z.number().int().nonnegative(), z.literal('all')])
    .describe('Deployed revisions and the newest N of each proxy, or all')
    .optional(),
  acceptedGaps: z
    .array(z.strictObject(acceptedGapFields))
    .describe('Holes that the operator agrees to live with until a day')
    .optional(),
  ignore: z.array(z.strictObject(ignoreFields)).describe('Differences that do not count until a day').optional(),
  posture: z
    .strictObject({
      writer: z.guid().describe('Principal id of the identity that backs up').optional(),
      pruner: z.guid().describe('Principal id of the identity that prunes').optional(),
      verifiedWithinDays: z
        .number()
        .positive()
        .describe('How old the newest point that was verified whole may be; 7 unless given')
        .optional(),
    })
    .describe('What posture measures against')
    .optional(),
  objective: z
    .string()
    .regex(/^[1-9]\d{0,5}[mhd]$/, 'must be a time such as 24h or 7d')
    .describe('Longest time between two whole backups')
    .optional(),
  pingUrl: z
    .url({ protocol: /^https?$/ })
    .describe('Monitor that is told when a backup starts, ends well and fails')
    .optional(),
  keyValueMaps: z
    .array(z.strictObject(keyValueMapFields))
    .describe('What is taken of the entries of key value maps')
    .optional(),
  epoch: z.enum(['week', 'month', 'quarter']).describe('How long an epoch lasts; a month unless given').optional(),
  retention: z
    .strictObject(retentionFields)
    .refine(
      ({ hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 }) =>
        hourly + daily + weekly + monthly + yearly > 0,
      'keeps nothing: give at least one of hourly, daily, weekly, monthly, yearly above 0',
    )
    .describe('Which points prune keeps')
    .optional(),
  /** Programs that run before and after each backup. */
  hooks: z.strictObject(hookFieldLists).describe('Programs that run before and after each backup').optional(),
  identity: z.strictObject(identityFields).describe('How to sign in to Azure and Google').optional(),
  protect: z.strictObject(protectionFields).describe('How Azure Backup protects the vault').optional(),
  ...keyFields,
};

const organizationFields = { name: z.string().min(1), ...settingFields };
const fileFields = {
  /** So that editors find the JSON schema. */
  $schema: z.string().optional(),
  ...settingFields,
  organizations: z.array(z.strictObject(organizationFields)).optional(),
};

/** The form of `holdfast.yaml` and `holdfast.json`; the JSON schema for editors is made from it. */
export const configSchema = z.strictObject(fileFields);

export type Config = z.infer<typeof configSchema>;
export type OrganizationConfig = z.infer<z.ZodObject<typeof settingFields>>;

/** A configuration and where its values stand. */
export interface LocatedConfig {
  readonly config: Config;
  /** The line of a setting as it counts for an organization (or for the file's only one), where the file has it. */
  readonly lineOf: (at: readonly string[], organization: string | undefined) => number | undefined;
}

/** Reads a configuration file. Places and folders in it are relative to its folder, and come back whole. */
export async function readConfig(path: string): Promise<Config> {
  return (await readLocatedConfig(path)).config;
}

/** The same with the lines of the values. */
export async function readLocatedConfig(path: string): Promise<LocatedConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(path, [{ at: '', message: 'cannot be read' }], error);
  }
  return parseLocatedConfig(text, path);
}

/** Reads the text of a configuration file, YAML or JSON. Throws ConfigError with all that is wrong, by line. */
export function parseConfig(text: string, path: string): Config {
  return parseLocatedConfig(text, path).config;
}

function parseLocatedConfig(text: string, path: string): LocatedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const [message = ''] = error.message.split(' at line ');
      return { at: '', line: error.linePos?.[0].line, message };
    });
    throw new ConfigError(path, problems);
  }
  const result = configSchema.safeParse(valueOf(document, path) ?? {});
  if (!result.success) {
    const lineOf = (at: readonly PropertyKey[]): number | undefined => findLine(document, lines, at);
    throw new ConfigError(
      path,
      result.error.issues.flatMap((issue) => describeIssue(issue, lineOf)),
    );
  }
  assertNamesDiffer(result.data, path);
  const { organizations = [] } = result.data;
  return {
    config: resolvePlaces(result.data, dirname(path)),
    lineOf(at, organization) {
      const named = organizations.findIndex(({ name }) => name === organization);
      const index = organization === undefined && organizations.length === 1 ? 0 : named;
      const own = ['organizations', index, ...at.slice(0, 1)];
      return findLine(document, lines, index >= 0 && document.hasIn(own) ? ['organizations', index, ...at] : at);
    },
  };
}

/** The values of the file. ConfigError for an alias of nothing, and for aliases that multiply beyond reason. */
function valueOf(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ConfigError(
      path,
      [{ at: '', message: error instanceof Error ? error.message : 'cannot be read' }],
      error,
    );
  }
}

/**
 * What the file says for an organization: its own values before those at the top. Without a name, or with one that the
 * file does not list, what stands at the top; and the only organization is taken when no name is asked for.
 */
export function configForOrganization(
  config: Config,
  name: string | undefined,
): OrganizationConfig & { name?: string } {
  const { organizations = [], $schema: _schema, ...common } = config;
  const only = organizations.length === 1 ? organizations[0] : undefined;
  const own = name === undefined ? only : organizations.find((organization) => organization.name === name);
  return { ...common, ...own };
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, lineOf: (at: readonly PropertyKey[]) => number | undefined): ConfigProblem[] {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = issue.errors.toSorted((a, b) => misfit(a) - misfit(b))[0] ?? [];
    // Paths within a branch begin at the union.
    return meant.flatMap((own) => describeIssue({ ...own, path: [...issue.path, ...own.path] }, lineOf));
  }
  if (issue.code !== 'unrecognized_keys') {
    return [{ at: formatPath(issue.path), line: lineOf(issue.path), message: issue.message }];
  }
  return issue.keys.map((key) => {
    const meant = findNearMiss(key, knownKeys(issue.path));
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    const at = [...issue.path, key];
    return { at: formatPath(at), line: lineOf(at), message: `is not a known key${hint}` };
  });
}

/** How far a value is from one form of several: keys that it does not know weigh most. */
function misfit(issues: readonly Issue[]): number {
  const weigh = (issue: Issue): number => {
    if (issue.code === 'unrecognized_keys') return 3 * issue.keys.length;
    return issue.code === 'invalid_union' ? 2 : 1;
  };
  return issues.reduce((sum, issue) => sum + weigh(issue), 0);
}

function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const owner = path.findLast((part) => typeof part === 'string');
  if (owner === 'select') return Object.keys(selectFields);
  if (owner === 'retention') return Object.keys(retentionFields);
  if (owner === 'hooks') return Object.keys(hookFieldLists);
  if (owner === 'beforeBackup' || owner === 'afterBackup') return Object.keys(hookFields);
  if (owner === 'acceptedGaps') return Object.keys(acceptedGapFields);
  if (owner === 'ignore') return Object.keys(ignoreFields);
  if (owner === 'keyValueMaps') return Object.keys(keyValueMapFields);
  const ofIdentity = path.includes('identity') ? knownIdentityKeys(String(owner)) : undefined;
  if (ofIdentity !== undefined) return ofIdentity;
  const ofProtection = path.includes('protect') ? knownProtectionKeys(String(owner)) : undefined;
  if (ofProtection !== undefined) return ofProtection;
  const ofKeys = knownKeyKeys(path);
  if (ofKeys !== undefined) return ofKeys;
  return Object.keys(owner === 'organizations' ? organizationFields : fileFields);
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/** The line of a value, or of the nearest thing around it that stands in the file. */
function findLine(document: Document, lines: LineCounter, at: readonly PropertyKey[]): number | undefined {
  for (let length = at.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function assertNamesDiffer(config: Config, path: string): void {
  const names = (config.organizations ?? []).map((organization) => organization.name);
  const index = names.findIndex((name, position) => names.indexOf(name) !== position);
  if (index < 0) return;
  throw new ConfigError(path, [{ at: `organizations[${index}].name`, message: `${names[index]} is there twice` }]);
}

function resolvePlaces(config: Config, folder: string): Config {
  const { organizations } = config;
  const resolved = { ...config, ...resolveSettings(config, folder) };
  if (organizations === undefined) return resolved;
  return { ...resolved, organizations: organizations.map((own) => ({ ...own, ...resolveSettings(own, folder) })) };
}

function resolveSettings(
  settings: OrganizationConfig,
  folder: string,
): Pick<OrganizationConfig, 'vault' | 'state' | 'keys' | 'identity'> {
  const { vault, state, keys, identity } = settings;
  const whole = (file: string): string => resolve(folder, file);
  return {
    ...(vault === undefined ? {} : { vault: resolvePlace(vault, folder) }),
    ...(state === undefined ? {} : { state: resolvePlace(state, folder) }),
    ...(keys === undefined ? {} : { keys: resolve(folder, keys) }),
    ...(identity === undefined ? {} : { identity: resolveIdentityFiles(identity, whole) }),
  };
}

function resolvePlace(text: string, folder: string): string {
  const isRelative = text.startsWith('file:') && !text.startsWith('file://');
  return isRelative ? `file:${resolve(folder, text.slice('file:'.length))}` : text;
}

/** Milliseconds of `90s`; undefined for what is no such time. */
export function findDurationMs(text: string): number | undefined {
  const [, digits = '', unit = ''] = DURATION.exec(text) ?? [];
  const unitMs = unitsMs[unit];
  return unitMs === undefined ? undefined : Number(digits) * unitMs;
}

function isHookTimeout(text: string): boolean {
  const durationMs = findDurationMs(text);
  return durationMs !== undefined && durationMs > 0 && durationMs <= LONGEST_HOOK_MS;
}

function findEnd(text: string): string | undefined {
  const epochMs = findInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999Z` : text);
  return epochMs === undefined ? undefined : formatInstant(epochMs);
}
