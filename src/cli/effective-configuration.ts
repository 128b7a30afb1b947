import type { OptionDefinition } from './option-definition.ts';
import { type FlagSources, type Flags, type GivenValue, type Origin, resolveFlags } from './flags.ts';
import { globalOptions, verbOptions } from './options.ts';

/** One setting as it counts, and who says so. */
export interface EffectiveValue {
  /** The flag without its dashes, the key of the file, or the variable. */
  readonly name: string;
  /** Null when nothing sets it. A secret is `(hidden)`. */
  readonly value: unknown;
  readonly origin: Origin | 'unset';
  /** `--quota-share`, `HOLDFAST_QUOTA_SHARE`, `holdfast.yaml:3`; null for a default. */
  readonly where: string | null;
}

export interface EffectiveConfiguration {
  /** Null for what counts without an organization. */
  readonly organization: string | null;
  readonly values: readonly EffectiveValue[];
}

/** What the configuration file says for one organization, and where it stands. */
export interface ConfiguredSettings {
  readonly organization: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly find: (path: readonly string[]) => unknown;
  /** `FILE:LINE`. */
  readonly locate: (path: readonly string[]) => string;
}

const HIDDEN = '(hidden)';

/** Settings that have no flag: the variable, and whether its value is a secret. */
const plainVariables: readonly (readonly [name: string, isSecret: boolean])[] = [
  ['HOLDFAST_APIGEE_TOKEN', true],
  ['HOLDFAST_APIGEE_TOKEN_FILE', false],
  ['HOLDFAST_AZURE_CONNECTION_STRING', true],
  ['HOLDFAST_AZURE_SAS_URL', true],
  ['HOLDFAST_AZURE_BLOB_ENDPOINT', false],
  ['HOLDFAST_AZURE_MANAGEMENT_ENDPOINT', false],
  ['HOLDFAST_WRITER_KEY', true],
  ['HOLDFAST_READER_KEY', true],
  ['HOLDFAST_RESTORER_KEY', true],
  ['HOLDFAST_VERIFIER_KEY', true],
  ['HOLDFAST_PRUNER_KEY', true],
  ['HOLDFAST_CACHE_DIR', false],
  ['HOLDFAST_KEY_VAULT_ENDPOINT', false],
  ['HOLDFAST_AUDIT_SPOOL', false],
];

/** Options of verbs that the file can set, and those of all verbs. */
const options: readonly OptionDefinition[] = [
  ...globalOptions,
  ...Object.values<OptionDefinition>(verbOptions).filter(({ config }) => config !== undefined),
];

/** Every setting for one organization, in the order flag, environment, file, default. Secrets are hidden. */
export function describeEffective(
  sources: Pick<FlagSources, 'given' | 'environment'>,
  configured: ConfiguredSettings,
  redact: (text: string) => string,
): EffectiveConfiguration {
  const { environment } = sources;
  const flags = resolveFlags({ ...sources, options, configured: configured.find });
  const ofOptions = options.map((option) => describeOption(option, flags, configured));
  const known = new Set(options.map(({ config }) => config?.[0]));
  const others = Object.entries(configured.settings).filter(([key]) => !known.has(key) && key !== 'pingUrl');
  const ofFile = others.map(
    ([key, value]): EffectiveValue => ({ name: key, value, origin: 'file', where: configured.locate([key]) }),
  );
  const ofVariables = plainVariables.map(([name, isSecret]) => describeVariable(name, environment[name], isSecret));
  const values = [...ofOptions, describePing(environment, configured), ...ofFile, ...ofVariables];
  return {
    organization: flags.find('org') ?? configured.organization ?? null,
    values: values.map((value) => ({ ...value, value: redacted(value.value, redact) })),
  };
}

function describeOption(option: OptionDefinition, flags: Flags, { locate }: ConfiguredSettings): EffectiveValue {
  const { name } = option;
  const origin = flags.origin(name) ?? 'unset';
  const value = valueOf(option, flags);
  switch (origin) {
    case 'flag':
      return { name, value, origin, where: `--${name}` };
    case 'environment':
      return { name, value, origin, where: flags.variable(name) ?? null };
    case 'file':
      return { name, value, origin, where: locate(option.config ?? []) };
    case 'default':
    case 'unset':
      return { name, value, origin, where: null };
  }
}

function valueOf({ name, value, many }: OptionDefinition, flags: Flags): GivenValue | null {
  if (flags.origin(name) === undefined) return value === undefined ? false : null;
  if (many !== undefined) return flags.list(name);
  return value === undefined ? flags.is(name) : (flags.find(name) ?? null);
}

/** The address is as good as a password for the monitor: whoever has it can say that all is well. */
function describePing(
  environment: FlagSources['environment'],
  { settings, locate }: ConfiguredSettings,
): EffectiveValue {
  const name = 'pingUrl';
  if (environment['HOLDFAST_PING_URL'])
    return { name, value: HIDDEN, origin: 'environment', where: 'HOLDFAST_PING_URL' };
  if (settings['pingUrl'] !== undefined) return { name, value: HIDDEN, origin: 'file', where: locate(['pingUrl']) };
  return { name, value: null, origin: 'unset', where: null };
}

function describeVariable(name: string, text: string | undefined, isSecret: boolean): EffectiveValue {
  if (text === undefined || text === '') return { name, value: null, origin: 'unset', where: null };
  return { name, value: isSecret ? HIDDEN : text, origin: 'environment', where: name };
}

function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((one) => redacted(one, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redacted(one, redact)]));
}
