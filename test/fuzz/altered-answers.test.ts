import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idSegments, isWithin } from '../../src/core/resource.ts';
import { startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { openOrganization, readAll, type WholeReading } from '../apigee/live-organization.ts';
import { isSingleton } from '../faults/places.ts';
import type { Handle } from '../faults/scene.ts';
import { runsOf } from '../restore/stage.ts';
import { type Alteration, alterOne } from './alter-answer.ts';

const READINGS = 8;
const SHARE = 0.04;

for (let seed = 1; seed <= runsOf(3); seed += 1) {
  test(`answers with one value altered hide nothing that no gap tells of (seed ${seed})`, async (t) => {
    const sim = await startApigeeSimulator({
      port: 0,
      seedFunction: (organizationName) => generateSeed({ seed, organizationName }),
    });
    t.after(() => sim.close());
    const read = async (): Promise<WholeReading> => {
      const { live, close } = openOrganization(sim.url);
      t.after(close);
      return readAll(live, { newest: 'all' });
    };
    const whole = await read();
    const handle: Handle = sim.simulator.handle.bind(sim.simulator);
    const random = new SeededRandom(seed);
    let altered = 0;
    for (let reading = 1; reading <= READINGS; reading += 1) {
      const done = new Map<string, Answered>();
      const spared = new Set<string>();
      sim.simulator.handle = async (request) => {
        const { target } = request;
        const small = reading % 2 === 0 ? target.replace(/\bpageSize=\d+/, 'pageSize=2') : target;
        const answer = await handle({ ...request, target: small });
        if (
          typeof answer.body !== 'string' ||
          answer.status !== 200 ||
          (!answer.body.startsWith('{') && !answer.body.startsWith('['))
        )
          return answer;
        // The same answer comes again as it came first, so that no second look helps.
        const known = done.get(target);
        if (known !== undefined) return { ...answer, body: known.body };
        if (spared.has(target) || random.fraction() > SHARE) {
          spared.add(target);
          return answer;
        }
        const alteration = alterOne(answer.body, random);
        done.set(target, { ...alteration, target });
        return { ...answer, body: alteration.body };
      };
      const found = await read();
      altered += done.size;
      const silent = silentlyLost({ whole, found, altered: [...done.values()] });
      const told = [...done].map(([target, { what }]) => `${target} ${what}`).join('\n');
      assert.deepEqual(silent, [], told);
    }
    t.diagnostic(`${altered} answers altered`);
    assert.ok(altered > READINGS);
  });
}

interface Answered extends Alteration {
  readonly target: string;
}

/** What the altered answers hide, and no gap tells of: resources, and gaps that were told when nothing was altered. */
function silentlyLost({
  whole,
  found,
  altered,
}: {
  readonly whole: WholeReading;
  readonly found: WholeReading;
  readonly altered: readonly Answered[];
}): readonly string[] {
  const lost = new Set(altered.flatMap((one) => one.lost));
  const isOff = altered.some(({ saysNothing, what }) => saysNothing && what.startsWith('addonsConfig'));
  const known = new Set(whole.gaps.map(({ kind, gap }) => `${kind} ${gap.state} ${gap.at}`));
  const telling = found.gaps.filter(
    ({ kind, gap }) => gap.state !== 'notApplicable' || isOff || known.has(`${kind} ${gap.state} ${gap.at}`),
  );
  const isTold = (kind: string, id: string): boolean =>
    telling.some((one) => one.kind === kind && isWithin(id, one.gap.at));
  const resources = [...whole.resources.values()].filter(({ id, kind, content }) => {
    if (found.resources.has(id) || isTold(kind, id)) return false;
    const parent = id.slice(0, id.lastIndexOf('/~'));
    if (/\/~[^/]*$/.test(id) && countBelow(found, kind, parent) >= countBelow(whole, kind, parent)) return false;
    if (isSingleton(kind) && altered.some(({ target, saysNothing }) => saysNothing && target.endsWith(`/${id}`)))
      return false;
    // A list of numbers with one less tells of one revision less.
    if (
      kind.endsWith('-revision') &&
      altered.some(
        ({ what, lost: words }) => /\brevision\b/.test(what) && (words.length > 0 || what.endsWith('left out')),
      )
    )
      return false;
    const names = [
      ...idSegments(id),
      ...(content.type === 'json' && /\/~[^/]*$/.test(id) ? wordsOf(content.text) : []),
    ];
    return !names.some((name) => lost.has(name));
  });
  const gaps = whole.gaps.filter(
    ({ kind, gap }) => !isTold(kind, gap.at) && !idSegments(gap.at).some((name) => lost.has(name)),
  );
  return [
    ...resources.map(({ kind, id }) => `${kind} ${id}`),
    ...gaps.map(({ kind, gap }) => `${kind} ${gap.state} ${gap.at}`),
  ];
}

/** What is known by a tag has its name in what was answered. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"\\]*)"/g)].map(([, word = '']) => word);
}

function countBelow({ resources }: WholeReading, kind: string, parent: string): number {
  return [...resources.values()].filter((one) => one.kind === kind && isWithin(one.id, parent)).length;
}
