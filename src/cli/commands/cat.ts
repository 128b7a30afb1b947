import { resolveOrganization, resolvePoint } from '../../app/points.ts';
import type { ShownResource } from '../../app/resources.ts';
import { readResource } from '../../app/resources.ts';
import type { BundleFile } from '../../core/entry.ts';
import { UserError } from '../../core/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { verbOptions } from '../options.ts';
import { printable } from '../render/printable.ts';
import { formatBytes } from '../render/quantity.ts';
import { renderTable } from '../render/table.ts';
import type { OutputDocument } from '../schema/documents.ts';

type Bundle = Extract<ShownResource, { type: 'bundle' }>;
type Printed = OutputDocument<'cat'>;

export const cat: Command = {
  arguments: [
    { name: 'POINT', summary: 'an id, a unique prefix of it, a time, or latest' },
    { name: 'ID[:FILE]', summary: 'a resource as `holdfast ls` names it; of a bundle one of its files' },
  ],
  options: [verbOptions.zip, verbOptions.reveal],
  audit: { effect: 'reveals', whenSwitch: 'reveal' },
  details: [
    'Prints the resource as the server sent it, with (hidden) in the place of each secret. reader.key is enough.',
    'With --reveal restorer.key opens the secrets and they are printed.',
  ],
  vaultAsOf: 'reads',
  examples: [
    'holdfast cat latest environments/test/targetservers/backend',
    'holdfast cat latest apis/orders@7:apiproxy/proxies/default.xml',
    'holdfast cat latest apis/orders@7 --zip > orders.zip',
  ],
  async run(context) {
    const { house, flags, output, argument, clock, progress } = context;
    const { id, file } = splitReference(argument('ID[:FILE]'));
    if (file !== undefined && flags.is('zip')) {
      throw new UserError({
        code: 'USAGE',
        message: '--zip is for a whole bundle, and one file was named.',
        next: 'Leave --zip away, or the name of the file.',
      });
    }
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    const reveal = flags.is('reveal');
    if (reveal && !vault.abilities.readSecrets) {
      throw new UserError({
        code: 'KEY_MISSING',
        message: '--reveal needs restorer.key, which is not at hand.',
        next: 'Put restorer.key into the keys folder (HOLDFAST_KEYS) or its contents into HOLDFAST_RESTORER_KEY.',
      });
    }
    const point = await resolvePoint(vault, organization, argument('POINT'), { nowMs: clock.epochMs(), progress });
    if (reveal)
      progress.warn('--reveal opens the secrets of this resource with restorer.key and prints them on stdout.');
    await context.audit.declare({ organization, point: point.details.id, ids: [id] });
    const shown = await readResource(point, id, { reveal, ...(file === undefined ? {} : { file }) });
    if (flags.is('zip')) return printZip(context, shown);
    if (output.format !== 'table') {
      const document = describeResource(shown, {
        organization,
        point: point.details.id,
        reveal,
        withContent: file !== undefined,
      });
      await output.document(document, () => []);
      return 0;
    }
    await printResource(context, shown, file);
    return 0;
  },
};

/** The file of a bundle stands behind a colon; an id may hold colons of its own, but none before a bundle's root folder. */
function splitReference(reference: string): { readonly id: string; readonly file?: string } {
  const at = reference.search(/:(apiproxy|sharedflowbundle)\//);
  return at < 0 ? { id: reference } : { id: reference.slice(0, at), file: reference.slice(at + 1) };
}

async function printZip({ house, output, stdout }: CommandContext, shown: ShownResource): Promise<number> {
  if (shown.type !== 'bundle') {
    throw new UserError({ code: 'USAGE', message: `${shown.entry.id} is no bundle.`, next: 'Leave --zip away.' });
  }
  if (stdout.isTTY === true) {
    throw new UserError({
      code: 'USAGE',
      message: 'A zip file is nothing for a terminal.',
      next: 'Send it to a file: `holdfast cat … --zip > bundle.zip`.',
    });
  }
  await output.write(await house.zip(shown.files));
  return 0;
}

async function printResource(context: CommandContext, shown: ShownResource, file: string | undefined): Promise<void> {
  const { output } = context;
  if (shown.type === 'json') {
    await output.write(forTerminal(context, `${indented(shown.text).trimEnd()}\n`));
    return;
  }
  const [only] = shown.files;
  if (file !== undefined && only !== undefined) {
    await output.write(forTerminal(context, only.bytes));
    return;
  }
  await output.document({}, () => [
    `${printable(shown.entry.label ?? shown.entry.id)} is a bundle of ${shown.files.length} files.`,
    '',
    ...renderTable({
      columns: [{ title: 'Size', align: 'right' }, { title: 'File' }],
      rows: shown.files.map(({ path, bytes }) => [formatBytes(bytes.length), path]),
      width: output.width,
      style: output.style,
    }),
    '',
    'Print one with ID:FILE, all as a zip file with --zip.',
  ]);
}

/** In a pipe every byte as it is stored; on a terminal nothing that would act on it. */
function forTerminal({ stdout }: CommandContext, content: string | Uint8Array): string | Uint8Array {
  if (stdout.isTTY !== true) return content;
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}

/** The JSON with line breaks, but only when not a character of a value changes by it. */
function indented(text: string): string {
  const parsed: unknown = JSON.parse(text);
  return JSON.stringify(parsed) === text ? JSON.stringify(parsed, undefined, 2) : text;
}

interface Printing {
  readonly organization: string;
  readonly point: string;
  readonly reveal: boolean;
  /** True when one file was asked for by name. */
  readonly withContent: boolean;
}

function describeResource(shown: ShownResource, printing: Printing): Printed {
  const { organization, point, reveal, withContent } = printing;
  const { id, kind, label } = shown.entry;
  const common = {
    schema: 'holdfast/cat/1' as const,
    organization,
    point,
    id,
    kind,
    ...(label === undefined ? {} : { label }),
    revealed: reveal,
  };
  if (shown.type === 'bundle') return { ...common, holes: [], files: describeFiles(shown, withContent) };
  // What JSON.parse gives is JSON.
  return { ...common, holes: shown.hidden, body: JSON.parse(shown.text) as NonNullable<Printed['body']> };
}

function describeFiles(shown: Bundle, withContent: boolean): NonNullable<Printed['files']> {
  return shown.files.map((file) => ({
    path: file.path,
    sizeBytes: file.bytes.length,
    ...(withContent ? contentOf(file) : {}),
  }));
}

function contentOf({ bytes }: BundleFile): { readonly text: string } | { readonly base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}
