import type { AuditSigner } from '../app/ports/audit.ts';
import type { AuditEffect, AuditFact, AuditFacts } from '../core/audit/audit-record.ts';
import type { Flags } from './flags.ts';
import type { OptionDefinition } from './option-definition.ts';

/**
 * What a verb says of itself to the audit trail. The command line does the rest: a signed record before the vault is handed
 * to the verb, another when it has ended, however it ends.
 */
export interface AuditDeclaration {
  readonly effect: AuditEffect;
  /** Only with this switch: `reveal`. */
  readonly whenSwitch?: string;
  /** Only with one of these, which then stands in the name of the action: `prune sweep`. */
  readonly whenAnySwitch?: readonly string[];
  /** Only with these words for this argument, which then stand in the name of the action: `key rotate`. */
  readonly whenArgument?: {
    readonly name: string;
    readonly words: readonly string[];
    /** Words that count only with an option: `kit` with `out`. */
    readonly wordsWithOption?: Readonly<Record<string, string>>;
  };
  /** Not when this argument is given: the verb does something else then. */
  readonly unlessArgument?: string;
  /**
   * When the first record is written: as soon as the verb opens the vault (unless given); `at-once`, for verbs that may not
   * open it; `afterwards`, where there is no vault before; `if-it-can`, for what tries out a place in which there may be no vault,
   * or none that can be written: without a record it goes on, and says so.
   */
  readonly begins?: 'at-once' | 'afterwards' | 'if-it-can';
  /** The verb itself brings in what waits on this machine: it is not done before. */
  readonly uploads?: true;
  /** Arguments and options whose values may be secret: they are not written down. */
  readonly conceals?: readonly string[];
  /** Whose key signs: the first that is at hand. By the effect unless given. */
  readonly signers?: readonly AuditSigner[];
}

/** Options of every verb that declares an effect. */
export const auditOptions: readonly OptionDefinition[] = [
  { name: 'reason', value: 'TEXT', summary: 'why, for the audit trail' },
  {
    name: 'break-glass',
    value: 'REASON',
    summary: 'go on when the audit trail cannot be written: signed records are kept on this machine',
  },
];

const signersFor: Readonly<Record<AuditEffect, readonly AuditSigner[]>> = {
  changes: ['writer', 'restorer', 'verifier', 'pruner', 'root'],
  reveals: ['restorer', 'root'],
};

export function auditSigners({ signers, effect }: AuditDeclaration): readonly AuditSigner[] {
  return signers ?? signersFor[effect];
}

/** The name of the action in the trail, undefined when this invocation changes and reveals nothing. */
export function auditedAction(
  declaration: AuditDeclaration | undefined,
  call: { readonly verb: string; readonly flags: Flags; readonly findArgument: (name: string) => string | undefined },
): string | undefined {
  if (declaration === undefined) return undefined;
  const { whenSwitch, whenAnySwitch, whenArgument, unlessArgument } = declaration;
  if (unlessArgument !== undefined && call.findArgument(unlessArgument) !== undefined) return undefined;
  if (whenSwitch !== undefined && !call.flags.is(whenSwitch)) return undefined;
  if (whenAnySwitch !== undefined) {
    const given = whenAnySwitch.find((name) => call.flags.is(name));
    return given === undefined ? undefined : `${call.verb} ${given}`;
  }
  if (whenArgument === undefined) return call.verb;
  const word = call.findArgument(whenArgument.name);
  if (word === undefined) return undefined;
  const option = whenArgument.wordsWithOption?.[word];
  const counts = whenArgument.words.includes(word) || (option !== undefined && call.flags.find(option) !== undefined);
  return counts ? `${call.verb} ${word}` : undefined;
}

/** Options and arguments as given, without those whose values may be secret. */
export function givenFacts(request: {
  readonly declaration: AuditDeclaration;
  readonly options: readonly OptionDefinition[];
  readonly flags: Flags;
  readonly arguments: ReadonlyMap<string, string | readonly string[]>;
  readonly redact: (text: string) => string;
}): AuditFacts {
  const { declaration, options, flags, redact } = request;
  const own = new Set([...(declaration.conceals ?? []), ...auditOptions.map(({ name }) => name)]);
  const facts: Record<string, AuditFact> = {};
  for (const [name, value] of request.arguments) {
    if (own.has(name)) continue;
    facts[name] = typeof value === 'string' ? redact(value) : value.map(redact);
  }
  for (const { name, value, many } of options) {
    const origin = flags.origin(name);
    if (own.has(name) || origin === undefined || origin === 'default') continue;
    if (value === undefined) facts[name] = flags.is(name);
    else facts[name] = many === undefined ? redact(flags.find(name) ?? '') : flags.list(name).map(redact);
  }
  return facts;
}
