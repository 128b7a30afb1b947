import type { HoldfastError } from '../../core/errors.ts';
import type { Clock } from '../ports/surroundings.ts';
import { type Check, checksOf } from './check.ts';
import type { Examination, FolderFacts } from './examination.ts';

/** Something in the configuration that ends on a day: an accepted gap, an ignore rule. */
export interface DatedRule {
  /** `accepted gap developer`, for people. */
  readonly what: string;
  /** ISO 8601. */
  readonly until: string;
}

export interface SetUp {
  /** The configuration file; undefined when there is none. */
  readonly configurationFile: string | undefined;
  /** What in configuration and environment cannot be used. */
  readonly problems: readonly HoldfastError[];
  readonly datedRules: readonly DatedRule[];
}

const make = checksOf('set-up');
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
const LITTLE_ROOM_BYTES = 512 * 1024 * 1024;
const MIB = 1024 * 1024;

/** The machine and what the operator wrote down: Node, folders, room, configuration, rules that end. */
export async function checkSetUp(examination: Examination, setUp: SetUp, clock: Clock): Promise<readonly Check[]> {
  return [...checkConfiguration(setUp), checkRules(setUp.datedRules, clock), ...(await checkMachine(examination))];
}

function checkConfiguration({ configurationFile: file, problems }: SetUp): Check[] {
  if (problems.length > 0) return problems.map((problem) => make.failed('configuration', problem));
  return [
    make.ok(
      'configuration',
      file === undefined
        ? 'There is no configuration file; flags and environment are in order.'
        : `${file} is in order.`,
    ),
  ];
}

function checkRules(rules: readonly DatedRule[], clock: Clock): Check {
  const leftDays = ({ until }: DatedRule): number => (Date.parse(until) - clock.epochMs()) / DAY_MS;
  const named = (some: readonly DatedRule[]): string =>
    some.map(({ what, until }) => `${what} (${until.slice(0, 10)})`).join(', ');
  const expired = rules.filter((rule) => leftDays(rule) <= 0);
  const ending = rules.filter((rule) => leftDays(rule) > 0 && leftDays(rule) <= SOON_DAYS);
  if (expired.length === 0 && ending.length === 0) {
    return make.ok(
      'dated-rules',
      rules.length === 0
        ? 'No gap is accepted and nothing is ignored.'
        : `None of ${rules.length} accepted gaps and ignore rules ends within ${SOON_DAYS} days.`,
    );
  }
  const evidence = [
    ...(expired.length === 0 ? [] : [`No longer in force: ${named(expired)}.`]),
    ...(ending.length === 0 ? [] : [`Ending within ${SOON_DAYS} days: ${named(ending)}.`]),
  ].join(' ');
  return make.finding('dated-rules', evidence, 'Mend what they excuse, or give them a new end date with a reason.');
}

async function checkMachine({ machine }: Examination): Promise<readonly Check[]> {
  try {
    const { nodeVersion, isNodeSupported, temporary, cache, vault } = await machine();
    return [
      isNodeSupported
        ? make.ok('node', `Node ${nodeVersion}.`)
        : make.finding('node', `Node ${nodeVersion} is not supported.`, 'Use Node 24, or 22.18 or newer of Node 22.'),
      checkFolder('temporary-folder', 'temporary folder', temporary, 'Make room or name another one in TMPDIR.'),
      ...(cache === undefined
        ? []
        : [checkFolder('cache-folder', 'cache folder', cache, 'Name another one in HOLDFAST_CACHE_DIR, or unset it.')]),
      ...(vault === undefined ? [] : [checkRoom('vault-room', 'The folder of the vault', vault, 'Make room.')]),
    ];
  } catch (error) {
    return [make.failed('machine', error)];
  }
}

function checkFolder(id: string, name: string, folder: FolderFacts, remedy: string): Check {
  if (folder.refusal !== undefined)
    return make.finding(id, `Nothing can be written in the ${name} ${folder.path} (${folder.refusal}).`, remedy);
  return checkRoom(id, `The ${name} ${folder.path} can be written and`, folder, remedy);
}

function checkRoom(id: string, subject: string, { freeBytes }: FolderFacts, remedy: string): Check {
  if (freeBytes === undefined) return make.unknown(id, `${subject} does not tell how much room there is.`);
  const evidence = `${subject} has ${Math.round(freeBytes / MIB).toLocaleString('en-US')} MiB free.`;
  return freeBytes < LITTLE_ROOM_BYTES ? make.finding(id, evidence, remedy) : make.ok(id, evidence);
}
