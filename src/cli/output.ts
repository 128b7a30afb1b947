import { once } from 'node:events';
import { UserError } from '../core/errors.ts';
import type { Streams } from './streams.ts';
import type { Style } from './render/style.ts';

/** The one document a verb prints on stdout. */
export interface Output {
  readonly format: string;
  readonly style: Style;
  /** Columns that lines may have. */
  readonly width: number;
  /** Prints the document: JSON as it is, or the lines that `lines` makes of it for people. */
  document(json: object, lines: () => readonly string[]): Promise<void>;
  /** Writes text or bytes as they are and waits until the reader keeps up. */
  write(piece: string | Uint8Array): Promise<void>;
  /** True when the reader has gone (`holdfast ls latest | head`): nothing more need be said, but all is still done. */
  isClosed(): boolean;
}

export interface OutputOptions extends Pick<Streams, 'stdout'> {
  readonly format: string;
  readonly style: Style;
}

const DEFAULT_COLUMNS = 80;
const WIDEST_TABLE = 120;

export function createOutput({ stdout, format, style }: OutputOptions): Output {
  let closed = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    closed ||= error.code === 'EPIPE';
  });
  const write = async (piece: string | Uint8Array): Promise<void> => {
    if (closed || stdout.destroyed || stdout.write(piece)) return;
    try {
      await once(stdout, 'drain');
    } catch (error) {
      // The reader has gone; what the verb does and its exit code do not hang on it.
      if (!closed) throw error;
    }
  };
  return {
    format,
    style,
    width: columnsOf(stdout),
    write,
    isClosed: () => closed,
    document: (json, lines) =>
      write(format === 'json' ? `${JSON.stringify(json, undefined, 2)}\n` : `${lines().join('\n')}\n`),
  };
}

/** 80 where nobody can tell; wide terminals do not make wide tables. */
export function columnsOf(stream: { readonly columns?: number }): number {
  const columns = stream.columns ?? DEFAULT_COLUMNS;
  return columns > 0 ? Math.min(columns, WIDEST_TABLE) : DEFAULT_COLUMNS;
}

/** The wanted format, when the verb has it. */
export function checkFormat(format: string, formats: readonly string[]): string {
  if (formats.includes(format)) return format;
  throw new UserError({
    code: 'USAGE',
    message: `This verb has no output format "${format}".`,
    next: `Choose one of ${formats.join(', ')}.`,
  });
}
