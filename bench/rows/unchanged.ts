import { relistable } from '../../src/apigee/read-context.ts';
import { kindNames, kinds } from '../../src/core/kinds/index.ts';
import { captureAll, openHouse } from '../in-process.ts';
import type { Row } from '../row.ts';
import { rounded } from '../statistics.ts';

const CAPTURES = 100;
const QUICK_CAPTURES = 10;
const MOST_CALLS_PER_FLOOR = 1.1;
const MOST_BYTES = 4096;
/** Products and developers: only a page that adds nothing ends such a list. */
const START_KEY_LISTS = 2;

/** Routes of the lists that a second pass reads again, with a star for each name. */
function markedLists(): ReadonlySet<string> {
  const lists = kindNames.flatMap((name) => {
    const { collection, scope } = kinds[name];
    if (!relistable(kinds[name]) || !('list' in collection)) return [];
    return [collection.list(scope === 'organization' ? '' : kinds[scope].idPattern)];
  });
  return new Set(lists.map((list) => `GET ~/${list}`));
}

/** The same medium organization again and again, within one epoch. */
export const unchanged: Row = {
  name: 'unchanged',
  measure: async (place) => {
    const simulator = await place.startSimulator({ seed: 'medium' });
    const house = openHouse(place, simulator);
    await house.createVault();
    await captureAll(house);
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
    const marked = markedLists();
    const markedFloors = Object.entries(byRoute).filter(([route]) => marked.has(route.replace(/\{[^}]*\}/g, '*')));
    const secondFloor = markedFloors.reduce((sum, [, calls]) => sum + calls, 0);
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
        what: 'capture when nothing changed: calls of the second pass, over what has marks',
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
