import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kindNames, kinds, type KindName } from '../../src/core/kinds/index.ts';
import { kindsToRead } from '../../src/core/reading-order.ts';
import { isWithin, type ResourceId } from '../../src/core/resource.ts';
import { type RunningApigeeSimulator, startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { openOrganization, readAll, type WholeReading } from '../apigee/live-organization.ts';
import { findList, inList, isListAnswer, malformations } from './malform-list.ts';
import type { Handle, WireAnswer, WireRequest } from './scene.ts';

describe('a list that is malformed', () => {
  let sim: RunningApigeeSimulator;
  let whole: WholeReading;
  let alter: (request: WireRequest, handle: Handle) => Promise<WireAnswer>;

  before(async () => {
    sim = await startApigeeSimulator({ port: 0, seed: 'small' });
    const handle: Handle = sim.simulator.handle.bind(sim.simulator);
    alter = (request, inner) => inner(request);
    sim.simulator.handle = (request) => alter(request, handle);
    whole = await read(kindNames);
  });
  after(() => sim.close());

  async function read(only: readonly KindName[]): Promise<WholeReading> {
    const { live, close } = openOrganization(sim.url);
    try {
      return await readAll(live, { only });
    } finally {
      await close();
    }
  }

  function idsOf(name: KindName): readonly ResourceId[] {
    return [...whole.resources.values()].filter(({ kind }) => kind === name).map(({ id }) => id);
  }

  function isListOf(request: WireRequest, path: string): boolean {
    const [asked = ''] = request.target.split('?');
    return request.http === 'GET' && asked === `/v1/organizations/acme-prod/${path}`;
  }

  function needed(name: KindName): readonly KindName[] {
    return kindsToRead(
      (one) => one === name || (kinds[one].collection.style === 'embedded' && kinds[one].scope === name),
    ).map(({ kind }) => kind.name);
  }

  /** Everything of the kinds read is there as it was, or a gap covers it; nothing is there that never was. */
  function assertNothingSilent(reading: WholeReading, only: readonly KindName[], what: string): void {
    const before = [...whole.resources.values()].filter(({ kind }) => only.includes(kind));
    for (const { id, kind, content } of before) {
      const found = reading.resources.get(id);
      const isHidden = reading.gaps.some((gap) => gap.kind === kind && isWithin(id, gap.gap.at));
      assert.ok(found !== undefined || isHidden, `${what}: ${id} is missing, and no gap says so`);
      if (found?.content.type === 'json' && content.type === 'json') {
        assert.deepEqual(JSON.parse(found.content.text), JSON.parse(content.text), `${what}: ${id}`);
      }
    }
    for (const id of reading.resources.keys()) assert.ok(whole.resources.has(id), `${what}: ${id} never was`);
  }

  for (const name of kindNames.filter((one) => 'list' in kinds[one].collection)) {
    test(`${kinds[name].title.many}: named as not read, never empty, whatever is answered`, async (t) => {
      const list = findList(kinds[name], whole);
      if (list === undefined) return t.diagnostic('the simulated organization has none');
      const only = needed(name);
      for (const [what, malform] of Object.entries(malformations)) {
        let struck = 0;
        alter = async (request, handle) => {
          const answer = await handle(request);
          if (!isListAnswer(request, answer, list)) return answer;
          struck += 1;
          return { ...answer, body: malform(answer.body, list.field) };
        };
        const reading = await read(only);
        assert.ok(struck > 0, `${what} struck`);
        const failed = reading.gaps.filter(({ kind, gap }) => kind === name && gap.state === 'failed');
        // Where a second source of the same names is read instead, nothing is missing.
        const isWhole = idsOf(name).every((id) => reading.resources.has(id));
        assert.ok(failed.length > 0 || isWhole, `${what}: ${list.path} is called failed`);
        assertNothingSilent(reading, only, what);
      }
    });

    test(`${kinds[name].title.many}: items that come twice are one`, async (t) => {
      const list = findList(kinds[name], whole);
      if (list === undefined) return t.diagnostic('the simulated organization has none');
      const only = needed(name);
      alter = async (request, handle) => {
        const answer = await handle(request);
        if (!isListAnswer(request, answer, list)) return answer;
        return { ...answer, body: inList((items) => [...items, ...items])(answer.body, list.field) };
      };
      assertNothingSilent(await read(only), only, 'doubled');
    });
  }

  for (const name of kindNames.filter((one) =>
    /^(page-token|start-key|next-start-key)$/.test(kinds[one].collection.style),
  )) {
    test(`${kinds[name].title.many}: pages that go in a circle end`, async (t) => {
      const list = findList(kinds[name], whole);
      if (list === undefined) return t.diagnostic('the simulated organization has none');
      const only = needed(name);
      for (const length of [1, 2]) {
        // A list that is asked for by several filters is several lists.
        const pagesOf = new Map<string, WireAnswer[]>();
        let asked = 0;
        alter = async (request, handle) => {
          if (!isListOf(request, list.path)) return handle(request);
          asked += 1;
          assert.ok(asked < 500, `after ${asked} pages it still asks for the next`);
          // The first pages are true but short; from then on they come again and again.
          const target = request.target.replace(/\bpageSize=\d+/, 'pageSize=1').replace(/\bcount=\d+/, 'count=2');
          const filters = new URLSearchParams(target.split('?')[1]);
          for (const place of ['pageToken', 'startKey']) filters.delete(place);
          const pages = pagesOf.get(filters.toString()) ?? [];
          pagesOf.set(filters.toString(), pages);
          const answer = pages.length <= length ? await handle({ ...request, target }) : pages[asked % (length + 1)];
          assert.ok(answer !== undefined);
          if (pages.length <= length) pages.push(answer);
          return answer;
        };
        assertNothingSilent(await read(only), only, `a circle of ${length}`);
        t.diagnostic(`${asked} pages were asked for`);
      }
    });
  }
});
