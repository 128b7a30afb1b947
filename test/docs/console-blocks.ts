/** A command of a document and the output that the document shows for it. */
export interface ShownCommand {
  readonly command: string;
  readonly output: readonly string[];
  /** Of the command, from 1. */
  readonly line: number;
}

/**
 * The commands in the ```console blocks of a Markdown text, in order; a command begins with `$ `. A comment `<!-- $ … -->`
 * between the blocks is a command that readers need not see, of which nothing is shown.
 */
export function commandsIn(markdown: string): readonly ShownCommand[] {
  const commands: { command: string; output: string[]; line: number }[] = [];
  let isConsole = false;
  for (const [index, text] of markdown.split('\n').entries()) {
    const hidden = /^<!-- \$ (?<command>.*) -->$/.exec(text)?.groups?.['command'];
    if (text.startsWith('```')) isConsole = text === '```console';
    else if (!isConsole && hidden !== undefined) commands.push({ command: hidden, output: [], line: index + 1 });
    else if (isConsole && text.startsWith('$ ')) commands.push({ command: text.slice(2), output: [], line: index + 1 });
    else if (isConsole) commands.at(-1)?.output.push(text);
  }
  return commands;
}

/**
 * True when the printed lines are as shown: a line that is only `…` stands for any lines, `…` within a line for any text.
 * Spaces at the ends of lines do not count.
 */
export function isAsShown(shown: readonly string[], printed: readonly string[]): boolean {
  const [line, ...rest] = shown;
  if (line === undefined) return printed.length === 0;
  if (line.trim() === '…') {
    return printed.some((_, skipped) => isAsShown(rest, printed.slice(skipped))) || isAsShown(rest, []);
  }
  const [first, ...others] = printed;
  return first !== undefined && patternOf(line).test(first.trimEnd()) && isAsShown(rest, others);
}

function patternOf(line: string): RegExp {
  const parts = line.trimEnd().split('…');
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}
