import type { DumpLine } from '../../src/sim/apigee/index.ts';
import { idSegments } from '../../src/core/resource.ts';

/** What a restore says that cannot come back. */
export interface Named {
  readonly code: string;
  readonly id: string;
}

export interface Explanation {
  /** Lines of the dump that are not as they were, and nothing named says so. */
  readonly unnamed: readonly string[];
  /** What is named, and everything of it is as it was. */
  readonly unfounded: readonly string[];
}

interface Explained {
  readonly code: string;
  readonly shape: RegExp;
  /** The line of the dump, by the decoded segments of the id; undefined where the dump never had such a thing. */
  readonly line: (segments: readonly string[], keyOf: ReadonlyMap<string, string>) => string | undefined;
}

/** What may stay away, by which code, and where the dump has it. A code or an id of another shape explains nothing. */
const explained: readonly Explained[] = [
  {
    code: 'UNREADABLE',
    shape: /^environments\/[^/]+\/keystores\/[^/]+\/aliases\/[^/]+$/,
    line: ([, environment, , keystore, , alias]) => `keystore alias ${environment}/${keystore}/${alias}`,
  },
  {
    code: 'UNREADABLE',
    shape: /^keyvaluemaps\/[^/]+\/entries\/[^/]+$/,
    line: ([, map, , entry]) => `key value map entry ${map}/${entry}`,
  },
  {
    code: 'UNREADABLE',
    shape: /^(environments|apis)\/[^/]+\/keyvaluemaps\/[^/]+\/entries\/[^/]+$/,
    line: ([place, owner, , map, , entry]) => `key value map entry ${place}/${owner}/${map}/${entry}`,
  },
  {
    code: 'EXPIRED',
    shape: /^environments\/[^/]+\/securityActions\/[^/]+$/,
    line: ([, environment, , action]) => `security action ${environment}/${action}`,
  },
  {
    code: 'EXPIRED',
    shape: /^(developers|appgroups)\/[^/]+\/subscriptions\/[^/]+$/,
    line: ([, owner, , subscription]) => `subscription ${owner}/${subscription}`,
  },
  {
    code: 'EXPIRED_KEY',
    shape: /^(developers|appgroups)\/[^/]+\/apps\/[^/]+\/keys\/~[0-9a-f]{32}$/,
    line([place, owner, , app, , tag = ''], keyOf) {
      const key = keyOf.get(tag);
      return key === undefined ? undefined : `${place === 'appgroups' ? 'AppGroup key' : 'key'} ${owner}/${app}/${key}`;
    },
  },
  {
    // One balance has an amount of every currency.
    code: 'NOT_SETTABLE',
    shape: /^(developers|appgroups)\/[^/]+\/balance$/,
    line: ([, owner]) => `wallet ${owner}/*`,
  },
];

/**
 * Matches each line of the dump that is not as it was with what the restore named, resource by resource: each line has one that names
 * it, and each that is named has its line (a balance has one or more). `keyOf` gives the consumer key that a tag in an id stands for.
 */
export function explainResidue(
  left: readonly string[],
  named: readonly Named[],
  keyOf: ReadonlyMap<string, string>,
): Explanation {
  const unnamed = [...left];
  const unfounded = named.filter((one) => {
    const line = lineOf(one, keyOf);
    const places = unnamed.flatMap((text, place) => (line !== undefined && isOf(text, line) ? [place] : []));
    const taken = line?.endsWith('/*') === true ? places : places.slice(0, 1);
    for (const place of taken.toReversed()) unnamed.splice(place, 1);
    return taken.length === 0;
  });
  return { unnamed, unfounded: unfounded.map(({ code, id }) => `${code} ${id}`) };
}

/** The consumer keys of a dump by their tags, as ids have them. */
export function keysByTag(dump: Iterable<DumpLine>, tagOf: (key: string) => string): ReadonlyMap<string, string> {
  const keys = [...dump].filter(({ kind }) => kind === 'key' || kind === 'AppGroup key');
  return new Map(
    keys.map(({ value }) => {
      const key = String(value['consumerKey']);
      return [`~${tagOf(key)}`, key];
    }),
  );
}

function lineOf({ code, id }: Named, keyOf: ReadonlyMap<string, string>): string | undefined {
  const rule = explained.find((one) => one.code === code && one.shape.test(id));
  return rule?.line(idSegments(id), keyOf);
}

/** True for a line that says that this is gone. Which of several purchases of the same plan has which number is nobody's to say. */
function isOf(text: string, line: string): boolean {
  if (line.endsWith('/*')) return text.startsWith(`only left: ${line.slice(0, -1)}`);
  return withoutNumber(text) === withoutNumber(`only left: ${line}`);
}

function withoutNumber(text: string): string {
  return text.startsWith('only left: subscription ') ? text.replace(/~\d+$/, '') : text;
}
