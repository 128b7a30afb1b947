import type { IgnoredBy } from '../../core/diff.ts';

/** How many differences each rule takes out of the account, in the order of their first. */
export function countByRule(
  ignored: readonly { readonly ignoredBy: IgnoredBy }[],
): readonly { readonly by: IgnoredBy; readonly count: number }[] {
  const groups = Map.groupBy(ignored, ({ ignoredBy }) => `${ignoredBy.rule}\n${ignoredBy.until}\n${ignoredBy.reason}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ by: first.ignoredBy, count: group.length }];
  });
}
