import type { Difference, IgnoredBy } from './diff.ts';
import type { ResourceId } from './resource.ts';
import { compileGlob } from './resource.ts';

/** A difference the operator has agreed not to be told of, until an instant. */
export interface IgnoreRule {
  /** Glob over ids: what it matches, and everything below. */
  readonly at: string;
  /** Only these fields of changed resources, and what is below them; without it whole differences. */
  readonly fields?: readonly string[];
  readonly reason: string;
  /** ISO 8601; after it the rule no longer applies. */
  readonly until: string;
}

/** A part of an organization that may stay unread until an instant. */
export interface AcceptedUnknown {
  readonly kind: string;
  /** A resource or the parent of a list; the whole kind without it. */
  readonly at?: string;
  readonly reason: string;
  readonly until: string;
}

/** A rule whose end has come, named so that somebody looks at it. */
export interface ExpiredRule {
  readonly rule: string;
  readonly reason: string;
  readonly until: string;
}

interface CompiledRule {
  readonly selects: (id: ResourceId) => boolean;
  /** Absent for rules over whole differences. */
  readonly fields?: readonly RegExp[];
  readonly by: IgnoredBy;
}

/** What is left of a difference when the rules were asked. */
export type Judged =
  | { readonly ignored: IgnoredBy }
  /** It counts; `ignoredFields` were taken out of it. */
  | { readonly ignored?: undefined; readonly fields: readonly string[]; readonly ignoredFields: readonly string[] };

/** The rules that apply at an instant. UserError `USAGE` for a glob that is none. */
export class IgnoreRules {
  readonly expired: readonly ExpiredRule[];
  readonly #rules: readonly CompiledRule[];
  readonly #accepted: readonly AcceptedUnknown[];

  constructor(rules: readonly IgnoreRule[], accepted: readonly AcceptedUnknown[], nowMs: number) {
    const applies = ({ until }: { readonly until: string }): boolean => nowMs < Date.parse(until);
    this.#rules = rules.filter(applies).map(compileRule);
    this.#accepted = accepted.filter(applies);
    this.expired = [
      ...rules
        .filter((rule) => !applies(rule))
        .map(({ at, reason, until }) => ({ rule: `ignore ${at}`, reason, until })),
      ...accepted
        .filter((gap) => !applies(gap))
        .map(({ kind, at, reason, until }) => ({ rule: `acceptedGaps ${at ?? kind}`, reason, until })),
    ];
  }

  /** True when no rule applies, so that nobody need ask. */
  get isEmpty(): boolean {
    return this.#rules.length === 0 && this.#accepted.length === 0;
  }

  /** The rule under which any difference of the resource is ignored, whatever differs. */
  whole(id: ResourceId): IgnoredBy | undefined {
    return this.#rules.find(({ fields, selects }) => fields === undefined && selects(id))?.by;
  }

  /** The accepted gap under which it is no news that nothing is known here; `id` is '' for all of the kind. */
  unknown(kind: string, id: ResourceId): IgnoredBy | undefined {
    const gap = this.#accepted.find((one) => one.kind === kind && (one.at === undefined || one.at === id));
    return gap === undefined
      ? undefined
      : { rule: `acceptedGaps ${gap.at ?? kind}`, reason: gap.reason, until: gap.until };
  }

  /** Judges what differs in a changed resource by the paths of its fields; none are known where contents were not read. */
  fields(id: ResourceId, paths: readonly string[]): Judged {
    const rules = this.#rules.filter(({ fields, selects }) => fields !== undefined && selects(id));
    const ruleOf = (path: string): CompiledRule | undefined =>
      rules.find(({ fields = [] }) => fields.some((field) => field.test(path)));
    const ignoredFields = paths.filter((path) => ruleOf(path) !== undefined);
    const [first] = ignoredFields.map(ruleOf);
    if (first !== undefined && ignoredFields.length === paths.length) return { ignored: first.by };
    return { fields: paths.filter((path) => !ignoredFields.includes(path)), ignoredFields };
  }

  /** Judges a difference; what is informational has no weight anyhow. */
  judge(
    difference: Difference,
  ): { readonly ignored: IgnoredBy } | { readonly ignored?: undefined; readonly kept: Difference } {
    const { id, kind, change, fields, informational } = difference;
    if (informational) return { kept: difference };
    const whole = change === 'unknown' ? this.unknown(kind, id) : this.whole(id);
    if (whole !== undefined) return { ignored: whole };
    if (change !== 'changed' || fields.length === 0) return { kept: difference };
    const judged = this.fields(
      id,
      fields.map(({ path }) => path),
    );
    if (judged.ignored !== undefined) return { ignored: judged.ignored };
    if (judged.ignoredFields.length === 0) return { kept: difference };
    const left = fields.filter(({ path }) => judged.fields.includes(path));
    return {
      kept: {
        ...difference,
        fields: left,
        ignoredFields: judged.ignoredFields,
        secretChanged: difference.secretChanged && left.some(({ hidden }) => hidden),
      },
    };
  }
}

/** Nothing is ignored. */
export const noIgnoreRules = new IgnoreRules([], [], 0);

function compileRule({ at, fields, reason, until }: IgnoreRule): CompiledRule {
  const by = { rule: `ignore ${at}`, reason, until };
  const selects = compileGlob(at);
  return fields === undefined ? { selects, by } : { selects, by, fields: fields.map(compileField) };
}

/** `attributes[].value` for any element, `attributes[quota]` for that one and what is below it. */
function compileField(path: string): RegExp {
  const source = path
    .split('[]')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('\\[(?:"(?:[^"\\\\]|\\\\.)*"|[^\\]]*)\\]');
  return new RegExp(`^${source}(?:$|[.[])`);
}
