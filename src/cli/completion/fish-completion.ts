import type { CompletedOption, CompletionModel, ValueSource } from './completion-model.ts';

/** A script for fish: `~/.config/fish/completions/holdfast.fish`. It never runs holdfast. */
export function fishCompletion({ verbs, globals }: CompletionModel): string {
  const names = verbs.map(({ name }) => name).join(' ');
  const atVerb = `not __fish_seen_subcommand_from ${names}`;
  const lines = [
    '# fish completion of holdfast',
    'complete -c holdfast -f',
    ...verbs.map(({ name, summary }) => line(atVerb, `-a ${name} -d ${quoted(summary)}`)),
    ...globals.map((option) => line(atVerb, optionOf(option))),
    ...verbs.flatMap(({ name, options, arguments: args }) => [
      ...options.map((option) => line(`__fish_seen_subcommand_from ${name}`, optionOf(option))),
      ...args.flatMap(({ value }) => {
        const values = argumentValues(value);
        return values === '' ? [] : [line(`__fish_seen_subcommand_from ${name}`, values)];
      }),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function line(condition: string, rest: string): string {
  return `complete -c holdfast -n ${quoted(condition)} ${rest}`;
}

function optionOf({ long, short, summary, value }: CompletedOption): string {
  const shortened = short === undefined ? '' : `-s ${short.slice(1)} `;
  return `${shortened}-l ${long.slice(2)}${value === undefined ? '' : ` ${optionValues(value)}`} -d ${quoted(summary)}`;
}

function optionValues(value: ValueSource): string {
  switch (value.type) {
    case 'words': {
      const words = value.words.join(' ');
      // The command is run by fish when it completes: it joins what was chosen to what stands before the last comma.
      return value.joinedByCommas ? `-x -a ${quoted(`(__fish_append , ${words})`)}` : `-x -a ${quoted(words)}`;
    }
    case 'files':
      return '-r -F';
    case 'folders':
      return `-x -a ${quoted('(__fish_complete_directories)')}`;
    case 'nothing':
      return '-x';
  }
}

function argumentValues(value: ValueSource): string {
  switch (value.type) {
    case 'words':
      return `-a ${quoted(value.words.join(' '))}`;
    case 'files':
      return '-F';
    case 'folders':
      return `-a ${quoted('(__fish_complete_directories)')}`;
    case 'nothing':
      return '';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
