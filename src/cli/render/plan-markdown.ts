import type { Plan, PlannedResource } from '../../core/plan.ts';
import { countByRule } from './ignored.ts';
import { codeSpan, fitComment, markdownSection } from './markdown.ts';
import { formatCount, formatCounted } from './quantity.ts';

const titles: Readonly<Record<PlannedResource['change'], string>> = {
  create: 'Create',
  update: 'Update',
  delete: 'Delete',
  shown: 'Left as it is, although it differs',
};

/** A plan for a comment on a pull request. */
export function planMarkdown(plan: Plan): readonly string[] {
  const of = (change: PlannedResource['change']): PlannedResource[] =>
    plan.resources.filter((resource) => resource.change === change);
  const count = (change: PlannedResource['change']): string => formatCount(of(change).length);
  const effort =
    plan.calls.length === 0
      ? 'Nothing to do.'
      : `**${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete**: ${formatCounted(plan.calls.length, 'call that writes', 'calls that write')}.`;
  const head = [`### Restore of ${codeSpan(plan.organization)} to ${codeSpan(plan.point)}`, '', effort];
  const changes = (['create', 'update', 'delete', 'shown'] as const).flatMap((change) =>
    markdownSection(titles[change], of(change).map(resourceLine)),
  );
  const secrets = [...new Set(plan.secretsRequired.map(({ id }) => id))];
  return fitComment(
    [
      head,
      ...changes,
      ...markdownSection(
        'Cannot be restored',
        plan.cannotRestore.map(({ id, why, next }) => `- ${codeSpan(id)}: ${codeSpan(why)} ${codeSpan(next)}`),
      ),
      ...markdownSection(
        'Unknown, so left alone',
        plan.unknown.map(
          ({ id, kind, reason }) => `- ${id === '' ? `every ${codeSpan(kind)}` : codeSpan(id)}: ${codeSpan(reason)}`,
        ),
      ),
      ...markdownSection(
        'Risks',
        plan.risks.map(({ id, risk }) => `- ${codeSpan(id)}: ${codeSpan(risk)}`),
      ),
      ...markdownSection(
        'Ignored by rule',
        countByRule(plan.ignored ?? []).map(
          ({ by, count: ignored }) =>
            `- ${formatCount(ignored)} by ${codeSpan(by.rule)} until ${by.until}: ${codeSpan(by.reason)}`,
        ),
      ),
      ...markdownSection(
        'Secrets that `restorer.key` opens',
        secrets.map((id) => `- ${codeSpan(id)}`),
      ),
    ],
    (left) => `${formatCounted(left, 'more line')} left out, to fit into a comment; \`-o json\` has all of it.`,
  );
}

function resourceLine({ id, label, reason, fields }: PlannedResource): string {
  const named = label === undefined || id.endsWith(label) ? '' : ` (${codeSpan(label)})`;
  const changed = fields.length === 0 ? '' : ` (${fields.map(codeSpan).join(', ')})`;
  return `- ${codeSpan(id)}${named}: ${codeSpan(reason)}${changed}`;
}
