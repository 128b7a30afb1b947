import { runDrill, type Drill } from '../../app/drill/run-drill.ts';
import { resolveOrganization } from '../../app/points.ts';
import { RemoteError } from '../../core/errors.ts';
import { nameOf } from '../../core/protection/arm-id.ts';
import type { Command } from '../command.ts';
import { verbOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { printable, wrapText } from '../render/printable.ts';
import { formatBytes, formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { readNumber } from '../settings.ts';

const EXIT_OLDER = 3;
const EXIT_NOT_PROVEN = 13;
const HOUR_MS = 3_600_000;

type Document = OutputDocument<'drill'>;

export const drill: Command = {
  arguments: [],
  options: [verbOptions.timeoutHours],
  audit: { effect: 'changes', signers: ['verifier', 'restorer', 'writer'] },
  details: [
    'Restores the newest completed recovery point of Azure Backup into a fresh container of the account of protect.drill, opens',
    'the vault there and reads all of its newest point; where that is not whole, the next older one, until one is. It says how',
    'old that point is, which is what a loss of the vault would cost, signs the proof into the vault (verifier.key or',
    'restorer.key) and removes the container. A restore that is not Completed, with warnings say, is no proof. It exits 0 when',
    'the newest point of the copy is whole, 3 when only an older one is or the container stays, 13 when none is.',
  ],
  examples: ['holdfast drill', 'holdfast drill --timeout-hours 12 -o json'],
  async run({ house, flags, output, clock, progress, audit, signal, ifLeft }) {
    const hours = readNumber(flags, 'timeout-hours', (value) => value > 0, 'a number of hours above 0');
    const azure = house.azure();
    const settings = await azure.protection();
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    const management = await azure.open();
    const patience = new AbortController();
    audit.note({ azureIdentity: management.describe() });
    const done = await runDrill(
      {
        azure: management,
        patient: await azure.open({ signal: patience.signal }),
        limitPatience: (limitMs) =>
          AbortSignal.timeout(limitMs).addEventListener('abort', () => patience.abort(outOfPatience())),
        signal,
        ifLeft,
        declare: (facts) => audit.declare({ organization, ...facts }),
        clock,
        progress,
        vault,
        nonce: house.nonce(),
        openCopy: (accountId, container) => house.openDrillCopy(nameOf(accountId), container),
      },
      {
        settings,
        organization,
        container: settings.vaultContainer ?? settings.containers[0] ?? '',
        timeoutMs: hours * HOUR_MS,
      },
    );
    const { result, point, recoveryPoint, targetContainer } = done;
    audit.note({ organization, result, recoveryPoint: recoveryPoint.id, targetContainer });
    if (point !== undefined) audit.note({ point: point.id });
    progress.clear();
    const document = documentOf(done, organization);
    await output.document(document, () => renderDrill(document, output));
    if (done.result === 'notProven') return EXIT_NOT_PROVEN;
    return done.result === 'olderProven' || done.left !== undefined ? EXIT_OLDER : 0;
  },
};

function outOfPatience(): RemoteError {
  return new RemoteError({
    code: 'OPERATION_TIMEOUT',
    message: 'Azure did not answer in the time that an ended drill waits.',
    operation: 'clean up after the drill',
    next: 'Look at the drill account in the portal.',
  });
}

function documentOf(done: Drill, organization: string): Document {
  const { at, result, why, recoveryPoint, job, point, depth, checkedObjects, checkedBytes, lacking } = done;
  return {
    schema: 'holdfast/drill/1',
    organization,
    at,
    result,
    why: why ?? null,
    recoveryPoint,
    job: job ?? null,
    point: point ?? null,
    depth: depth ?? null,
    checkedObjects,
    checkedBytes,
    lacking,
    target: { accountId: done.targetAccountId, container: done.targetContainer },
    left: done.left ?? null,
    record: done.record ?? null,
    notes: done.notes,
  };
}

function renderDrill(document: Document, { style, width }: Output): string[] {
  const { result, why, recoveryPoint, point, depth, lacking, target, left, record } = document;
  const text = (line: string): string[] => wrapText(printable(line), width);
  const bullets = (line: string): string[] =>
    wrapText(printable(line), width - 4).map((part, index) => `${index === 0 ? '  ' : '    '}${part}`);
  const looked = `${formatCounted(document.checkedObjects, 'object')}, ${formatBytes(document.checkedBytes)}`;
  const verdict =
    point === null
      ? [style.red('Not proven'), ...text(why ?? '')]
      : [
          result === 'proven' ? style.green('Proven') : style.yellow('Proven, but for an older point'),
          ...text(
            `${point.id}, which ended at ${point.endedAt}, is whole in the copy (${looked}): ${point.ageHours} hours old.`,
          ),
          ...(depth === 'all-bytes' ? text('Every byte is as written; some of it no key at hand opens.') : []),
        ];
  return [
    ...verdict,
    ...text(`It is from the recovery point of ${recoveryPoint.time}.`),
    ...(lacking.length === 0 ? [] : ['Newer points that the copy does not give back:']),
    ...lacking.flatMap((one) => bullets(`${one.point} of ${one.endedAt}: ${one.why}`)),
    ...(left === null
      ? text(`The container ${target.container} was removed again.`)
      : document.job === null
        ? text(left)
        : text(`The container ${target.container} of ${target.accountId} is still there: ${left} Remove it.`)),
    ...(record === null ? [] : text(`Recorded as ${record}.`)),
    ...document.notes.flatMap(text),
  ];
}
