import { readActions } from '../../app/audit/read-actions.ts';
import { UserError } from '../../core/errors.ts';
import { auditVerbOptions } from '../audit/audit-options.ts';
import { exportTrail } from '../audit/export-trail.ts';
import { readRange } from '../audit/read-range.ts';
import { describeAction, describeActions, renderActions } from '../audit/show-actions.ts';
import { uploadSpool } from '../audit/upload-spool.ts';
import { verifyTrail } from '../audit/verify-trail.ts';
import type { Command, CommandContext } from '../command.ts';
import { usualFormats } from '../output.ts';
import { readNumber } from '../settings.ts';

const words = ['tail', 'list', 'verify', 'export', 'upload'] as const;
type Word = (typeof words)[number];

const actions: Readonly<Record<Word, (context: CommandContext) => Promise<number>>> = {
  tail: (context) => {
    const lines = readNumber(
      context.flags,
      'lines',
      (count) => Number.isSafeInteger(count) && count > 0,
      'a whole number above 0',
    );
    return showActions(context, lines);
  },
  list: (context) => showActions(context, undefined),
  verify: verifyTrail,
  export: exportTrail,
  upload: uploadSpool,
};

export const audit: Command = {
  arguments: [{ name: 'ACTION', summary: words.join(', '), choices: words }],
  options: Object.values(auditVerbOptions),
  formats: [...usualFormats, 'ndjson'],
  details: [
    'Every verb that changes or reveals anything leaves signed records in the vault, before and after. tail shows the newest',
    'actions, list all, narrowed by --since, --until, --action, --principal, --result and --org. verify checks the whole trail:',
    'signatures, order, and every head that later streams, manifests and the files of --heads name; each thing that was cut',
    'off, rewritten, forked, squatted or replayed is named, and the exit code is 13. export prints every record as lines for a',
    'security monitor. upload brings records into the vault that waited on this machine (--break-glass), exit 13 when their',
    'number is taken there. Any key opens the trail.',
  ],
  vaultAsOf: 'reads',
  examples: [
    'holdfast audit tail',
    'holdfast audit list --since 7d --action restore',
    'holdfast audit verify --heads last-backup.json',
    'holdfast audit export --since 2026-01-01 --format ocsf > january.ndjson',
  ],
  run(context) {
    const given = context.argument('ACTION');
    const word = words.find((known) => known === given);
    if (word !== undefined) return actions[word](context);
    throw new UserError({
      code: 'USAGE',
      message: `\`holdfast audit\` cannot "${given}".`,
      next: `Use one of ${words.join(', ')}.`,
    });
  },
};

async function showActions(context: CommandContext, newest: number | undefined): Promise<number> {
  const { house, flags, output } = context;
  const range = readRange(context);
  const find = (name: string): string | undefined => flags.find(name);
  const [action, principal, result, organization] = ['action', 'principal', 'result', 'org'].map(find);
  const vault = await house.openVault();
  const all = await readActions(vault.audit, range, {
    ...(action === undefined ? {} : { action }),
    ...(principal === undefined ? {} : { principal }),
    ...(result === undefined ? {} : { result }),
    ...(organization === undefined ? {} : { organization }),
  });
  const shown = newest === undefined ? all : all.slice(-newest);
  await output.document(describeActions(shown), () => renderActions(shown, output), {
    ndjson: () => shown.map(describeAction),
  });
  return 0;
}
