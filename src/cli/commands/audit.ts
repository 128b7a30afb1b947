import { readActions } from '../../app/audit/read-actions.ts';
import { UserError } from '../../core/errors.ts';
import { auditVerbOptions } from '../audit/audit-options.ts';
import { exportTrail } from '../audit/export-trail.ts';
import { readRange } from '../audit/read-range.ts';
import { describeAction, describeActions, renderActions } from '../audit/show-actions.ts';
import { uploadSpool } from '../audit/upload-spool.ts';
import { verifyTrail } from '../audit/verify-trail.ts';
import { writeEvidence } from '../audit/write-evidence.ts';
import type { Command, CommandContext } from '../command.ts';
import type { OptionDefinition } from '../option-definition.ts';
import { usualFormats } from '../output.ts';
import { readNumber } from '../settings.ts';

const { auditFormat, lines, heads, evidenceFrom, evidenceTo, objective, ...narrowing } = auditVerbOptions;
const { since, until } = narrowing;

interface Action {
  /** Other options are refused: they would do nothing. */
  readonly options: readonly OptionDefinition[];
  readonly run: (context: CommandContext) => Promise<number>;
}

const actions = {
  tail: { options: [...Object.values(narrowing), lines], run: (context) => showActions(context, readLines(context)) },
  list: { options: Object.values(narrowing), run: (context) => showActions(context, undefined) },
  verify: { options: [heads], run: verifyTrail },
  export: { options: [since, until, auditFormat], run: exportTrail },
  evidence: { options: [evidenceFrom, evidenceTo, objective, heads], run: writeEvidence },
  upload: { options: [], run: uploadSpool },
} as const satisfies Readonly<Record<string, Action>>;

const words = [
  'tail',
  'list',
  'verify',
  'export',
  'evidence',
  'upload',
] as const satisfies readonly (keyof typeof actions)[];

export const audit: Command = {
  arguments: [
    { name: 'ACTION', summary: words.join(', '), choices: words },
    { name: 'DIR', summary: 'evidence: the folder to make; it must be absent or empty', optional: true },
  ],
  options: Object.values(auditVerbOptions),
  audit: { effect: 'changes', whenArgument: { name: 'ACTION', words: ['upload'] }, uploads: true },
  formats: [...usualFormats, 'ndjson'],
  details: [
    'Every verb that changes or reveals anything leaves signed records in the vault, before and after. tail shows the newest',
    'actions, list all, narrowed by --since, --until, --action, --principal, --result and --org. verify checks the whole trail:',
    'signatures, order, and every head that later streams, manifests and the files of --heads name; each thing that was cut',
    'off, rewritten, forked, squatted or replayed is named, and the exit code is 13. export prints every record as lines for a',
    'security monitor. evidence makes a folder for an auditor: a report that any browser shows, the data behind it, the raw',
    'records, and the SHA-256 of each file, mapped to SOC 2 criteria. upload brings records into the vault that waited on this machine (--break-glass), exit 13 when their',
    'number is taken there. Any key opens the trail.',
  ],
  vaultAsOf: 'reads',
  examples: [
    'holdfast audit tail',
    'holdfast audit list --since 7d --action restore',
    'holdfast audit verify --heads last-backup.json',
    'holdfast audit evidence ./2026-q1 --from 2026-01-01 --to 2026-04-01',
    'holdfast audit export --since 2026-01-01 --format ocsf > january.ndjson',
  ],
  run(context) {
    const given = context.argument('ACTION');
    const word = words.find((known) => known === given);
    if (word === undefined) throw usage(`\`holdfast audit\` cannot "${given}".`, `Use one of ${words.join(', ')}.`);
    const action: Action = actions[word];
    const odd = Object.values<OptionDefinition>(auditVerbOptions).find(
      ({ name }) => context.flags.origin(name) === 'flag' && !action.options.some((own) => own.name === name),
    );
    if (odd !== undefined) throw usage(`\`audit ${word}\` has no --${odd.name}.`, 'See `holdfast audit --help`.');
    if (word !== 'evidence' && context.findArgument('DIR') !== undefined)
      throw usage(`\`audit ${word}\` writes into no folder.`, 'Leave the second word away.');
    return action.run(context);
  },
};

function usage(message: string, next: string): UserError {
  return new UserError({ code: 'USAGE', message, next });
}

function readLines({ flags }: CommandContext): number {
  return readNumber(flags, 'lines', (count) => Number.isSafeInteger(count) && count > 0, 'a whole number above 0');
}

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
