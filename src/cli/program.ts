import { Command as Program, CommanderError, Option } from 'commander';
import { UserError } from '../core/errors.ts';
import { type Command, optionsOf } from './command.ts';
import type { OptionDefinition } from './option-definition.ts';
import type { GivenValue } from './flags.ts';
import { globalOptions } from './options.ts';
import { renderHelp, renderVerbHelp } from './help.ts';
import { registry } from './registry.ts';
import { createStyle } from './render/style.ts';

/** What the command line says. */
export type Invocation =
  | { readonly type: 'help'; readonly text: string }
  | { readonly type: 'version' }
  | {
      readonly type: 'run';
      readonly verb: string;
      readonly command: Command;
      readonly options: readonly OptionDefinition[];
      readonly given: ReadonlyMap<string, GivenValue>;
      readonly arguments: ReadonlyMap<string, string | readonly string[]>;
    };

export interface ProgramSurroundings {
  readonly columns: number;
  readonly colours: boolean;
}

/** Reads the arguments after the program's name. UserError `USAGE`, with a suggestion, for what is not understood. */
export async function parseCommandLine(
  argv: readonly string[],
  surroundings: ProgramSurroundings,
): Promise<Invocation> {
  let text = '';
  let invocation: Invocation | undefined;
  const chosen = registry.find(({ name }) => name === findVerb(argv));
  const command = await chosen?.load();
  const layout = { style: createStyle(surroundings.colours), width: surroundings.columns };
  const program = createProgram(
    () =>
      chosen === undefined || command === undefined
        ? renderHelp(registry, layout)
        : renderVerbHelp(chosen, command, layout),
    (piece) => {
      text += piece;
    },
  );
  for (const { name } of registry) {
    const part = program.command(name);
    if (name !== chosen?.name || command === undefined) continue;
    for (const argument of command.arguments) {
      const word = argument.many === true ? `${argument.name}...` : argument.name;
      part.argument(argument.optional === true ? `[${word}]` : `<${word}>`);
    }
    const options = [...globalOptions, ...optionsOf(command)];
    for (const option of optionsOf(command)) part.addOption(toOption(option));
    part.action((...values: unknown[]) => {
      invocation = {
        type: 'run',
        verb: name,
        command,
        options,
        given: givenValues(part.optsWithGlobals(), options),
        arguments: givenArguments(command, values),
      };
    });
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.version') return { type: 'version' };
    // Called without a verb, commander shows the help as an error; it is what was asked for.
    if (error.exitCode !== 0 && error.code !== 'commander.help') throw usageError(error, argv);
  }
  return invocation ?? { type: 'help', text };
}

function createProgram(help: () => string, write: (text: string) => void): Program {
  const program = new Program('holdfast')
    .version('', '--version')
    .helpOption('-h, --help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ formatHelp: help })
    .configureOutput({
      writeOut: write,
      writeErr: (piece) => {
        if (!piece.startsWith('error:')) write(piece);
      },
    });
  for (const option of globalOptions) program.addOption(toOption(option));
  return program;
}

function toOption(option: OptionDefinition): Option {
  const flags = `${option.short === undefined ? '' : `-${option.short}, `}--${option.name}`;
  const made = new Option(option.value === undefined ? flags : `${flags} <${option.value}>`);
  if (option.many === undefined) return made;
  return made.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
}

/** The first argument that is no option and no option's value: only its module need be loaded. */
function findVerb(argv: readonly string[]): string | undefined {
  const takesValue = new Set(
    globalOptions
      .filter(({ value }) => value !== undefined)
      .flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]),
  );
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-')) return word;
    if (takesValue.has(word)) index += 1;
  }
  return undefined;
}

function givenValues(
  values: Readonly<Record<string, unknown>>,
  options: readonly OptionDefinition[],
): Map<string, GivenValue> {
  const given = new Map<string, GivenValue>();
  for (const { name } of options) {
    // commander turns `--no-x` into `x: false`, true when it was not given.
    const negated = name.startsWith('no-');
    const value = values[camelCase(negated ? name.slice('no-'.length) : name)];
    if (negated) {
      if (value === false) given.set(name, true);
    } else if (typeof value === 'string' || typeof value === 'boolean') {
      given.set(name, value);
    } else if (Array.isArray(value)) {
      given.set(name, value.map(String));
    }
  }
  return given;
}

function givenArguments(command: Command, values: readonly unknown[]): Map<string, string | readonly string[]> {
  const given = new Map<string, string | readonly string[]>();
  for (const [index, { name }] of command.arguments.entries()) {
    const value = values[index];
    if (typeof value === 'string') given.set(name, value);
    else if (Array.isArray(value)) given.set(name, value.map(String));
  }
  return given;
}

function usageError(error: CommanderError, argv: readonly string[]): UserError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const verb = findVerb(argv);
  const known = registry.some(({ name }) => name === verb);
  const help = known ? `holdfast ${verb ?? ''} --help` : 'holdfast --help';
  const meant = suggestion?.replace(/^\(/, '').replace(/\)$/, '');
  return new UserError({
    code: 'USAGE',
    message: `${capitalized(message)}${/[.!?]$/.test(message) ? '' : '.'}`,
    next: meant === undefined ? `See \`${help}\`.` : `${meant} See \`${help}\`.`,
  });
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
