import { both, type Arsenal, type Fault } from './arsenal.ts';
import { type AzureCallSeen, azureRefusal } from './plain-azure.ts';

/** Strikes a few calls of these operations. */
function some(
  arsenal: Arsenal,
  operations: readonly AzureCallSeen['operation'][],
  odds = 0.2,
): (call: AzureCallSeen) => boolean {
  let left = arsenal.between(1, 3);
  return ({ operation }) => {
    if (left === 0 || !operations.includes(operation) || !arsenal.chance(odds)) return false;
    left -= 1;
    return true;
  };
}

const throttled: Fault = {
  name: 'Azure throttles',
  phases: both,
  passes: true,
  arm(arsenal) {
    const isStruck = some(arsenal, ['PutBlob', 'GetBlob', 'List']);
    arsenal.azure((call, serve) => {
      if (!isStruck(call)) return serve();
      arsenal.strike(throttled.name);
      const code = arsenal.chance(0.5) ? 'ServerBusy' : 'OperationTimedOut';
      const wait = arsenal.chance(0.7) ? { 'retry-after': String(arsenal.between(1, 20)) } : {};
      return Promise.resolve(azureRefusal(code === 'ServerBusy' ? 503 : 500, code, wait));
    });
  },
};

/** The connection breaks in the middle of what is sent: of a block blob that is put in one call nothing is kept. */
const torn: Fault = {
  name: 'Azure: upload torn',
  phases: both,
  passes: true,
  arm(arsenal) {
    const isStruck = some(arsenal, ['PutBlob']);
    arsenal.azure((call, serve) => {
      if (!isStruck(call)) return serve();
      arsenal.strike(torn.name);
      return Promise.resolve({ status: 0, broken: 'unanswered' });
    });
  },
};

const halfRead: Fault = {
  name: 'Azure: download torn',
  phases: both,
  passes: true,
  arm(arsenal) {
    const isStruck = some(arsenal, ['GetBlob', 'List']);
    arsenal.azure(async (call, serve) => {
      const answer = await serve();
      if (answer.status >= 300 || !isStruck(call)) return answer;
      arsenal.strike(halfRead.name);
      return { ...answer, broken: 'half' };
    });
  },
};

/** The answer to a put is lost; what the repeated one meets is a name that is taken, which the service says in this way. */
function repeatedPut(name: string, status: number, code: string): Fault {
  return {
    name,
    phases: both,
    passes: true,
    arm(arsenal) {
      const isStruck = some(arsenal, ['PutBlob']);
      const lost = new Set<string>();
      arsenal.azure(async (call, serve) => {
        const answer = await serve();
        if (call.operation === 'PutBlob' && answer.status === 409 && lost.has(call.name)) {
          arsenal.strike(name);
          return azureRefusal(status, code);
        }
        if (answer.status !== 201 || !isStruck(call)) return answer;
        lost.add(call.name);
        return { ...answer, broken: 'unanswered' };
      });
    },
  };
}

/** From one write on the token of the store is no longer taken. */
const expired: Fault = {
  name: 'Azure: token expires in mid-upload',
  phases: both,
  arm(arsenal) {
    let left = arsenal.between(1, 8);
    arsenal.azure((call, serve) => {
      if (call.operation === 'PutBlob') left -= 1;
      if (left > 0) return serve();
      arsenal.strike(expired.name);
      return Promise.resolve(azureRefusal(401, 'InvalidAuthenticationInfo'));
    });
  },
};

/** What Blob Storage answers, met by the product's own client of it. */
export const azureFaults: readonly Fault[] = [
  throttled,
  torn,
  halfRead,
  repeatedPut('Azure: 409 of an immutable blob', 409, 'BlobImmutableDueToPolicy'),
  repeatedPut('Azure: 412 of a condition', 412, 'ConditionNotMet'),
  expired,
];
