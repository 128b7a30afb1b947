import { resolveOrganization } from '../../app/points.ts';
import type { SecretSource } from '../../app/ports/secrets.ts';
import { appKeySource } from '../../app/secrets/app-key-source.ts';
import { readSecretAges } from '../../app/secrets/read-secret-ages.ts';
import { UserError } from '../../core/errors.ts';
import { DEFAULT_SECRET_AGE_DAYS } from '../../core/secret-age.ts';
import type { Command, CommandContext } from '../command.ts';
import { usualFormats, type Output } from '../output.ts';
import { padToWidth, printable, wrapText } from '../render/printable.ts';
import { secretsJunit, secretsSarif } from '../render/secrets-report.ts';
import type { OutputDocument } from '../schema/documents.ts';

type SecretsStatus = OutputDocument<'secrets-status'>;

const EXIT_OVERDUE = 2;
const EXIT_UNKNOWN = 3;
const STATE_COLUMN = 9;

const titles: Readonly<Record<SecretsStatus['secrets'][number]['kind'], string>> = {
  'vault-key': 'Keys of the vault',
  'key-vault-key': 'Keys in Azure Key Vault',
  configured: 'Secrets of the configuration',
  'app-key': 'App keys that end',
  'service-account-key': 'Service account keys',
  'storage-account-key': 'Keys of the storage account',
};

export const secrets: Command = {
  arguments: [{ name: 'ACTION', summary: 'status', choices: ['status'] }],
  options: [],
  formats: [...usualFormats, 'junit', 'sarif'],
  details: [
    'Lists every secret that gets old: keys of the vault, its keys in Azure Key Vault, what the configuration lists under',
    'secrets.items, app keys that end (from the newest point), service account keys of the Google project, keys of the storage',
    'account. A secret is overdue after 90 days (secrets.maxAgeDays), or two weeks before it ends. What could not be read is',
    'unknown, never ok. Exits 2 when something is overdue, 3 when something is unknown.',
  ],
  examples: ['holdfast secrets status', 'holdfast secrets status -o junit'],
  async run(context) {
    const { argument, house, settings, clock, signal, output, progress } = context;
    if (argument('ACTION') !== 'status') {
      throw new UserError({
        code: 'USAGE',
        message: `\`holdfast secrets\` cannot "${argument('ACTION')}".`,
        next: 'Use `holdfast secrets status`.',
      });
    }
    const maxAgeDays = settings.secrets?.maxAgeDays ?? DEFAULT_SECRET_AGE_DAYS;
    const nowMs = clock.epochMs();
    const sources = [...house.secretSources(), ...(await appKeySources(context))];
    const all = await readSecretAges(sources, { nowMs, maxAgeDays }, signal);
    progress.clear();
    const count = (state: 'ok' | 'overdue' | 'unknown'): number => all.filter((one) => one.state === state).length;
    const document: SecretsStatus = {
      schema: 'holdfast/secrets-status/1',
      at: clock.now(),
      maxAgeDays,
      result: count('overdue') > 0 ? 'overdue' : count('unknown') > 0 ? 'unknown' : 'ok',
      counts: { ok: count('ok'), overdue: count('overdue'), unknown: count('unknown') },
      secrets: all,
    };
    await output.document(document, () => renderStatus(document, output), {
      junit: () => secretsJunit(document),
      sarif: () => secretsSarif(document),
    });
    if (document.result === 'overdue') return EXIT_OVERDUE;
    return document.result === 'unknown' ? EXIT_UNKNOWN : 0;
  },
};

/** Of the organization that is named, or of each that the vault holds. */
async function appKeySources({ house, flags, clock }: CommandContext): Promise<readonly SecretSource[]> {
  const vault = await house.openVault();
  const asked = flags.find('org');
  const organizations = asked === undefined ? await vault.organizations() : [await resolveOrganization(vault, asked)];
  return organizations.map((organization) => appKeySource(vault, organization, clock));
}

function renderStatus({ secrets: all, counts, maxAgeDays }: SecretsStatus, output: Output): string[] {
  const groups = Object.entries(titles).flatMap(([kind, title]) => {
    const own = all.filter((one) => one.kind === kind);
    return own.length === 0 ? [] : [output.style.bold(title), ...own.flatMap((one) => renderSecret(one, output)), ''];
  });
  return [
    ...groups,
    `${counts.overdue} overdue, ${counts.unknown} unknown, ${counts.ok} ok; due after ${maxAgeDays} days.`,
  ];
}

function renderSecret(
  { name, state, evidence, remedy, dueAt }: SecretsStatus['secrets'][number],
  { style, width }: Output,
): string[] {
  const paint = state === 'ok' ? style.green : state === 'overdue' ? style.red : style.yellow;
  const indent = ' '.repeat(STATE_COLUMN + 2);
  const due = dueAt === undefined ? '' : ` Due on ${dueAt.slice(0, 10)}.`;
  const lines = wrapText(printable(`${name}: ${evidence}${due}`), width - indent.length);
  const next = remedy === undefined ? [] : wrapText(printable(`→ ${remedy}`), width - indent.length);
  return [
    ...lines.map((line, index) => `${index === 0 ? `  ${paint(padToWidth(state, STATE_COLUMN))}` : indent}${line}`),
    ...next.map((line) => `${indent}${style.dim(line)}`),
  ];
}
