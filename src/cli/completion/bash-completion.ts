import type { CompletedOption, CompletedVerb, CompletionModel, ValueSource } from './completion-model.ts';

/** A script for bash 3.2 and newer that needs no other package and never runs holdfast. */
export function bashCompletion({ verbs, globals }: CompletionModel): string {
  const all = [...globals, ...verbs.flatMap(({ options }) => options)];
  const withValue = [...new Set(all.filter(({ value }) => value !== undefined).flatMap(namesOf))];
  return `# bash completion of holdfast
_holdfast() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' option='' verb='' word='' i position=0
  COMPREPLY=()
  (( COMP_CWORD > 0 )) && prev=\${COMP_WORDS[COMP_CWORD-1]}
  # bash cuts --option=value at the equals sign.
  if [[ $cur == '=' ]]; then
    option=$prev cur=''
  elif [[ $prev == '=' ]] && (( COMP_CWORD > 1 )); then
    option=\${COMP_WORDS[COMP_CWORD-2]}
  elif [[ $prev == -* ]]; then
    option=$prev
  fi
  for (( i = 1; i < COMP_CWORD; i++ )); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${withValue.join('|')})
        [[ \${COMP_WORDS[i+1]} == '=' ]] && i=$(( i + 1 ))
        i=$(( i + 1 )) ;;
      -*|=) ;;
      *) if [[ -z $verb ]]; then verb=$word; else position=$(( position + 1 )); fi ;;
    esac
  done
  case "$verb $option" in
${[{ name: '', options: globals }, ...verbs].map((verb) => optionCases(verb)).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $verb in
${[{ name: '', options: globals }, ...verbs].map(({ name, options }) => `      '${name}') _holdfast_words '${options.map(({ long }) => long).join(' ')}' ;;`).join('\n')}
    esac
    return
  fi
  case "$verb $position" in
    ' 0') _holdfast_words '${verbs.map(({ name }) => name).join(' ')}' ;;
${verbs.flatMap(argumentCases).join('\n')}
  esac
}

_holdfast_words() {
  local IFS=$' \\t\\n'
  COMPREPLY=( $(compgen -W "$1" -- "$cur") )
}

_holdfast_list() {
  local IFS=$' \\t\\n' last=\${cur##*,}
  COMPREPLY=( $(compgen -P "\${cur%"$last"}" -W "$1" -- "$last") )
}

_holdfast_paths() {
  local IFS=$'\\n'
  COMPREPLY=( $(compgen "$1" -- "$cur") )
  compopt -o filenames 2>/dev/null
}

complete -F _holdfast holdfast
`;
}

function namesOf({ long, short }: CompletedOption): string[] {
  return short === undefined ? [long] : [long, short];
}

function optionCases({ name, options }: Pick<CompletedVerb, 'name' | 'options'>): string {
  return options
    .flatMap((option) => {
      const patterns = namesOf(option).map((one) => `'${name} ${one}'`);
      return option.value === undefined ? [] : [`    ${patterns.join('|')}) ${action(option.value)}return ;;`];
    })
    .join('\n');
}

function argumentCases(verb: CompletedVerb): string[] {
  return verb.arguments.flatMap(({ value }, index) => {
    const does = action(value);
    return does === '' ? [] : [`    '${verb.name} ${index}') ${does};;`];
  });
}

function action(value: ValueSource): string {
  switch (value.type) {
    case 'words':
      return `${value.joinedByCommas ? '_holdfast_list' : '_holdfast_words'} '${value.words.join(' ')}'; `;
    case 'files':
      return '_holdfast_paths -f; ';
    case 'folders':
      return '_holdfast_paths -d; ';
    case 'nothing':
      return '';
  }
}
