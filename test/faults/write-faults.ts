import { bodyObject, type Fault, json } from './arsenal.ts';
import type { WireRequest } from './scene.ts';

function refusedWrites(status: number): Fault {
  const name = `writes refused with ${status}`;
  return {
    name,
    phases: ['restore'],
    arm(arsenal) {
      const odds = 0.1 + 0.3 * arsenal.random.fraction();
      for (const http of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        arsenal.rule(name, { fault: { kind: 'status', status }, http, probability: odds });
      }
    },
  };
}

const startsOperation = /\/v1\/organizations\/[^/]+\/(environments|envgroups)(\/[^/]+(\/attachments(\/[^/]+)?)?)?$/;

function isOperationStart({ http, target }: WireRequest): boolean {
  return http !== 'GET' && startsOperation.test(target.replace(/\?.*/, ''));
}

const locked: Fault = {
  name: 'locked by another operation',
  phases: ['restore'],
  needsEmptied: true,
  passes: true,
  arm(arsenal) {
    let left = arsenal.between(1, 4);
    arsenal.wire((request, handle) => {
      if (left === 0 || !isOperationStart(request)) return handle(request);
      left -= 1;
      arsenal.strike(locked.name);
      const message = 'the resource is locked by another operation where environment x is being created';
      const body = JSON.stringify({ error: { code: 400, message, status: 'FAILED_PRECONDITION' } });
      return Promise.resolve({ delivery: 'whole', status: 400, headers: json, body });
    });
  },
};

/** An operation that is started and never takes effect: it fails, or does not end. */
function deadOperation(name: string, ending: object): Fault {
  return {
    name,
    phases: ['restore'],
    needsEmptied: true,
    arm(arsenal) {
      let left = 1;
      const operation = `organizations/acme-prod/operations/00000000-dead-4000-8000-000000000000`;
      arsenal.wire((request, handle) => {
        const isPoll = request.http === 'GET' && request.target.includes(operation);
        const isStart = left > 0 && isOperationStart(request);
        if (!isPoll && !isStart) return handle(request);
        if (isStart) {
          left -= 1;
          arsenal.strike(name);
        }
        const state = { name: operation, metadata: { state: 'IN_PROGRESS' } };
        const body = JSON.stringify(isPoll ? { ...state, ...ending } : state);
        return Promise.resolve({ delivery: 'whole', status: 200, headers: json, body });
      });
    },
  };
}

/** A deployment whose runtime reports an error, or nothing at all. */
function deadDeployment(name: string, state: string): Fault {
  return {
    name,
    phases: ['restore'],
    needsEmptied: true,
    turns: 2,
    arm(arsenal) {
      let broken: string | undefined;
      arsenal.wire(async (request, handle) => {
        const path = request.target.replace(/\?.*/, '');
        if (broken === undefined && request.http === 'POST' && path.endsWith('/deployments')) broken = path;
        const answer = await handle(request);
        const body = bodyObject(answer);
        if (request.http !== 'GET' || path !== broken || body === undefined) return answer;
        arsenal.strike(name);
        return { ...answer, body: JSON.stringify({ ...body, state }) };
      });
    },
  };
}

/** What befalls the changes that a restore makes. */
export const writeFaults: readonly Fault[] = [
  refusedWrites(400),
  refusedWrites(403),
  refusedWrites(409),
  locked,
  deadOperation('operation fails', { done: true, error: { code: 13, message: 'internal error' } }),
  deadOperation('operation hangs', {}),
  deadDeployment('deployment fails', 'ERROR'),
  deadDeployment('deployment never gets ready', 'PROGRESSING'),
];
