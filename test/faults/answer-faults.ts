import { bodyText, both, type Fault, json, simple } from './arsenal.ts';
import type { WireAnswer, WireRequest } from './scene.ts';

/** Alters the answers of some reads; `alter` answers undefined for what it leaves as it is. */
function altered(
  name: string,
  alter: (answer: WireAnswer, request: WireRequest) => WireAnswer | undefined,
  more: Partial<Fault> & { readonly odds?: number } = {},
): Fault {
  return {
    name,
    phases: both,
    ...more,
    arm(arsenal) {
      let left = arsenal.between(1, 2);
      const odds = more.odds ?? 0.05 + 0.1 * arsenal.random.fraction();
      arsenal.wire(async (request, handle) => {
        const answer = await handle(request);
        if (left === 0 || request.http !== 'GET' || answer.delivery !== 'whole' || answer.status !== 200) return answer;
        if (!arsenal.chance(odds)) return answer;
        const instead = alter(answer, request);
        if (instead === undefined) return answer;
        left -= 1;
        arsenal.strike(name);
        return instead;
      });
    },
  };
}

const halfJson = altered(
  'malformed JSON',
  (answer) => {
    const body = bodyText(answer);
    return body === undefined || body.length < 4
      ? undefined
      : { ...answer, body: body.slice(0, Math.ceil(body.length / 2)) };
  },
  { passes: true },
);
/** A bundle or archive that ends too early, although all that was announced arrived. Of a resource file that is a zip nobody can tell. */
const halfZip = altered(
  'truncated zip',
  ({ body, ...answer }, { target }) =>
    typeof body === 'object' && body.length > 100 && /[?&]format=bundle\b|^\/_storage\//.test(target)
      ? { ...answer, body: body.subarray(0, Math.ceil(body.length / 2)) }
      : undefined,
  { phases: ['capture'], odds: 0.5 },
);
/** In the place of a file that may hold any text, nobody can tell another text from the file. */
function hasForm({ headers }: Pick<WireAnswer, 'headers'>): boolean {
  return /json|zip/.test(headers['content-type'] ?? '');
}

const wrongType = altered('wrong content type', (answer) =>
  hasForm(answer)
    ? {
        ...answer,
        headers: { 'content-type': 'text/plain' },
        body: 'upstream connect error or disconnect/reset before headers',
      }
    : undefined,
);
const nullJson = altered('JSON of another shape', (answer) =>
  hasForm(answer) ? { ...answer, headers: json, body: 'null' } : undefined,
);
const html = altered('HTML with status 200', (answer) => ({
  ...answer,
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><title>Sign in</title>',
}));

/** Refuses one path, whichever comes, from then on. */
function refusedPath(name: string, status: number, message: string): Fault {
  return {
    name,
    phases: both,
    arm(arsenal) {
      let nth = arsenal.between(2, 30);
      let refused: string | undefined;
      arsenal.wire((request, handle) => {
        const path = request.target.replace(/\?.*/, '');
        if (request.http !== 'GET') return handle(request);
        nth -= 1;
        if (nth === 0) refused = path;
        if (path !== refused) return handle(request);
        arsenal.strike(name);
        const body = JSON.stringify({ error: { code: status, message, status: 'PERMISSION_DENIED' } });
        return Promise.resolve({ delivery: 'whole', status, headers: json, body });
      });
    },
  };
}

const goneOnce: Fault = {
  name: '404 in between',
  phases: both,
  arm: (arsenal) =>
    arsenal.rule(goneOnce.name, { fault: { kind: 'status', status: 404 }, http: 'GET', nth: arsenal.between(2, 40) }),
};

/** Someone works on the organization while it is read. */
const movesMeanwhile: Fault = {
  name: 'changed while it is read',
  phases: ['capture'],
  arm(arsenal) {
    let nth = arsenal.between(5, 60);
    const seed = arsenal.random.integer(1_000_000);
    arsenal.wire((request, handle) => {
      nth -= 1;
      if (nth === 0) {
        arsenal.scene.simulator.mutate({ seed, count: arsenal.between(1, 3), allowResidue: true });
        arsenal.strike(movesMeanwhile.name);
      }
      return handle(request);
    });
  },
};

function expiredToken(name: string, renews: boolean): Fault {
  return {
    name,
    phases: both,
    ...(renews ? { passes: true } : {}),
    arm(arsenal) {
      arsenal.scene.renewsTokens = renews;
      arsenal.rule(name, { fault: { kind: 'expired-token' }, nth: arsenal.between(2, 50) });
    },
  };
}

/** From one request on nothing is answered any more. */
const silence: Fault = {
  name: 'endpoint falls silent',
  phases: both,
  arm(arsenal) {
    let nth = arsenal.between(2, 60);
    arsenal.wire((request, handle) => {
      nth -= 1;
      if (nth > 0) return handle(request);
      arsenal.strike(silence.name);
      return Promise.resolve({ delivery: 'dropped', status: 0, headers: {}, body: undefined });
    });
  },
};
/** What the service answers, or does not, to whatever is asked. */
export const answerFaults: readonly Fault[] = [
  simple('429 with Retry-After', { kind: 'status', status: 429, retryAfterSeconds: 2 }, { passes: true }),
  simple('429 without', { kind: 'status', status: 429 }, { passes: true }),
  simple('500', { kind: 'status', status: 500 }, { passes: true }),
  simple('503', { kind: 'status', status: 503 }, { passes: true }),
  simple('slow answer', { kind: 'slow', delayMs: 15 }, { passes: true }),
  simple('connection reset before the commit', { kind: 'drop', when: 'before-commit' }, { passes: true }),
  simple('answer lost after the commit', { kind: 'drop', when: 'after-commit' }, { passes: true }),
  simple('body cut off', { kind: 'truncate' }, { passes: true }),
  simple('HTML with status 502', { kind: 'html', status: 502 }, { passes: true }),
  halfJson,
  halfZip,
  wrongType,
  nullJson,
  html,
  refusedPath('403 on a path', 403, 'The caller does not have permission'),
  goneOnce,
  { ...simple('vanished', { kind: 'vanish' }), phases: ['capture'] },
  movesMeanwhile,
  expiredToken('token expires for good', false),
  expiredToken('token expires and is renewed', true),
  silence,
];
