import type { RemoteError } from '../../src/core/errors.ts';
import { storeDenied, storeFailed, storeFull, storeUnreachable } from '../../src/vault/blob/blob-error.ts';
import type { BlobCall } from '../../src/vault/blob/faulty-blob-store.ts';
import { both, type Fault } from './arsenal.ts';

function trouble({ operation, name }: BlobCall): { operation: string; place: string; cause: undefined } {
  return {
    operation: `${operation === 'put' ? 'write' : 'read'} ${name}`,
    place: 'store of the test',
    cause: undefined,
  };
}

function brokenStore(
  name: string,
  make: (call: BlobCall) => RemoteError,
  operations: readonly string[] = ['put'],
): Fault {
  return {
    name,
    phases: both,
    arm(arsenal) {
      const from = arsenal.between(1, arsenal.phase === 'capture' ? 25 : 20);
      let seen = 0;
      arsenal.store({
        before: (call) => {
          if (!operations.includes(call.operation)) return;
          seen += 1;
          if (seen < from) return;
          arsenal.strike(name);
          throw make(call);
        },
      });
    },
  };
}

function passingStore(name: string, when: 'before' | 'after', operations: readonly string[]): Fault {
  return {
    name,
    phases: both,
    passes: true,
    arm(arsenal) {
      let left = arsenal.between(1, 3);
      const hook = (call: BlobCall): void => {
        if (left === 0 || !operations.includes(call.operation) || !arsenal.chance(0.2)) return;
        left -= 1;
        arsenal.strike(name);
        throw storeUnreachable(trouble(call), call.operation === 'put');
      };
      arsenal.store(when === 'before' ? { before: hook } : { after: hook });
    },
  };
}

/** A bit that comes back wrong, each time the blob is read. */
const bitFlip: Fault = {
  name: 'a blob reads wrong',
  phases: both,
  arm(arsenal) {
    let nth = arsenal.between(2, 25);
    let hurt: string | undefined;
    const at = arsenal.random.fraction();
    arsenal.store({
      damage: ({ name, operation }, bytes) => {
        nth -= 1;
        if (nth === 0) hurt = name;
        if (name !== hurt || bytes.length === 0 || operation === 'list') return bytes;
        arsenal.strike(bitFlip.name);
        const changed = new Uint8Array(bytes);
        const index = Math.floor(at * changed.length);
        changed[index] = (changed[index] ?? 0) ^ (1 << arsenal.random.integer(8));
        return changed;
      },
    });
  },
};

/** What was written a moment ago is not there yet; a capture reads back what its point rests on. */
const lag: Fault = {
  name: 'read after write lags',
  phases: ['capture'],
  arm(arsenal) {
    const left = new Map<string, number>();
    arsenal.store({
      after: ({ operation, name }) => {
        if (operation === 'put' && /\/(points|indexes)\//.test(name) && arsenal.chance(0.7)) left.set(name, 2);
      },
      before: (call) => {
        const lags = left.get(call.name) ?? 0;
        if (call.operation === 'put' || lags === 0) return;
        left.set(call.name, lags - 1);
        arsenal.strike(lag.name);
        throw storeFailed(trouble(call), 'no blob of that name yet');
      },
    });
  },
};

/** Half of what was sent stands under the name, and nobody was told. */
const tornUpload: Fault = {
  name: 'upload torn',
  phases: both,
  arm(arsenal) {
    let nth = arsenal.between(1, 20);
    arsenal.lie({
      torn: (_name, bytes) => {
        nth -= 1;
        if (nth !== 0) return undefined;
        arsenal.strike(tornUpload.name);
        return bytes.subarray(0, Math.floor(bytes.length / 2));
      },
    });
  },
};

/** What was put last before this command began is in no list yet. */
const staleList: Fault = {
  name: 'stale list of blobs',
  phases: both,
  needsPoint: true,
  arm(arsenal) {
    const { putNames } = arsenal.scene;
    const hidden = new Set(putNames.slice(-arsenal.between(1, 12)));
    arsenal.lie({
      hides: (operation, name) => {
        if (operation !== 'list' || !hidden.has(name)) return false;
        arsenal.strike(staleList.name);
        return true;
      },
    });
  },
};

const lostBlob: Fault = {
  name: 'a blob is lost',
  phases: both,
  needsPoint: true,
  arm(arsenal) {
    let nth = arsenal.between(2, 25);
    let lost: string | undefined;
    arsenal.lie({
      hides: (operation, name) => {
        if (operation !== 'list') nth -= 1;
        if (nth === 0 && operation !== 'list') lost ??= name;
        if (name !== lost) return false;
        arsenal.strike(lostBlob.name);
        return true;
      },
    });
  },
};

/** Under one name another blob of the same folder is read, as an earlier version or a wrong sector would be. */
const wrongVersion: Fault = {
  name: 'a blob reads as another',
  phases: both,
  needsPoint: true,
  arm(arsenal) {
    let nth = arsenal.between(2, 25);
    let hurt: string | undefined;
    arsenal.lie({
      instead: async (name, all) => {
        nth -= 1;
        if (nth <= 0) hurt ??= name;
        if (name !== hurt) return name;
        const folder = name.slice(0, name.lastIndexOf('/') + 1);
        const others = (await all()).filter((other) => other !== name && other.startsWith(folder));
        const other = others[arsenal.random.integer(Math.max(1, others.length))];
        if (other === undefined) {
          hurt = undefined;
          return name;
        }
        arsenal.strike(wrongVersion.name);
        return other;
      },
    });
  },
};

/** What the store of the vault answers, or does not. */
export const storeFaults: readonly Fault[] = [
  passingStore('store unreachable for a moment', 'before', ['put', 'get', 'getRange', 'find', 'list']),
  passingStore('answer of the store lost', 'after', ['put']),
  brokenStore('store fails', (call) => storeFailed(trouble(call))),
  brokenStore('disk full', (call) => storeFull(trouble(call))),
  brokenStore('store denies', (call) => storeDenied(trouble(call))),
  brokenStore('store unreachable for good', (call) => storeUnreachable(trouble(call), call.operation === 'put'), [
    'put',
    'get',
    'getRange',
    'find',
  ]),
  bitFlip,
  lag,
  tornUpload,
  staleList,
  lostBlob,
  wrongVersion,
];
