import { styleText } from 'node:util';

type Paint = (text: string) => string;

/** Emphasis for people; each is the identity where there are no colours. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

export function createStyle(colours: boolean): Style {
  const paint =
    (format: keyof Style): Paint =>
    (text) =>
      colours && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
}

export interface ColourWish {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** `--no-color`. */
  readonly refused: boolean;
}

/** Colours on a terminal unless refused; `NO_COLOR` set to anything refuses, `FORCE_COLOR` asks for them in a pipe. */
export function wantsColours(wish: ColourWish): boolean {
  const { NO_COLOR: none, FORCE_COLOR: force, TERM: terminal } = wish.environment;
  if (wish.refused || (none !== undefined && none !== '')) return false;
  if (force !== undefined && force !== '' && force !== '0') return true;
  return wish.isTerminal && terminal !== 'dumb';
}
