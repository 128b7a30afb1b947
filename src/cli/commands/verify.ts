import { resolveOrganization, resolvePoint } from '../../app/points.ts';
import type { Verification } from '../../app/verify.ts';
import { verifyPoints } from '../../app/verify.ts';
import type { VerifyFinding } from '../../app/ports/vault.ts';
import { UserError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import type { Flags } from '../flags.ts';
import { verbOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { usualFormats } from '../output.ts';
import { hurtBy, verificationJunit, verificationSarif } from '../render/verification-report.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatBytes, formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

const EXIT_DAMAGED = 13;

export const verify: Command = {
  arguments: [{ name: 'POINT', summary: 'one point; all of the organization when absent', optional: true }],
  options: [verbOptions.allData, verbOptions.record],
  audit: { effect: 'changes', whenSwitch: 'record', signers: ['verifier', 'restorer', 'writer'] },
  formats: [...usualFormats, 'junit', 'sarif'],
  details: [
    'Checks signatures, form and hashes, of points and, unless one is named, of the journals of restores. With --all-data every byte is read, and opened as far as the keys allow; what',
    'they do not open is named. With --record the result is signed into the vault. junit and sarif are for CI systems.',
  ],
  vaultAsOf: 'reads',
  examples: ['holdfast verify', 'holdfast verify latest --all-data --record'],
  async run({ house, flags, output, findArgument, clock, progress, audit }) {
    assertRecordsThePresent(flags);
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    const reference = findArgument('POINT');
    const point =
      reference === undefined
        ? undefined
        : await resolvePoint(vault, organization, reference, { nowMs: clock.epochMs(), progress });
    const allData = flags.is('all-data');
    const verification = await verifyPoints(
      { vault, clock, progress },
      { organization, ...(point === undefined ? {} : { point }), allData, record: flags.is('record') },
    );
    const { result, points, records } = verification;
    audit.note({ organization, result, depth: allData ? 'all-data' : 'structure', points, records });
    progress.clear();
    const document = describeVerification(verification, organization, allData);
    await output.document(document, () => renderVerification(document, output), {
      junit: () => verificationJunit(document),
      sarif: () => verificationSarif(document),
    });
    return verification.result === 'good' ? 0 : EXIT_DAMAGED;
  },
};

type Document = OutputDocument<'verify'>;

/** A record says of a point that it is whole now. */
function assertRecordsThePresent(flags: Flags): void {
  if (!flags.is('record') || flags.find('vault-as-of') === undefined) return;
  throw new UserError({
    code: 'USAGE',
    message: '--record would vouch for the vault as it is, and --vault-as-of verifies it as it was.',
    next: 'Leave one of them away.',
  });
}

function describeVerification(verification: Verification, organization: string, allData: boolean): Document {
  const { findings, records } = verification;
  const ofType = <Type extends VerifyFinding['type']>(type: Type) =>
    findings.filter((finding): finding is Extract<VerifyFinding, { type: Type }> => finding.type === type);
  return {
    schema: 'holdfast/verify/1',
    organization,
    depth: allData ? 'all-data' : 'structure',
    result: verification.result,
    points: verification.points,
    checkedObjects: verification.checkedObjects,
    checkedBytes: verification.checkedBytes,
    damaged: ofType('damaged').map(({ object, reason, points, run }) => ({
      object,
      reason,
      points,
      ...(run === undefined ? {} : { run }),
    })),
    notChecked: ofType('notChecked').map(({ object, reason }) => ({ object, reason })),
    swept: ofType('swept').map(({ point, prune, sweptAt }) => ({ point, prune, sweptAt })),
    records,
  };
}

function renderVerification(document: Document, { style, width }: Output): string[] {
  const points = formatCounted(document.points.length, 'point');
  const checked = `${formatCounted(document.checkedObjects, 'object')}, ${formatBytes(document.checkedBytes)}`;
  const depth = document.depth === 'all-data' ? 'all data' : 'structure';
  const bullet = (text: string): string[] =>
    wrapText(printable(text), width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
  const verdict = document.result === 'good' ? style.green('Good') : style.red('Damaged');
  return [
    `${verdict}: ${points} of ${printable(document.organization)}, ${depth} (${checked}).`,
    ...document.damaged.flatMap((damage) => [
      ...bullet(`${damage.object}: ${damage.reason}`),
      ...bullet(`  ${hurtBy(damage)}`),
    ]),
    ...(document.notChecked.length === 0 ? [] : ['Not checked:']),
    ...document.notChecked.flatMap(({ object, reason }) => bullet(`${object}: ${reason}`)),
    ...(document.swept.length === 0
      ? []
      : [`${formatCounted(document.swept.length, 'point')} more were pruned, and are not lost.`]),
    ...document.records.map((name) => `Recorded as ${printable(name)}.`),
  ];
}
