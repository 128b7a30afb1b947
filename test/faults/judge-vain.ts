import { findKindOf } from '../../src/core/kind-of.ts';
import { isWithin } from '../../src/core/resource.ts';
import type { DumpLine } from '../../src/sim/apigee/index.ts';
import type { PointEvidence } from './judge-point.ts';
import { lineOf, type Told } from './judge-restore.ts';
import { builtIn, idsOf, isSingleton, kindsOf } from './places.ts';

/** What a report or a ledger names though nothing is wrong with it: the other half of naming exactly what is missing. */

interface Honest {
  readonly said: RegExp;
  readonly because: string;
  /** Only of these kinds. */
  readonly of?: RegExp;
}

/** What may be named though it is as it should be, because the one who names it cannot know. */
const honest: readonly Honest[] = [
  { said: /^no answer, and it could not be looked up$/, because: 'the call may have been carried out' },
  { said: /^the run ended: /, because: 'the call was under way when the run had to stop' },
  {
    said: /^\d+ of its \d+ calls w\w+ done; the run ended/,
    because: 'the calls that were not sent had nothing to change',
  },
  {
    said: / What can be read of it is as it should be all the same\.$/,
    because: 'the call that failed had nothing to change',
  },
  { said: /^what was read back could not be compared$/, because: 'the answer to the look afterwards was lost' },
  {
    said: /^OPERATION_(FAILED|TIMEOUT): The deployment /,
    because: 'dumps say what is deployed, not whether it came up',
    of: /-deployment$/,
  },
];

/** Codes with which a report names what nobody could compare, not what is missing. */
const notCompared: ReadonlySet<string> = new Set(['UNREADABLE']);

const undone: ReadonlySet<string> = new Set(['failed', 'notExecuted', 'differs', 'skipped']);

function isHonest(kind: string, why: string): boolean {
  return honest.some(({ said, of = /./ }) => said.test(why) && of.test(kind));
}

export interface RestoreEvidence {
  /** What the organization was to be. */
  readonly wanted: readonly DumpLine[];
  /** `dumpDifferences` of that and what it is. */
  readonly differences: readonly string[];
  readonly report: Told;
}

/** What the report calls undone or not to be restored, and is there as it was. */
export function toldInVain({ wanted, differences, report }: RestoreEvidence): readonly string[] {
  const lines = differences.map((difference) => {
    const line = lineOf(difference);
    return { kinds: kindsOf(line.kind), ids: idsOf(line), isWhole: !difference.startsWith('differs: ') };
  });
  const isFounded = (id: string, kind: string): boolean =>
    lines.some(({ kinds, ids, isWhole }) =>
      ids.some((own) => own === id || (isWithin(id, own) && (isWhole || kinds.includes(kind)))),
    );
  const shown = new Set(wanted.flatMap(idsOf));
  const isVain = (id: string, kind: string): boolean =>
    !isFounded(id, kind) && !builtIn.has(id) && (shown.has(id) || !isSingleton(kind));
  const results = report.resources.filter(
    ({ id, kind, result, why = '' }) => undone.has(result) && isVain(id, kind) && !isHonest(kind, why),
  );
  const cannot = report.cannotRestore.filter(({ id, code, why }) => {
    const kind = findKindOf(id)?.name ?? '';
    return id !== '' && !notCompared.has(code) && isVain(id, kind) && !isHonest(kind, why);
  });
  return [
    ...results.map(({ id, result, why }) => `${result} ${id} (${why})`),
    ...cannot.map(({ id, code, why }) => `${code} ${id} (${why})`),
  ];
}

const holes: ReadonlySet<string> = new Set(['denied', 'failed', 'vanished']);

/**
 * Holes of a ledger where nothing is missing: of a resource that the point has, or that never was. The hole of a list is not
 * judged: it may have failed where only its end was to be proven.
 */
export function* holesInVain({ before, after, point, said }: PointEvidence): Generator<string> {
  const has = new Set(point.map(({ kind, id }) => `${kind} ${id}`));
  const known = new Set([...before, ...after].flatMap(idsOf));
  for (const { kind, exceptions } of said.ledger) {
    for (const { at, state } of exceptions) {
      if (!holes.has(state)) continue;
      if (has.has(`${kind} ${at}`)) yield `${kind} ${at} is called ${state} and is in the point`;
      const own = findKindOf(at);
      // What may be there and say nothing is in no dump.
      if (
        own?.name === kind &&
        own.isVacant === undefined &&
        !isSingleton(kind) &&
        !/-(revision|key)$/.test(kind) &&
        !known.has(at)
      )
        yield `${kind} ${at} is called ${state} and never was`;
    }
  }
}
