/**
 * Captures that are killed. Started as a process with one argument, the JSON of a list of `KilledCapture`, each of a vault of
 * its own. Each capture is stopped before or after the put of its number: from there on its store does nothing more. When all
 * of them stand where they are to die the process kills itself with SIGKILL, which leaves no time for any clean-up. One that
 * ends before, because the order of answers made it put less, stands too. One that is never to be killed is reported on stdout
 * with the number of its puts, and then the process ends with 0.
 */
import { createFaultyBlobStore } from '../../src/vault/blob/faulty-blob-store.ts';
import { captureInto } from './captured-vault.ts';
import type { CaptureOrder } from './captured-vault.ts';
import { NEVER } from './never.ts';

export interface KilledCapture extends Omit<CaptureOrder, 'clock'> {
  readonly kill: { readonly when: 'before' | 'after'; readonly put: number };
}

// Written by the test that starts this program.
const orders = JSON.parse(process.argv[2] ?? '[]') as readonly KilledCapture[];
let standing = 0;

/** Never ends; the process dies when this was the last capture that still ran. */
function stand(): Promise<never> {
  standing += 1;
  if (standing === orders.length) process.kill(process.pid, 'SIGKILL');
  return forever();
}

function forever(): Promise<never> {
  return new Promise(() => {});
}

async function captureUntil({ kill, ...order }: KilledCapture): Promise<void> {
  let puts = 0;
  let isDead = false;
  await captureInto(order, (store) =>
    createFaultyBlobStore(store, {
      before: async ({ operation, number }) => {
        if (isDead) return forever();
        if (operation !== 'put') return;
        puts = number;
        isDead = kill.when === 'before' && number === kill.put;
        if (isDead) return stand();
      },
      after: async ({ operation, number }) => {
        if (isDead) return forever();
        isDead = kill.when === 'after' && operation === 'put' && number === kill.put;
        if (isDead) return stand();
      },
    }),
  );
  if (kill.put !== NEVER) return stand();
  process.stdout.write(`${puts}\n`, () => process.exit(0));
}

// A capture that stands holds nothing that would keep the process; its parent's pipe does.
process.stdin.resume();
await Promise.all(orders.map(captureUntil));
