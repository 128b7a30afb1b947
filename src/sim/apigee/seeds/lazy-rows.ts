import type { Rows } from '../organization-seed.ts';

/** Rows made when they are asked for, out of plans that are in memory: the plan stays, the row is built anew each time. */
export function lazyRowsOf<Plan, Row>(
  plans: readonly Plan[],
  keyOf: (plan: Plan) => string,
  build: (plan: Plan) => Row,
): Rows<Row> {
  const sorted = [...plans].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const positions = new Map(sorted.map((plan, index) => [keyOf(plan), index]));
  if (positions.size !== sorted.length) throw new Error('two plans of a seed share a key');
  const planAt = (index: number): Plan => {
    const plan = sorted[index];
    if (plan === undefined) throw new RangeError(`no row ${index} of ${sorted.length}`);
    return plan;
  };
  return {
    count: sorted.length,
    key: (index) => keyOf(planAt(index)),
    at: (index) => build(planAt(index)),
    indexOf: (key) => positions.get(key) ?? -1,
  };
}
