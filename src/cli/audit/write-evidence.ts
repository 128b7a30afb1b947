import { resolve } from 'node:path';
import { gatherEvidence } from '../../app/audit/gather-evidence.ts';
import { resolveOrganization } from '../../app/points.ts';
import type { AuditTrail } from '../../app/ports/audit.ts';
import { mapCriteria } from '../../core/audit/criteria.ts';
import type { Evidence } from '../../core/audit/evidence.ts';
import { isTampering } from '../../core/audit/examine-trail.ts';
import { UserError } from '../../core/errors.ts';
import { formatInstant } from '../../platform/clock.ts';
import {
  createStagedFolder,
  DiskFullError,
  FolderTakenError,
  type StagedFolder,
} from '../../platform/staged-folder.ts';
import type { CommandContext } from '../command.ts';
import type { Output } from '../output.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { formatRecord } from './export-trail.ts';
import { findSpanMs, findTime } from './read-time.ts';
import { type PackedFile, renderReport } from './report-html.ts';
import { readOutsideHeads } from './verify-trail.ts';

const EXIT_TAMPERED = 13;

type Document = OutputDocument<'audit-evidence'>;

/** `holdfast audit evidence DIR`: a folder for an auditor. Exit 13, with the pack written, when the trail was tampered with. */
export async function writeEvidence(context: CommandContext): Promise<number> {
  const { house, flags, output, clock, cwd, progress, tool } = context;
  const folder = context.findArgument('DIR');
  if (folder === undefined)
    throw usage('The folder for the evidence is not named.', 'holdfast audit evidence DIR --from 2026-01-01');
  const span = readSpan(context);
  const objectiveMs = readObjective(flags.get('objective'));
  const outside = await readOutsideHeads(context, flags.list('heads'));
  const vault = await house.openVault();
  const organization = await resolveOrganization(vault, flags.find('org'));
  progress.phase('gathering evidence');
  const evidence = await gatherEvidence(vault, {
    organization,
    ...span,
    objectiveMs,
    outside,
    madeAt: clock.now(),
    tool,
    formatInstant,
  });
  const path = resolve(cwd, folder);
  const files = await withFolder(path, (stage) => writePack(stage, vault.audit, evidence));
  progress.clear();
  const document: Document = {
    schema: 'holdfast/audit-evidence/1',
    organization,
    ...span,
    folder: path,
    files,
    counts: {
      points: evidence.backups.taken.length,
      missed: evidence.backups.missed.reduce((sum, { missed }) => sum + missed, 0),
      proofs: evidence.proofs.length,
      restores: evidence.restores.length,
      actions: evidence.actions.length,
      tampering: evidence.trail.findings.filter(isTampering).length,
    },
  };
  await output.document(document, () => renderPack(document, output), { ndjson: () => [document] });
  return document.counts.tampering === 0 ? 0 : EXIT_TAMPERED;
}

function readSpan({ flags, clock }: CommandContext): { readonly from: string; readonly to: string } {
  const nowMs = clock.epochMs();
  const from = findTime(flags, 'from', nowMs);
  const to = findTime(flags, 'to', nowMs) ?? formatInstant(nowMs);
  if (from === undefined)
    throw usage(
      '--from is not given.',
      'the begin of the time that the evidence is about: --from 2026-01-01, or --from 90d',
    );
  if (from < to) return { from, to };
  throw usage(`Nothing lies between ${from} and ${to}.`, 'a --from that is before --to');
}

function readObjective(text: string): number {
  const spanMs = findSpanMs(text);
  if (spanMs !== undefined) return spanMs;
  throw usage(
    `--objective is "${text}", which is no time.`,
    'how long it may be from one whole backup to the next: 24h, 7d, 30m',
  );
}

function usage(message: string, wanted: string): UserError {
  return new UserError({ code: 'USAGE', message, next: `Give ${wanted}.` });
}

/** The report names the other files with their hashes; the manifest, which is last, has those of all. */
async function writePack(stage: StagedFolder, trail: AuditTrail, evidence: Evidence): Promise<readonly PackedFile[]> {
  const data = { schema: 'holdfast/audit-evidence-data/1', ...evidence, criteria: mapCriteria(evidence) };
  const files: PackedFile[] = [];
  const put = async (file: string, text: string): Promise<void> => {
    files.push({ file, ...(await stage.write(file, text)) });
  };
  await put('evidence.json', `${JSON.stringify(data, undefined, 2)}\n`);
  const records = await stage.open('records.jsonl');
  for await (const stored of trail.records({ since: evidence.from, until: evidence.to })) {
    await records.write(`${formatRecord(stored)}\n`);
  }
  files.push({ file: 'records.jsonl', ...(await records.close()) });
  await put('report.html', renderReport(evidence, [...files]));
  const { organization, from, to, madeAt } = evidence;
  await put(
    'manifest.json',
    `${JSON.stringify({ schema: 'holdfast/audit-evidence-manifest/1', organization, from, to, madeAt, files: [...files] }, undefined, 2)}\n`,
  );
  return files;
}

async function withFolder<Result>(path: string, work: (stage: StagedFolder) => Promise<Result>): Promise<Result> {
  let stage: StagedFolder | undefined;
  try {
    stage = await createStagedFolder(path);
    const result = await work(stage);
    await stage.commit();
    return result;
  } catch (cause) {
    if (!(cause instanceof FolderTakenError || cause instanceof DiskFullError)) throw cause;
    const isTaken = cause instanceof FolderTakenError;
    throw new UserError({
      code: isTaken ? 'ALREADY_EXISTS' : 'DISK_FULL',
      message: `${cause.message} Nothing was written.`,
      resource: path,
      next: isTaken
        ? 'Name a folder that is not there, or empty this one.'
        : 'Make room, or name a folder on another disk.',
      cause,
    });
  } finally {
    await stage?.discard();
  }
}

function renderPack({ folder, counts, from, to, files }: Document, { style, width }: Output): string[] {
  const { points, missed, proofs, restores, actions, tampering } = counts;
  return [
    ...wrapText(
      `Evidence from ${from.slice(0, 10)} to ${to.slice(0, 10)} is in ${printable(folder)}: ${files.map(({ file }) => file).join(', ')}.`,
      width,
    ),
    [
      formatCounted(points, 'point'),
      `${missed === 0 ? 'none' : missed} missed`,
      formatCounted(proofs, 'proof'),
      formatCounted(restores, 'restore'),
      formatCounted(actions, 'action'),
    ].join(', '),
    ...(tampering === 0
      ? []
      : [
          style.red(
            `The trail was tampered with (${formatCounted(tampering, 'finding')}): run \`holdfast audit verify\`.`,
          ),
        ]),
  ];
}
