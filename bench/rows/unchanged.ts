import { relistable } from '../../src/apigee/read-context.ts';
import { kindNames, kinds } from '../../src/core/kinds/index.ts';
import { captureAll, openHouse } from '../in-process.ts';
import type { Row } from '../row.ts';
import type { LoggedCall } from '../simulator.ts';
import { rounded } from '../statistics.ts';

const CAPTURES = 100;
const QUICK_CAPTURES = 10;
const MOST_CALLS_PER_FLOOR = 1.1;
const MOST_BYTES = 4096;
/** Products and developers: only a page that adds nothing ends such a list. */
const START_KEY_LISTS = 2;

/** Routes of lists that a second pass may read again, with a star for each name: all of those with marks, the long ones without. */
function listedAgain(): { readonly marked: ReadonlySet<string>; readonly unmarked: ReadonlySet<string> } {
  const marked = new Set<string>();
  const unmarked = new Set<string>();
  for (const name of kindNames) {
    const { collection, scope } = kinds[name];
    if (!relistable(kinds[name]) || !('list' in collection)) continue;
    const list = `GET ~/${collection.list(scope === 'organization' ? '' : kinds[scope].idPattern)}`;
    ('unmarked' in collection && collection.unmarked === true ? unmarked : marked).add(list);
  }
  return { marked, unmarked };
}

/** The calls that list once what has marks. Error where a list of a kind is none that the simulator counts. */
function floorOf(marked: ReadonlySet<string>, byRoute: { readonly [route: string]: number }): number {
  const calls = new Map<string, number>();
  for (const [route, least] of Object.entries(byRoute))
    calls.set(starred(route), (calls.get(starred(route)) ?? 0) + least);
  return [...marked].reduce((sum, route) => {
    const least = calls.get(route);
    if (least === undefined) throw new Error(`${route} is the route of no list.`);
    return sum + least;
  }, 0);
}

/** The pages of all lists of these routes that have more than one. */
function longPages(unmarked: ReadonlySet<string>, log: readonly LoggedCall[]): number {
  const pages = Map.groupBy(
    log.filter(({ http, route }) => unmarked.has(`${http} ${starred(route)}`)),
    ({ path }) => path.split('?')[0] ?? path,
  );
  const counts = [...pages.values()].map((calls) => new Set(calls.map(({ path }) => path)).size);
  return counts.filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
}

function starred(route: string): string {
  return route.replace(/\{[^}]*\}/g, '*');
}

/** The same medium organization again and again, within one epoch. */
export const unchanged: Row = {
  name: 'unchanged',
  measure: async (place) => {
    const simulator = await place.startSimulator({ seed: 'medium' });
    const house = openHouse(place, simulator);
    await house.createVault();
    await captureAll(house);
    const lists = listedAgain();
    const longFloor = longPages(lists.unmarked, await simulator.log());
    const before = await place.vaultBytes();
    const captures = place.isQuick ? QUICK_CAPTURES : CAPTURES;
    const { total: floor, byRoute } = await simulator.floor();
    let [firstPass, secondPass, downloads] = [0, 0, 0];
    for (let round = 0; round < captures; round += 1) {
      const { details, usage, firstPassCalls, secondPassCalls } = await captureAll(house);
      if (details.grade !== 'complete') throw new Error(`A capture was ${details.grade}.`);
      firstPass = Math.max(firstPass, firstPassCalls);
      secondPass = Math.max(secondPass, secondPassCalls);
      downloads += usage.bundleDownloads;
    }
    const bytes = ((await place.vaultBytes()) - before) / captures;
    const secondFloor = floorOf(lists.marked, byRoute) + longFloor;
    const secondMost = secondFloor * MOST_CALLS_PER_FLOOR + START_KEY_LISTS;
    return [
      {
        what: 'capture when nothing changed: calls of the first pass',
        target: `at most ${MOST_CALLS_PER_FLOOR} × the listing floor`,
        found: `${rounded(firstPass / floor)} × (${firstPass} calls, floor ${floor})`,
        reached: firstPass <= floor * MOST_CALLS_PER_FLOOR,
        figures: { calls: firstPass, floor },
      },
      {
        what: 'capture when nothing changed: calls of the second pass, over what has marks or pages',
        target: `at most ${MOST_CALLS_PER_FLOOR} × the floor of these lists, and a closing page where pages begin with keys`,
        found: `${rounded(secondPass / secondFloor)} × (${secondPass} calls, floor ${secondFloor})`,
        reached: secondPass <= secondMost,
        figures: { calls: secondPass, floor: secondFloor },
      },
      {
        what: 'capture when nothing changed: bundles downloaded',
        target: 'none',
        found: `${downloads} in ${captures} captures`,
        reached: downloads === 0,
        figures: { downloads, captures },
      },
      {
        what: `capture when nothing changed: bytes written in all, over ${captures} captures`,
        target: `under ${MOST_BYTES} a capture`,
        found: `${rounded(bytes, 0)} a capture`,
        reached: bytes < MOST_BYTES,
        figures: { bytesPerCapture: rounded(bytes), captures },
      },
    ];
  },
};
