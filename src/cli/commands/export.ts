import { resolve } from 'node:path';
import type { Exported, ExportDeps, ExportLayout, ExportRequest } from '../../app/export.ts';
import { emptySelection } from '../../app/empty-selection.ts';
import { exportApigeecli } from '../../app/export-apigeecli.ts';
import { exportTree } from '../../app/export-tree.ts';
import { resolveOrganization, resolvePoint } from '../../app/points.ts';
import { UserError } from '../../core/errors.ts';
import { namesSomething } from '../../core/selection.ts';
import type { StagedFolder } from '../../platform/staged-folder.ts';
import { createStagedFolder, DiskFullError, FolderTakenError } from '../../platform/staged-folder.ts';
import type { Command } from '../command.ts';
import { selectionOptions, verbOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { printable } from '../render/printable.ts';
import { formatBytes, formatCount, formatCounted } from '../render/quantity.ts';
import { missingKey } from '../restore-command.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { readSelection } from '../read-selection.ts';

const layouts: Readonly<Record<ExportLayout, (deps: ExportDeps, request: ExportRequest) => Promise<Exported>>> = {
  tree: exportTree,
  apigeecli: exportApigeecli,
};

export const exportCommand: Command = {
  arguments: [
    { name: 'POINT', summary: 'an id, a unique prefix of it, a time, or latest' },
    { name: 'DIR', summary: 'the folder to make; it must be absent or empty' },
  ],
  options: [verbOptions.layout, verbOptions.reveal, ...selectionOptions],
  audit: { effect: 'reveals', whenSwitch: 'reveal' },
  details: [
    'Layout tree: a JSON file for each resource, bundles unpacked, and manifest.json with the SHA-256 of every file. Two',
    'exports of one point are the same byte for byte. Needs reader.key; a secret is {"$hole": …}, which no API takes for a',
    'value, unless --reveal, which needs restorer.key. Layout apigeecli: what `apigeecli organizations import` reads, with a',
    'README that says what it loses; it needs --reveal. Names that a file system would not take are percent-encoded. Files',
    'are readable by their owner only, and the folder gets its name when all of it is there. Exit code 1 when --only or',
    '--kinds names nothing that the point has.',
  ],
  vaultAsOf: 'reads',
  examples: [
    'holdfast export latest ./acme',
    "holdfast export latest ./proxies --only 'apis/**'",
    'holdfast export latest ./acme --layout apigeecli --reveal',
  ],
  async run({ house, flags, output, argument, clock, progress, cwd, signal, audit }) {
    const layout: ExportLayout = flags.get('layout') === 'apigeecli' ? 'apigeecli' : 'tree';
    const reveal = flags.is('reveal');
    if (layout === 'apigeecli' && !reveal) {
      throw new UserError({
        code: 'USAGE',
        message:
          'The layout apigeecli needs --reveal: it has no way to say that a secret is not there, so its import would write holes as if they were secrets.',
        next: 'Give --reveal (with restorer.key at hand), or take the layout tree.',
      });
    }
    const selection = readSelection(flags);
    const vault = await house.openVault();
    if (!vault.abilities.readConfig) throw missingKey('Exporting', 'reader.key');
    if (reveal && !vault.abilities.readSecrets) throw missingKey('--reveal', 'restorer.key');
    const organization = await resolveOrganization(vault, flags.find('org'));
    const point = await resolvePoint(vault, organization, argument('POINT'), { nowMs: clock.epochMs(), progress });
    if (reveal) progress.warn('--reveal opens the secrets with restorer.key and writes them into the files in clear.');
    const path = resolve(cwd, argument('DIR'));
    await audit.declare({ organization, point: point.details.id, folder: path });
    const sorters = await house.sorters();
    const exported = await withFolder(path, async (folder) => {
      const zip = (files: Parameters<typeof house.zip>[0]): Promise<Uint8Array> => house.zip(files);
      const made = await layouts[layout](
        { folder, hasher: vault.hasher, sorters, zip, progress },
        { point, selection, reveal },
      );
      if (made.resources + made.leftOut.length === 0 && namesSomething(selection))
        throw emptySelection(selection, 'in the point');
      signal.throwIfAborted();
      await folder.commit();
      return made;
    });
    audit.note({ resources: exported.resources });
    progress.clear();
    const document: OutputDocument<'export'> = {
      schema: 'holdfast/export/1',
      organization,
      point: point.details.id,
      layout,
      folder: path,
      revealed: reveal,
      ...exported,
    };
    await output.document(document, () => renderExport(document, output));
    return 0;
  },
};

/** Whatever fails, nothing of a half export is left. */
async function withFolder(path: string, work: (folder: StagedFolder) => Promise<Exported>): Promise<Exported> {
  let folder: StagedFolder | undefined;
  try {
    folder = await createStagedFolder(path);
    return await work(folder);
  } catch (error) {
    throw translated(error, path);
  } finally {
    await folder?.discard();
  }
}

function translated(cause: unknown, path: string): unknown {
  if (cause instanceof FolderTakenError) {
    return new UserError({
      code: 'ALREADY_EXISTS',
      message: `${path} is there already, and is no empty folder. Nothing was written.`,
      resource: path,
      next: 'Name a folder that is not there, or empty this one.',
      cause,
    });
  }
  if (cause instanceof DiskFullError) {
    return new UserError({
      code: 'DISK_FULL',
      message: `${cause.message} Nothing of the export was left behind.`,
      resource: path,
      next: 'Make room, or name a folder on another disk; --only and --kinds export less.',
      cause,
    });
  }
  return cause;
}

function renderExport(document: OutputDocument<'export'>, { style }: Output): string[] {
  const { resources, files, sizeBytes, leftOut } = document;
  return [
    `Exported ${formatCounted(resources, 'resource')} of point ${style.bold(document.point)} to ${printable(document.folder)}: ${formatCounted(files, 'file')}, ${formatBytes(sizeBytes)}.`,
    ...(document.revealed ? [style.yellow('The files hold secrets in clear.')] : []),
    ...(leftOut.length === 0 ? [] : ['Without a place in this layout:']),
    ...leftOut.map(({ kind, resources: count, why }) => `  ${formatCount(count)} ${kind}: ${why}`),
  ];
}
