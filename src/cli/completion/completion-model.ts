import { type ArgumentDefinition, type Command, optionsOf } from '../command.ts';
import type { OptionDefinition } from '../option-definition.ts';
import { globalOptions } from '../options.ts';
import { usualFormats } from '../output.ts';
import type { Registered } from '../registry.ts';

/** What can stand for a value. */
export type ValueSource =
  | { readonly type: 'words'; readonly words: readonly string[]; readonly joinedByCommas: boolean }
  | { readonly type: 'files' }
  | { readonly type: 'folders' }
  /** Nobody can know. */
  | { readonly type: 'nothing' };

export interface CompletedOption {
  /** `--output` */
  readonly long: string;
  /** `-o` */
  readonly short: string | undefined;
  readonly summary: string;
  /** Undefined for a switch. */
  readonly value: ValueSource | undefined;
}

export interface CompletedVerb {
  readonly name: string;
  readonly summary: string;
  /** Its own and those of all verbs. */
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly { readonly name: string; readonly value: ValueSource }[];
}

/** What the scripts of all shells are made of, read from the same data as the help. */
export interface CompletionModel {
  readonly verbs: readonly CompletedVerb[];
  /** Options that may stand before the verb. */
  readonly globals: readonly CompletedOption[];
}

export interface LoadedVerb {
  readonly registered: Registered;
  readonly command: Command;
}

export function completionModel(loaded: readonly LoadedVerb[], kinds: readonly string[]): CompletionModel {
  const words = (list: readonly string[], joinedByCommas = false): ValueSource => ({
    type: 'words',
    words: list,
    joinedByCommas,
  });
  const byPlaceholder = (placeholder: string, formats: readonly string[]): ValueSource => {
    switch (placeholder) {
      case 'KINDS':
        return words(kinds, true);
      case 'FORMAT':
        return words(formats);
      case 'FILE':
        return { type: 'files' };
      case 'FOLDER':
      case 'DIR':
        return { type: 'folders' };
      default:
        return { type: 'nothing' };
    }
  };
  const option = (
    formats: readonly string[],
    { name, short, summary, value, choices }: OptionDefinition,
  ): CompletedOption => ({
    long: `--${name}`,
    short: short === undefined ? undefined : `-${short}`,
    summary,
    value: value === undefined ? undefined : choices === undefined ? byPlaceholder(value, formats) : words(choices),
  });
  const argument = ({ name, choices }: ArgumentDefinition): { readonly name: string; readonly value: ValueSource } => ({
    name,
    value: choices === undefined ? byPlaceholder(name, []) : words(choices),
  });
  const help: CompletedOption = { long: '--help', short: '-h', summary: 'say more about it', value: undefined };
  return {
    globals: [...globalOptions.map((one) => option(usualFormats, one)), help],
    verbs: loaded.map(({ registered, command }) => ({
      name: registered.name,
      summary: registered.summary,
      options: [
        ...[...optionsOf(command), ...globalOptions].map((one) => option(command.formats ?? usualFormats, one)),
        help,
      ],
      arguments: command.arguments.map(argument),
    })),
  };
}
