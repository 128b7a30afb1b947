import type { CompletedOption, CompletedVerb, CompletionModel, ValueSource } from './completion-model.ts';

/** A script for zsh: a file `_holdfast` in `$fpath`, or sourced after `compinit`. It never runs holdfast. */
export function zshCompletion({ verbs, globals }: CompletionModel): string {
  return `#compdef holdfast
_holdfast() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a verbs
  verbs=(
${verbs.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  _arguments -C \\
${globals.map((option) => `    ${specOf(option)} \\`).join('\n')}
    '1: :->verb' \\
    '*:: :->rest'
  case $state in
    verb) _describe -t verbs verb verbs ;;
    rest)
      case $words[1] in
${verbs.map(verbCase).join('\n')}
      esac ;;
  esac
}

if [[ $funcstack[1] == _holdfast ]]; then
  _holdfast "$@"
else
  compdef _holdfast holdfast
fi
`;
}

function verbCase(verb: CompletedVerb): string {
  const specs = [
    ...verb.options.map(specOf),
    ...verb.arguments.map(({ name, value }, index) => quoted(`${index + 1}:${escaped(name)}:${action(value)}`)),
  ];
  return `        ${verb.name}) _arguments ${specs.join(' ')} ;;`;
}

function specOf({ long, short, summary, value }: CompletedOption): string {
  const tail = `[${escaped(summary)}]${value === undefined ? '' : `:value:${action(value)}`}`;
  const equals = value === undefined ? '' : '=';
  if (short === undefined) return quoted(`*${long}${equals}${tail}`);
  return `${quoted(`*${short}${value === undefined ? '' : '+'}${tail}`)} ${quoted(`*${long}${equals}${tail}`)}`;
}

function action(value: ValueSource): string {
  switch (value.type) {
    case 'words':
      return value.joinedByCommas ? `_values -s , value ${value.words.join(' ')}` : `(${value.words.join(' ')})`;
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'nothing':
      return ' ';
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
