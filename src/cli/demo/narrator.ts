import type { CommandContext } from '../command.ts';
import { cutToWidth, printable, wrapText } from '../render/printable.ts';
import { formatCount } from '../render/quantity.ts';

/** Tells a story in numbered steps on stdout, each with the command line that does the same. */
export interface Narrator {
  step(title: string, command?: string): Promise<void>;
  /** A plain sentence below the step. */
  say(text: string): Promise<void>;
  good(text: string): Promise<void>;
  bad(text: string): Promise<void>;
  /** The first few of many, and how many more there are. */
  some(texts: readonly string[], shown: number): Promise<void>;
}

const INDENT = '   ';
const WIDEST = 80;

export function createNarrator({ output, progress }: Pick<CommandContext, 'output' | 'progress'>): Narrator {
  const { style } = output;
  const width = Math.min(output.width, WIDEST) - INDENT.length;
  let number = 0;
  const print = async (lines: readonly string[]): Promise<void> => {
    progress.clear();
    await output.write(lines.map((line) => `${line}\n`).join(''));
  };
  const marked = (mark: string, text: string): Promise<void> =>
    print(wrapText(printable(text), width - 2).map((line, index) => `${INDENT}${index === 0 ? mark : ' '} ${line}`));
  return {
    async step(title, command) {
      number += 1;
      await print([
        '',
        `${style.bold(style.cyan(String(number).padEnd(2)))} ${style.bold(title)}`,
        ...(command === undefined ? [] : [`${INDENT}${style.dim(`$ ${command}`)}`]),
      ]);
    },
    say: (text) => print(wrapText(printable(text), width).map((line) => INDENT + line)),
    good: (text) => marked(style.green('✔'), text),
    bad: (text) => marked(style.red('✘'), text),
    async some(texts, shown) {
      const more = texts.length - shown;
      await print([
        ...texts.slice(0, shown).map((text) => `${INDENT}- ${cutToWidth(printable(text), width - 2)}`),
        ...(more > 0 ? [`${INDENT}${style.dim(`  … and ${formatCount(more)} more`)}`] : []),
      ]);
    },
  };
}
