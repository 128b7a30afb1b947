import { findKindOf } from '../../src/core/kind-of.ts';
import { isWithin } from '../../src/core/resource.ts';
import { idsOf, kindsOf } from './places.ts';

/** The parts of a restore's document that say what is not as it should be. */
export interface Told {
  readonly status: string;
  readonly resources: readonly {
    readonly id: string;
    readonly kind: string;
    readonly result: string;
    readonly why?: string;
  }[];
  readonly cannotRestore: readonly { readonly id: string; readonly code: string; readonly why: string }[];
}

const undone: ReadonlySet<string> = new Set(['failed', 'notExecuted', 'differs', 'skipped']);

/**
 * Lines of `dumpDifferences` that the report does not name: neither as failed or left, nor as what cannot be restored, nor as
 * of a kind that could not be compared.
 */
export function notTold(differences: readonly string[], report: Told): readonly string[] {
  const unread = report.cannotRestore.filter(({ id }) => id === '').map(({ why }) => why.slice(0, why.indexOf(':')));
  const places = [
    ...report.resources.filter(({ result, why }) => undone.has(result) || why !== undefined).map(({ id }) => id),
    ...report.cannotRestore.map(({ id }) => id).filter((id) => id !== ''),
  ];
  const untold = new Set<string>(
    report.cannotRestore
      .filter(({ why }) => /side does not tell/.test(why))
      .map(({ id }) => findKindOf(id)?.name ?? ''),
  );
  return differences.filter((difference) => {
    const { kind, key } = lineOf(difference);
    if (kindsOf(kind).length === 0) return false;
    if (kindsOf(kind).some((name) => unread.includes(name))) return false;
    // An extra of a kind whose live list failed is told by what the point has of that kind.
    const isUnlisted = difference.startsWith('only right: ') && kindsOf(kind).some((name) => untold.has(name));
    if (isUnlisted) return false;
    const ids = idsOf({ kind, key });
    // Of an app with its keys, a proxy with its revisions, a map with its entries, either may speak for the other.
    return !places.some((place) => ids.some((id) => isWithin(place, id) || isWithin(id, place)));
  });
}

/** `only left: key value map a/b` taken apart. */
export function lineOf(difference: string): { readonly kind: string; readonly key: string } {
  const text = difference.replace(/^(only left|only right|differs): /, '');
  const kind = dumpedKinds.find((candidate) => text === candidate || text.startsWith(`${candidate} `)) ?? text;
  return { kind, key: text.slice(kind.length + 1) };
}

let dumpedKinds: readonly string[] = [];

/** Remembers the kinds that dumps speak of, longest first. */
export function knowKinds(kinds: Iterable<string>): void {
  dumpedKinds = [...new Set([...dumpedKinds, ...kinds])].sort((a, b) => b.length - a.length);
}
