import { resolveOrganization } from '../../app/points.ts';
import { takePosture, type Posture, type PostureOptions } from '../../app/posture/take-posture.ts';
import { endsTheRun, HoldfastError } from '../../core/errors.ts';
import { protectionIds } from '../../core/protection/settings.ts';
import type { Command, CommandContext } from '../command.ts';
import { verbOptions } from '../options.ts';
import { usualFormats } from '../output.ts';
import { postureJunit, postureSarif, renderPosture } from '../render/posture-report.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { readNumber } from '../settings.ts';

const EXIT_FAIL = 2;
const EXIT_UNKNOWN = 3;

export const posture: Command = {
  arguments: [],
  options: [verbOptions.writer, verbOptions.pruner, verbOptions.verifiedWithin, verbOptions.record],
  audit: { effect: 'changes', whenSwitch: 'record', signers: ['verifier', 'restorer'] },
  formats: [...usualFormats, 'junit', 'sarif'],
  details: [
    'Measures what protects the vault of the section `protect` in Azure, and changes nothing there: the Backup vault and its',
    'guard, the instance found from the storage account, recovery points and jobs, versions, soft delete, immutability and',
    'whether it outlives an epoch and the guaranteed days, keys, public access, TLS, roles, proofs. Each check passes, fails, or',
    'is unknown (not readable, missing, or of a word that is not known: never a pass), with what was seen and what to do. What',
    'is weaker than in the posture recorded before is called out. That the capture identity cannot write is tried with the',
    'deletion of a name that nobody has. With --record the result is signed into the vault (verifier.key or restorer.key). It',
    'exits 2 when a check fails or something became weaker, 3 when nothing does but something is unknown.',
  ],
  examples: ['holdfast posture', 'holdfast posture -o sarif > posture.sarif', 'holdfast posture --record -o json'],
  async run(context) {
    const { house, flags, output, progress, clock, audit } = context;
    const verifiedWithinDays = readNumber(flags, 'verified-within', (days) => days > 0, 'a number of days above 0');
    const azure = house.azure();
    const settings = await azure.protection();
    const sources = house.postureSources();
    const vault = await openVault(context);
    const management = await azure.open();
    audit.note({ azureIdentity: management.describe() });
    const taken = await takePosture(
      { azure: management, clock, progress },
      {
        settings,
        writer: flags.find('writer'),
        pruner: flags.find('pruner'),
        verifiedWithinDays,
        vault,
        record: flags.is('record'),
        capture: await sources.capture('organization' in vault ? vault.organization : flags.find('org')),
        secrets: await sources.secrets(),
      },
    );
    audit.note({
      weakened: taken.weakened.map(({ id }) => id),
      ...(taken.record === undefined ? {} : { record: taken.record }),
    });
    progress.clear();
    const document = documentOf(taken, { vault, ids: protectionIds(settings) });
    await output.document(document, () => renderPosture(document, output), {
      junit: () => postureJunit(document),
      sarif: () => postureSarif(document),
    });
    if (document.result === 'fail' || taken.weakened.length > 0) return EXIT_FAIL;
    return document.result === 'unknown' ? EXIT_UNKNOWN : 0;
  },
};

/** Azure can be measured without the vault; what the vault itself knows is then unknown. */
async function openVault({ house, flags }: CommandContext): Promise<PostureOptions['vault']> {
  try {
    const open = await house.openVault();
    return { open, organization: await resolveOrganization(open, flags.find('org')) };
  } catch (error) {
    const isOurs = error instanceof HoldfastError && !endsTheRun(error) && error.code !== 'INTERNAL';
    // What is to be recorded needs the vault.
    if (!isOurs || flags.is('record')) throw error;
    return { unreadable: `The vault could not be looked at: ${error.message}` };
  }
}

function documentOf(
  { at, checks, before, weakened, record, notes }: Posture,
  { vault, ids }: { readonly vault: PostureOptions['vault']; readonly ids: ReturnType<typeof protectionIds> },
): OutputDocument<'posture'> {
  const count = (state: Posture['checks'][number]['state']): number =>
    checks.filter((check) => check.state === state).length;
  const counts = { pass: count('pass'), fail: count('fail'), unknown: count('unknown') };
  return {
    schema: 'holdfast/posture/1',
    organization: 'organization' in vault ? vault.organization : null,
    accountId: ids.accountId,
    vaultId: ids.vaultId,
    at,
    result: counts.fail > 0 ? 'fail' : counts.unknown > 0 ? 'unknown' : 'pass',
    counts,
    checks: checks.map(({ id, state, evidence, remedy }) => ({
      id,
      state,
      evidence,
      ...(remedy === undefined ? {} : { remedy }),
    })),
    comparedWith: before ?? null,
    weakened,
    record: record ?? null,
    notes,
  };
}
