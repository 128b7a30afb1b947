import { UserError } from '../../src/core/errors.ts';
import type { BlobCall } from '../../src/vault/blob/faulty-blob-store.ts';
import { type Arsenal, both, type Fault } from './arsenal.ts';

function clockJump(name: string, jump: (arsenal: Arsenal) => void): Fault {
  return {
    name,
    phases: both,
    arm(arsenal) {
      let nth = arsenal.between(2, 60);
      arsenal.wire((request, handle) => {
        nth -= 1;
        if (nth === 0) {
          jump(arsenal);
          arsenal.strike(name);
        }
        return handle(request);
      });
    },
  };
}

function killedAt(name: string, when: 'put' | 'request', side: 'before' | 'after'): Fault {
  return {
    name,
    phases: both,
    arm(arsenal) {
      let nth = arsenal.between(1, when === 'put' ? 20 : 60);
      const die = (): void => {
        nth -= 1;
        if (nth !== 0) return;
        arsenal.strike(name);
        arsenal.scene.kill();
      };
      if (when === 'put') {
        const hook = ({ operation }: BlobCall): void => {
          if (operation === 'put') die();
        };
        arsenal.store(side === 'before' ? { before: hook } : { after: hook });
        return;
      }
      arsenal.wire(async (request, handle) => {
        if (side === 'before') die();
        const answer = await handle(request);
        if (side === 'after') die();
        return answer;
      });
    },
  };
}

const interrupted: Fault = {
  name: 'interrupted by a person',
  phases: both,
  arm(arsenal) {
    let nth = arsenal.between(2, 60);
    arsenal.wire((request, handle) => {
      nth -= 1;
      if (nth === 0) {
        arsenal.strike(interrupted.name);
        arsenal.abort.abort(new UserError({ code: 'INTERRUPTED', message: 'Interrupted.' }));
      }
      return handle(request);
    });
  },
};

/** Somebody else captures the same organization into the same vault. */
const twoCaptures: Fault = {
  name: 'two captures at once',
  phases: ['capture'],
  passes: true,
  arm(arsenal) {
    let nth = arsenal.between(1, 60);
    arsenal.wire((request, handle) => {
      nth -= 1;
      if (nth === 0) {
        arsenal.strike(twoCaptures.name);
        arsenal.meanwhile.push(arsenal.scene.run(['backup', '--revisions', 'all', '-o', 'json']));
      }
      return handle(request);
    });
  },
};

const HOUR_MS = 3_600_000;

/** What befalls the process and its machine. */
export const processFaults: readonly Fault[] = [
  clockJump('wall clock set forth', ({ scene }) => scene.time.shiftWall(2 * HOUR_MS)),
  clockJump('wall clock set back', ({ scene }) => scene.time.shiftWall(-2 * HOUR_MS)),
  clockJump('suspended for ten minutes', ({ scene }) => scene.time.leap(600_000)),
  killedAt('killed before a write to the vault', 'put', 'before'),
  killedAt('killed after a write to the vault', 'put', 'after'),
  killedAt('killed before a request', 'request', 'before'),
  killedAt('killed after a request', 'request', 'after'),
  interrupted,
  twoCaptures,
];
