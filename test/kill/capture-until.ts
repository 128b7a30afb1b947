/**
 * A capture that is killed. Started as a process with one argument, JSON of `KilledCapture`; ends itself with SIGKILL before
 * or after the put of that number, or ends with 0 and the number of puts on stdout when there are fewer.
 */
import { createFaultyBlobStore } from '../../src/vault/blob/faulty-blob-store.ts';
import type { BlobCall } from '../../src/vault/blob/faulty-blob-store.ts';
import { captureInto } from './captured-vault.ts';
import type { CaptureOrder } from './captured-vault.ts';

export interface KilledCapture extends Omit<CaptureOrder, 'clock'> {
  readonly kill: { readonly when: 'before' | 'after'; readonly put: number };
}

// Written by the test that starts this program.
const { kill, ...order } = JSON.parse(process.argv[2] ?? '{}') as KilledCapture;
let puts = 0;

/** Stops this process where it stands: SIGKILL leaves no time for any clean-up. */
const die = (call: BlobCall): void => {
  if (call.operation === 'put' && call.number === kill.put) process.kill(process.pid, 'SIGKILL');
};
await captureInto(order, (store) =>
  createFaultyBlobStore(store, {
    before: (call) => {
      if (call.operation === 'put') puts = call.number;
      if (kill.when === 'before') die(call);
    },
    after: (call) => {
      if (kill.when === 'after') die(call);
    },
  }),
);
process.stdout.write(`${puts}\n`);
