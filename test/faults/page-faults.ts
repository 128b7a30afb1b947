import { bodyObject, both, type Fault, json, simple } from './arsenal.ts';
import type { WireAnswer } from './scene.ts';

/** Pages that go in a circle: the token of a page leads to the page itself. */
const tokenLoop: Fault = {
  name: 'page token that loops',
  phases: ['capture'],
  pages: true,
  arm(arsenal) {
    let path: string | undefined;
    arsenal.wire(async (request, handle) => {
      const token = /[?&]pageToken=([^&]+)/.exec(request.target)?.[1];
      const answer = await handle(request);
      const page = bodyObject(answer);
      if (token === undefined || page === undefined) return answer;
      const own = request.target.replace(/\?.*/, '');
      path ??= own;
      if (path !== own) return answer;
      arsenal.strike(tokenLoop.name);
      return { ...answer, body: JSON.stringify({ ...page, nextPageToken: decodeURIComponent(token) }) };
    });
  },
};

/** A page token that is too old once, for each list that is struck. */
const tokenExpired: Fault = {
  name: 'page token expired',
  phases: both,
  passes: true,
  pages: true,
  arm(arsenal) {
    const struck = new Set<string>();
    arsenal.wire((request, handle) => {
      const path = request.target.replace(/\?.*/, '');
      const isLater = request.http === 'GET' && /[?&]pageToken=/.test(request.target);
      if (!isLater || struck.has(path) || !arsenal.chance(0.4)) return handle(request);
      struck.add(path);
      arsenal.strike(tokenExpired.name);
      const message = 'The page token has expired';
      const body = JSON.stringify({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } });
      return Promise.resolve({ delivery: 'whole', status: 400, headers: json, body });
    });
  },
};

/** Lists whose items say nothing of change. */
const unmarked = /\/(entries|rateplans|subscriptions)$/;

/** What an answer names as the start of the next page. */
function nextStart(answer: WireAnswer): string | undefined {
  const { nextPageToken, nextStartKey } = bodyObject(answer) ?? {};
  if (typeof nextPageToken === 'string' && nextPageToken !== '')
    return `pageToken=${encodeURIComponent(nextPageToken)}`;
  if (typeof nextStartKey === 'string' && nextStartKey !== '') return `startKey=${encodeURIComponent(nextStartKey)}`;
  return undefined;
}

const pageSkipped: Fault = {
  name: 'list page skipped',
  phases: ['capture'],
  pages: true,
  arm(arsenal) {
    const { name } = pageSkipped;
    if (arsenal.chance(0.4)) {
      const fault = { kind: 'skip-page' } as const;
      const path = '^(?!.*/(entries|rateplans|subscriptions)$)';
      arsenal.rule(name, { fault, path, probability: 0.3, count: arsenal.between(1, 3) });
      return;
    }
    const struck = new Set<string>();
    const most = arsenal.between(1, 3);
    arsenal.wire(async (request, handle) => {
      const [path = '', query = ''] = request.target.split('?');
      // What both listings leave out nobody sees. Of these lists one of a single page cannot be told from the end of a longer one, and a first page has no token to lose.
      const isLater = request.http === 'GET' && unmarked.test(path) && /(^|&)(pageToken|startKey)=/.test(query);
      const answer = await handle(request);
      if (!isLater || struck.size === most || struck.has(path) || !arsenal.chance(0.6)) return answer;
      const next = nextStart(answer);
      if (next === undefined) return answer;
      struck.add(path);
      arsenal.strike(name);
      return handle({ ...request, target: `${path}?${query.replace(/(pageToken|startKey)=[^&]*/, next)}` });
    });
  },
};

/** What goes wrong in lists of several pages. */
export const pageFaults: readonly Fault[] = [
  tokenLoop,
  tokenExpired,
  { ...simple('list page repeated', { kind: 'repeat-page' }), phases: ['capture'], pages: true },
  pageSkipped,
];
