import { randomBytes } from 'node:crypto';
import { PackBuilder } from '../../src/vault/pack.ts';
import type { Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';

const SEGMENT_BYTES = 1024 * 1024;
const SEGMENTS_PER_PACK = 8;
const PACKS = 16;
const ROUNDS = 5;
const TARGET_MB_PER_SECOND = 300;

/** Packs as a capture makes them, of segments that are not compressed: encrypted, hashed, decrypted again, named. */
export const sealing: Row = {
  name: 'sealing',
  measure: () => {
    const segments = Array.from({ length: SEGMENTS_PER_PACK }, () => randomBytes(SEGMENT_BYTES));
    sealPacks(segments, 2);
    const rates = Array.from({ length: ROUNDS }, () => {
      const before = process.cpuUsage();
      sealPacks(segments, PACKS);
      // Processor time, not time: what one core does, whoever else uses it.
      const { user, system } = process.cpuUsage(before);
      return (PACKS * SEGMENTS_PER_PACK * SEGMENT_BYTES) / (user + system);
    });
    const rate = median(rates);
    return Promise.resolve([
      {
        what: 'sealing on one core: encrypt, hash, read back, without compression',
        target: `at least ${TARGET_MB_PER_SECOND} MB/s`,
        found: `${rounded(rate, 0)} MB per second of processor time (median of ${ROUNDS})`,
        reached: rate >= TARGET_MB_PER_SECOND,
        figures: { megabytesPerSecond: rounded(rate), best: rounded(Math.max(...rates)), rounds: ROUNDS },
      },
    ]);
  },
};

function sealPacks(segments: readonly Uint8Array[], count: number): void {
  for (let pack = 0; pack < count; pack += 1) {
    const key = { key: randomBytes(32), enc: randomBytes(32), generation: 1 };
    const builder = new PackBuilder(key, 'config', randomBytes(16));
    for (const segment of segments) builder.add(segment, { compressed: false });
    builder.finish();
  }
}
