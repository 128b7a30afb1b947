import { diagnose } from '../../app/doctor/diagnose.ts';
import type { Check, CheckGroup } from '../../app/doctor/check.ts';
import { isLoopbackHost } from '../../platform/loopback.ts';
import { desiredTrust } from '../../app/identity/desired-trust.ts';
import type { Command } from '../command.ts';
import { verbOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { padToWidth, printable, wrapText } from '../render/printable.ts';
import { formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { readEpochPeriod } from '../settings.ts';

const EXIT_FINDINGS = 2;
const EXIT_UNKNOWN = 3;
const STATE_COLUMN = 9;

const titles: Readonly<Record<CheckGroup, string>> = {
  'set-up': 'This machine and its configuration',
  service: 'The Apigee API',
  identity: 'The identities',
  permissions: 'What may be read',
  vault: 'The vault',
  keys: 'The keys',
  points: 'The points',
};

export const doctor: Command = {
  arguments: [],
  options: [verbOptions.identity, verbOptions.epoch],
  details: [
    'Looks at all that backups and restores stand on: the API, the token, each kind by one harmless read, quota, vault,',
    'state place, keys, clocks, epoch, points, configuration and room. Each finding comes with what to do. It exits 2 when',
    'there are findings, 3 when something could not be looked at. It writes nothing into the organization or the vault; in',
    'the state place it writes one small blob below doctor/ and removes it again. The newest complete point is a finding',
    'when it is older than 48 hours.',
    '',
    'Where identity.google names two identities it proves that the one that captures cannot write and the one that restores',
    'can, by asking to delete an API product that nobody has, and asks Google which permissions each has. --identity also',
    'reads what Google is set up to trust (providers, conditions, service accounts, roles) and names each difference.',
  ],
  vaultAsOf: 'reads',
  examples: ['holdfast doctor', 'holdfast doctor --org acme-prod -o json', 'holdfast doctor --identity'],
  toleratesBadSettings: true,
  async run({ house, settings, flags, output, clock, progress, setUp }) {
    const { endpoint, quotaPerMinute, quotaShare: share } = settings;
    const { organization, checks } = await diagnose(
      { examination: house.examine(), clock, progress },
      {
        organization: flags.find('org'),
        setUp,
        ...(flags.is('identity') ? { trust: desiredTrust(settings.identity) } : {}),
        pacing: { quotaPerMinute, share },
        epochPeriod: readEpochPeriod(flags),
        isEndpointLocal: URL.canParse(endpoint) && isLoopbackHost(new URL(endpoint).hostname),
      },
    );
    progress.clear();
    const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
    const document: OutputDocument<'doctor'> = {
      schema: 'holdfast/doctor/1',
      organization: organization ?? null,
      result: count('finding') > 0 ? 'findings' : count('unknown') > 0 ? 'unknown' : 'ok',
      counts: { ok: count('ok'), finding: count('finding'), unknown: count('unknown') },
      checks,
    };
    await output.document(document, () => renderDiagnosis(document, output));
    if (document.result === 'findings') return EXIT_FINDINGS;
    return document.result === 'unknown' ? EXIT_UNKNOWN : 0;
  },
};

function renderDiagnosis({ checks, counts }: OutputDocument<'doctor'>, output: Output): string[] {
  const groups = Object.entries(titles).flatMap(([group, title]) => {
    const own = checks.filter((check) => check.group === group);
    return own.length === 0 ? [] : [output.style.bold(title), ...renderGroup(own, output), ''];
  });
  const verdict = [
    formatCounted(counts.finding, 'finding'),
    formatCounted(counts.unknown, 'unknown'),
    `${counts.ok} ok`,
  ].join(', ');
  return [...groups, `${verdict}.`];
}

/** Of the kinds only those that are not readable are told one by one. */
function renderGroup(checks: readonly Check[], output: Output): string[] {
  const good = checks.filter(({ group, state }) => group === 'permissions' && state === 'ok');
  const summary: Check[] = good
    .slice(0, 1)
    .map((check) => ({ ...check, evidence: `${formatCounted(good.length, 'kind')} can be read, or cannot be there.` }));
  return [...summary, ...checks.filter((check) => !good.includes(check))].flatMap((check) =>
    renderCheck(check, output),
  );
}

function renderCheck({ id, state, evidence, remedy }: Check, { style, width }: Output): string[] {
  const paint = state === 'ok' ? style.green : state === 'finding' ? style.red : style.yellow;
  const indent = ' '.repeat(STATE_COLUMN + 2);
  // What was not looked at says so in words that fit anything.
  const subject = state === 'unknown' ? `${id.replaceAll(/[-:]/g, ' ')}: ` : '';
  const lines = wrapText(printable(`${subject}${evidence}`), width - indent.length);
  const next = remedy === undefined ? [] : wrapText(printable(`→ ${remedy}`), width - indent.length);
  return [
    ...lines.map((line, index) => `${index === 0 ? `  ${paint(padToWidth(state, STATE_COLUMN))}` : indent}${line}`),
    ...next.map((line) => `${indent}${style.dim(line)}`),
  ];
}
