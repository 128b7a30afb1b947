/** Items of two lists put side by side, in order. */
export interface Aligned<Item> {
  readonly before?: Item;
  readonly after?: Item;
}

/** Above this many cells the exact alignment costs more than it tells. */
const maxCells = 1_000_000;

/**
 * The longest common subsequence of two lists by `textOf`; what lies between equal items comes as it stands, first what only
 * `before` has, then what only `after` has. Very long lists are aligned by position between their common ends.
 */
export function alignLists<Item>(
  before: readonly Item[],
  after: readonly Item[],
  textOf: (item: Item) => string,
): readonly Aligned<Item>[] {
  const [left, right] = [before.map(textOf), after.map(textOf)];
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shorter - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  const steps = commonSteps(left.slice(start, left.length - end), right.slice(start, right.length - end));
  const at = { before: 0, after: 0 };
  const aligned: Aligned<Item>[] = [];
  const take = (side: 'before' | 'after', list: readonly Item[]): Aligned<Item> => {
    const item = list[at[side]++];
    return item === undefined ? {} : { [side]: item };
  };
  const both = (): Aligned<Item> => ({ ...take('before', before), ...take('after', after) });
  for (let index = 0; index < start; index += 1) aligned.push(both());
  for (const step of steps) {
    aligned.push(step === 'both' ? both() : take(step, step === 'before' ? before : after));
  }
  for (let index = 0; index < end; index += 1) aligned.push(both());
  return aligned;
}

type Step = 'both' | 'before' | 'after';

function commonSteps(left: readonly string[], right: readonly string[]): Step[] {
  if (left.length * right.length > maxCells) {
    return [...left.map((): Step => 'before'), ...right.map((): Step => 'after')];
  }
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  const lengthAt = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        left[row] === right[column]
          ? lengthAt(row + 1, column + 1) + 1
          : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
    }
  }
  const steps: Step[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      steps.push('both');
      row += 1;
      column += 1;
    } else if (
      column >= right.length ||
      (row < left.length && lengthAt(row + 1, column) >= lengthAt(row, column + 1))
    ) {
      steps.push('before');
      row += 1;
    } else {
      steps.push('after');
      column += 1;
    }
  }
  return steps;
}
