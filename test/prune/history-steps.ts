import fc from 'fast-check';
import type { FalsePoint, FalseRecord } from './forgeries.ts';

/** What one pruner does. */
export interface Act {
  readonly act: 'mark' | 'sweep';
  readonly skewMinutes: number;
  readonly givesUp: boolean;
}

/** One thing that happens to a vault. */
export type Step =
  | { readonly do: 'capture'; readonly newEpoch: boolean; readonly change: number; readonly skewMinutes: number }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'hold'; readonly pick: number; readonly days: number }
  | { readonly do: 'lift'; readonly pick: number }
  | { readonly do: 'prove'; readonly pick: number; readonly result: 'good' | 'damaged' }
  | { readonly do: 'litter'; readonly how: 'junk' | 'copy' | 'flip'; readonly pick: number }
  | { readonly do: 'forge'; readonly point: FalsePoint }
  | { readonly do: 'forgeRecord'; readonly what: FalseRecord; readonly pick: number }
  | { readonly do: 'lock'; readonly pick: number; readonly isLocked: boolean }
  | {
      readonly do: 'prune';
      readonly first: Act;
      /** Another pruner at the same time, and which of both goes on at each call. */
      readonly rival: { readonly act: Act; readonly picks: readonly number[] } | undefined;
      /** The first one is killed at its so many-th call. */
      readonly dies: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
    };

const skew = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(0, 4, -4) },
  { weight: 1, arbitrary: fc.constantFrom(7, -7, 60 * 24 * 400, -60 * 24 * 400) },
);

const act: fc.Arbitrary<Act> = fc.record({
  act: fc.constantFrom('mark' as const, 'sweep' as const),
  skewMinutes: skew,
  givesUp: fc.boolean(),
});

const falsePoint: fc.Arbitrary<FalsePoint> = fc.record({
  into: fc.nat(),
  id: fc.constantFrom('own', 'own', 'taken', 'taken-earlier'),
  victim: fc.nat(),
  hoursOff: fc.oneof(fc.constant(0), fc.constantFrom(1, -1, 24 * 400, -24 * 400, -24 * 365 * 50)),
  table: fc.constantFrom('none', 'of-victim', 'of-victim', 'of-nobody', 'no-name'),
  wrote: fc.constantFrom('nothing', 'epoch', 'epoch', 'vault', 'outside', 'manifests'),
  previous: fc.constantFrom('none', 'none', 'victim-changed', 'nobody'),
  liesOf: fc.oneof(
    { weight: 6, arbitrary: fc.constant('nothing' as const) },
    { weight: 1, arbitrary: fc.constantFrom('epoch' as const, 'organization' as const) },
  ),
  closesAll: fc.boolean(),
});

const falseRecord = fc.constantFrom<FalseRecord>(
  'mark',
  'sweep',
  'withdrawn',
  'lift',
  'hold',
  'good',
  'damaged',
  'squat',
  'epoch',
);

const plain: readonly fc.WeightedArbitrary<Step>[] = [
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('capture' as const),
      newEpoch: fc.boolean(),
      change: fc.nat(6),
      skewMinutes: skew,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 80 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hold' as const), pick: fc.nat(), days: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lift' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lock' as const), pick: fc.nat(), isLocked: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('prove' as const),
      pick: fc.nat(),
      result: fc.constantFrom('good' as const, 'good' as const, 'damaged' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('prune' as const),
      first: act,
      rival: fc.option(fc.record({ act, picks: fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }) }), {
        nil: undefined,
        freq: 3,
      }),
      dies: fc.option(
        fc.record({ at: fc.integer({ min: 1, max: 60 }), when: fc.constantFrom('before' as const, 'after' as const) }),
        { nil: undefined, freq: 2 },
      ),
    }),
  },
];

const forged: readonly fc.WeightedArbitrary<Step>[] = [
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('litter' as const),
      how: fc.constantFrom('junk' as const, 'copy' as const, 'flip' as const),
      pick: fc.nat(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('forge' as const), point: falsePoint }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('forgeRecord' as const), what: falseRecord, pick: fc.nat() }),
  },
];

/** What may happen where nobody means harm, or where somebody has the writer's key as well. */
export const steps = {
  honest: fc.array(fc.oneof(...plain), { minLength: 8, maxLength: 30, size: 'max' }),
  hostile: fc.array(fc.oneof(...plain, ...forged), { minLength: 8, maxLength: 30, size: 'max' }),
};

/** Two epochs, of which the first may go as soon as somebody looks. */
export const prelude: readonly Step[] = [
  ...[0, 1, 2, 3, 4].flatMap((day): Step[] => [
    { do: 'capture', newEpoch: day === 3, change: day, skewMinutes: 0 },
    { do: 'wait', hours: 26 },
  ]),
  { do: 'prove', pick: 4, result: 'good' },
];

const calm = { skewMinutes: 0, givesUp: true } as const;
const prune = (what: Act['act']): Step => ({
  do: 'prune',
  first: { ...calm, act: what },
  rival: undefined,
  dies: undefined,
});

/** What was left half done is gone on with, and nothing is disturbed. */
export const finale: readonly Step[] = [
  prune('sweep'),
  prune('mark'),
  { do: 'wait', hours: 30 },
  prune('sweep'),
  prune('sweep'),
];
