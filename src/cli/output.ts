import { once } from 'node:events';
import { InternalError, UserError } from '../core/errors.ts';
import type { Streams } from './streams.ts';
import { safeJson } from './render/printable.ts';
import type { JunitReport } from './render/junit.ts';
import type { SarifReport } from './render/sarif.ts';
import type { Style } from './render/style.ts';

/** The formats of `-o`, those that verbs share first. */
export const formatNames = ['table', 'json', 'yaml', 'ndjson', 'markdown', 'junit', 'sarif'] as const;
export type FormatName = (typeof formatNames)[number];

/** What a verb has that says nothing else: whatever has JSON has YAML. */
export const usualFormats: readonly FormatName[] = ['table', 'json', 'yaml'];

/** A document in the forms that only some verbs have; a verb that names a format in `formats` gives it here. */
export interface OtherForms {
  /** One object for each line. */
  readonly ndjson?: () => Iterable<object>;
  /** For comments on pull requests: foreign text must be escaped already. */
  readonly markdown?: () => readonly string[];
  readonly junit?: () => JunitReport;
  readonly sarif?: () => SarifReport;
}

/** A document one of whose arrays may be longer than memory. */
export interface ListedDocument<Item> {
  /** What stands before the array. */
  readonly head: object;
  /** The array's field. */
  readonly field: string;
  readonly items: AsyncIterable<Item>;
  readonly describe: (item: Item) => object;
  /** One item for people, with its line breaks. */
  readonly render: (item: Item) => string;
  /** What stands behind the array, asked for when all items have come. */
  readonly tail?: () => object;
}

/** The one document a verb prints on stdout. */
export interface Output {
  readonly format: string;
  readonly style: Style;
  /** Columns that lines may have. */
  readonly width: number;
  /** Prints the document: as data, in one of the other forms, or the lines that `lines` makes of it for people. */
  document(json: object, lines: () => readonly string[], forms?: OtherForms): Promise<void>;
  /** Prints a document item by item as they come. With table and ndjson it stops when nobody reads any more. */
  list<Item>(document: ListedDocument<Item>): Promise<void>;
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
    document: async (json, lines, forms = {}) => write(await formatDocument(format, json, { ...forms, lines })),
    list: (document) => writeList({ format, write, isClosed: () => closed }, document),
  };
}

/** The text of a document in a format. InternalError when the verb promised a form that it does not give. */
export async function formatDocument(
  format: string,
  json: object,
  forms: OtherForms & { readonly lines: () => readonly string[] },
): Promise<string> {
  const { lines, ndjson, markdown, junit, sarif } = forms;
  if (format === 'table') return textOf(lines());
  if (format === 'json') return `${safeJson(JSON.stringify(json, undefined, 2))}\n`;
  // The others are asked for seldom, and their libraries are slow to load.
  if (format === 'yaml') return (await import('./render/yaml.ts')).renderYaml(json);
  if (format === 'ndjson' && ndjson !== undefined) return [...ndjson()].map(jsonLine).join('');
  if (format === 'markdown' && markdown !== undefined) return textOf(markdown());
  if (format === 'junit' && junit !== undefined) return (await import('./render/junit.ts')).renderJunit(junit());
  if (format === 'sarif' && sarif !== undefined) return (await import('./render/sarif.ts')).renderSarif(sarif());
  throw new InternalError(`The output format ${format} was promised, but is not made.`);
}

interface ListTarget extends Pick<Output, 'format' | 'write' | 'isClosed'> {}

async function writeList<Item>(target: ListTarget, document: ListedDocument<Item>): Promise<void> {
  const { format, write } = target;
  const { items, describe, render } = document;
  if (format === 'json') return writeJsonList(write, document);
  if (format === 'yaml') return writeYamlList(write, document);
  for await (const item of items) {
    if (target.isClosed()) break;
    await write(format === 'ndjson' ? jsonLine(describe(item)) : render(item));
  }
}

async function writeJsonList<Item>(write: Output['write'], document: ListedDocument<Item>): Promise<void> {
  const { head, field, items, describe, tail } = document;
  const opened = safeJson(JSON.stringify({ ...head, [field]: [] }));
  await write(opened.slice(0, -']}'.length));
  let separator = '\n';
  for await (const item of items) {
    await write(`${separator}${safeJson(JSON.stringify(describe(item)))}`);
    separator = ',\n';
  }
  const rest = safeJson(JSON.stringify(tail?.() ?? {})).slice(1, -1);
  await write(`\n]${rest === '' ? '' : `,${rest}`}}\n`);
}

async function writeYamlList<Item>(write: Output['write'], document: ListedDocument<Item>): Promise<void> {
  const { head, field, items, describe, tail } = document;
  const { renderYaml } = await import('./render/yaml.ts');
  await write(renderYaml(head));
  let opened = false;
  for await (const item of items) {
    await write(`${opened ? '' : `${field}:\n`}${renderYaml([describe(item)])}`);
    opened = true;
  }
  const rest = tail?.() ?? {};
  await write(`${opened ? '' : `${field}: []\n`}${Object.keys(rest).length === 0 ? '' : renderYaml(rest)}`);
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function jsonLine(value: object): string {
  return `${safeJson(JSON.stringify(value))}\n`;
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
