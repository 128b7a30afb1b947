import { UserError } from '../core/errors.ts';
import type { OptionDefinition } from './option-definition.ts';

/** Where a value came from. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** What was given for one option in one place: a switch, one text or several. */
export type GivenValue = boolean | string | readonly string[];

interface Resolved {
  readonly value: GivenValue;
  readonly origin: Origin;
  readonly variable?: string;
}

/** Answers what an option is, wherever its value was given. Asking for an option that the verb does not have is a bug. */
export interface Flags {
  /** True when the switch is on. */
  is(name: string): boolean;
  find(name: string): string | undefined;
  /** The text; UserError `USAGE` when nothing was given. */
  get(name: string): string;
  list(name: string): readonly string[];
  origin(name: string): Origin | undefined;
  /** The variable that the value came from, if it came from one. */
  variable(name: string): string | undefined;
}

export interface FlagSources {
  readonly options: readonly OptionDefinition[];
  /** By option name; absent when the flag was not given. */
  readonly given: ReadonlyMap<string, GivenValue>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Value of the configuration file at a path, when it has one. */
  readonly configured: (path: readonly string[]) => unknown;
  /** Told of what environment or file say and no option takes; the default counts then. Without it that is thrown. */
  readonly onProblem?: (problem: UserError) => void;
}

/** The variables that set an option, the first that is set counts. */
export function variablesOf(option: OptionDefinition): readonly string[] {
  return [...(option.variables ?? []), `HOLDFAST_${option.name.toUpperCase().replaceAll('-', '_')}`];
}

/** Resolves every option: flag, then environment, then file, then default. A value that its option refuses is a `USAGE` error. */
export function resolveFlags(sources: FlagSources): Flags {
  const resolved = new Map<string, Resolved | undefined>();
  for (const option of sources.options) resolved.set(option.name, resolveLeniently(option, sources));
  const value = (name: string): GivenValue | undefined => resolved.get(name)?.value;
  const find = (name: string): string | undefined => {
    const given = value(name);
    return typeof given === 'string' && given !== '' ? given : undefined;
  };
  return {
    is: (name) => value(name) === true,
    find,
    get: (name) => {
      const text = find(name);
      if (text === undefined) throw missing(name, sources.options);
      return text;
    },
    list: (name) => {
      const given = value(name);
      return Array.isArray(given) ? given.map(String) : [];
    },
    origin: (name) => resolved.get(name)?.origin,
    variable: (name) => resolved.get(name)?.variable,
  };
}

function resolveLeniently(option: OptionDefinition, sources: FlagSources): Resolved | undefined {
  try {
    return resolveOption(option, sources);
  } catch (error) {
    const { onProblem, given } = sources;
    // What stands on the command line itself is always refused.
    if (onProblem === undefined || given.has(option.name) || !(error instanceof UserError)) throw error;
    onProblem(error);
    return defaultOf(option);
  }
}

function resolveOption(option: OptionDefinition, sources: FlagSources): Resolved | undefined {
  const flag = sources.given.get(option.name);
  if (flag !== undefined) return { value: filledValue(option, flag, `--${option.name}`), origin: 'flag' };
  for (const variable of variablesOf(option)) {
    const text = sources.environment[variable];
    if (text === undefined || text === '') continue;
    return { value: filledValue(option, fromText(option, text, variable), variable), origin: 'environment', variable };
  }
  const configured = option.config === undefined ? undefined : sources.configured(option.config);
  if (configured !== undefined) {
    const where = `${option.config?.join('.')} in the configuration file`;
    const value = isText(configured) ? fromText(option, String(configured), where) : listOf(configured);
    return { value: checkedValue(option, value, where), origin: 'file' };
  }
  return defaultOf(option);
}

function defaultOf(option: OptionDefinition): Resolved | undefined {
  return option.default === undefined ? undefined : { value: fromText(option, option.default, ''), origin: 'default' };
}

function fromText(option: OptionDefinition, text: string, where: string): GivenValue {
  if (option.many === 'blanks') return text.split(/\s+/).filter((one) => one !== '');
  if (option.many === 'commas') return [text];
  if (option.value !== undefined) return text;
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new UserError({
    code: 'USAGE',
    message: `${where} is "${text}", which is neither true nor false.`,
    next: `Set ${where} to true or false.`,
  });
}

function checkedValue(option: OptionDefinition, given: GivenValue, where: string): GivenValue {
  const value = Array.isArray(given) && option.many === 'commas' ? splitAtCommas(given) : given;
  if (option.choices === undefined) return value;
  const wrong = listOf(value).find((one) => option.choices?.includes(one) !== true);
  if (wrong === undefined) return value;
  throw new UserError({
    code: 'USAGE',
    message: `${where} cannot be "${wrong}".`,
    next: `Choose one of ${option.choices.join(', ')}.`,
  });
}

/** A list that was given and holds nothing is a mistake (`--kinds "$UNSET"`): it must not come to mean everything. */
function filledValue(option: OptionDefinition, given: GivenValue, where: string): GivenValue {
  const value = checkedValue(option, given, where);
  if (!Array.isArray(value) || value.length > 0) return value;
  throw new UserError({
    code: 'USAGE',
    message: `${where} is empty.`,
    next: `Say ${option.value ?? 'what'}, or leave ${where} away.`,
  });
}

function isText(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function listOf(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter(isText).map(String);
}

function splitAtCommas(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

function missing(name: string, options: readonly OptionDefinition[]): UserError {
  const option = options.find((one) => one.name === name);
  const variable = option === undefined ? '' : ` or set ${variablesOf(option)[0]}`;
  return new UserError({
    code: 'USAGE',
    message: `--${name} is needed.`,
    next: `Give --${name} ${option?.value ?? ''}${variable}.`,
  });
}
