import { type Command, optionsOf } from './command.ts';
import type { OptionDefinition } from './option-definition.ts';
import { exitCodes } from './exit-codes.ts';
import { globalOptions } from './options.ts';
import { usualFormats } from './output.ts';
import type { Registered } from './registry.ts';
import { padToWidth, wrapText } from './render/printable.ts';
import type { Style } from './render/style.ts';

export interface HelpLayout {
  readonly style: Style;
  readonly width: number;
}

const INTRODUCTION =
  'Keeps a Google Apigee organization recoverable: sealed recovery points, drift, and restores that bring the same credentials back.';
const ENVIRONMENT =
  'Every option is also a variable: --quota-share is HOLDFAST_QUOTA_SHARE. A token comes from HOLDFAST_APIGEE_TOKEN or HOLDFAST_APIGEE_TOKEN_FILE, else from Google application default credentials.';
const EXAMPLES = [
  'holdfast demo',
  'holdfast init && holdfast backup --org acme-prod',
  'holdfast drift',
  "holdfast restore --point latest --only 'developers/*/apps/**'",
];

/** The help of `holdfast`: every verb, the options of all, the exit codes. */
export function renderHelp(verbs: readonly Registered[], layout: HelpLayout): string {
  return join([
    ['Usage: holdfast VERB [OPTIONS]'],
    wrapText(INTRODUCTION, layout.width),
    section(
      'Verbs',
      verbs.map(({ name, summary }) => [name, summary] as const),
      layout,
    ),
    ['`holdfast VERB --help` says more about each.'],
    optionSection('Options of all verbs', globalOptions, layout),
    wrapText(ENVIRONMENT, layout.width),
    examples(EXAMPLES, layout),
    section('Exit codes', exitCodes, layout),
  ]);
}

/** The help of one verb. */
export function renderVerbHelp(verb: Registered, command: Command, layout: HelpLayout): string {
  const words = command.arguments.map(({ name, optional, many }) => {
    const word = many === true ? `${name}…` : name;
    return optional === true ? `[${word}]` : word;
  });
  const described = command.arguments.map(({ name, summary }) => [name, summary] as const);
  return join([
    [['Usage: holdfast', verb.name, ...words, '[OPTIONS]'].join(' ')],
    wrapText(`${verb.summary.charAt(0).toUpperCase()}${verb.summary.slice(1)}.`, layout.width),
    wrapText((command.details ?? []).join(' '), layout.width),
    section('Arguments', described, layout),
    optionSection('Options', optionsOf(command), layout),
    optionSection('Options of all verbs', globalOptions.map(withFormats(command)), layout),
    examples(command.examples, layout),
    section('Exit codes', exitCodes, layout),
  ]);
}

/** `-o` of a verb offers the formats of that verb. */
function withFormats({ formats = usualFormats }: Command): (option: OptionDefinition) => OptionDefinition {
  return (option) => (option.name === 'output' ? { ...option, choices: formats } : option);
}

function join(parts: readonly (readonly string[])[]): string {
  const shown = parts.filter((lines) => lines.some((line) => line !== ''));
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function optionSection(title: string, options: readonly OptionDefinition[], layout: HelpLayout): string[] {
  const rows = options.map((option): readonly [string, string] => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    const value = option.value === undefined ? '' : ` ${option.value}`;
    const choices = option.choices === undefined ? '' : `: ${option.choices.join(', ')}`;
    const standard = option.default === undefined ? '' : ` (default: ${option.default})`;
    return [`${short}--${option.name}${value}`, `${option.summary}${choices}${standard}`];
  });
  return section(title, rows, layout);
}

type Row = readonly [term: string, meaning: string];

function section(title: string, rows: readonly Row[], { style, width }: HelpLayout): string[] {
  if (rows.length === 0) return [];
  const column = Math.max(...rows.map(([term]) => term.length)) + 2;
  const lines = rows.flatMap(([term, meaning]) =>
    wrapText(meaning, width - column - 2).map(
      (line, index) => `  ${padToWidth(index === 0 ? term : '', column)}${line}`,
    ),
  );
  return [style.bold(title), ...lines];
}

function examples(lines: readonly string[], { style }: HelpLayout): string[] {
  return [style.bold('Examples'), ...lines.map((line) => `  ${line}`)];
}
