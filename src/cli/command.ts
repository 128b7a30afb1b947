import type { MemberRule } from '../core/member-policy.ts';
import type { AcceptedGap } from '../app/tally.ts';
import type { SetUp } from '../app/doctor/check-set-up.ts';
import type { Clock } from '../app/ports/surroundings.ts';
import { type AuditDeclaration, auditOptions } from './audit-declaration.ts';
import type { AuditDesk } from './audit-desk.ts';
import type { EffectiveConfiguration } from './effective-configuration.ts';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import type { House, HouseSettings } from './house.ts';
import type { Flags } from './flags.ts';
import type { Hooks } from './hooks.ts';
import type { OptionDefinition } from './option-definition.ts';
import type { FormatName, Output } from './output.ts';
import type { ShownProgress } from './render/progress.ts';
import type { RetentionSettings } from './retention-settings.ts';
import type { Streams } from './streams.ts';

export interface ArgumentDefinition {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  /** The words that it can be; the verb itself refuses others. */
  readonly choices?: readonly string[];
  /** The last one may be given more than once. */
  readonly many?: boolean;
}

/** One verb as data. `run` answers the exit code; whatever it throws is rendered in one place. */
export interface Command {
  readonly arguments: readonly ArgumentDefinition[];
  readonly options: readonly OptionDefinition[];
  readonly examples: readonly string[];
  /** Paragraphs of the help, below the summary. */
  readonly details?: readonly string[];
  /**
   * What `--vault-as-of` means to the verb: it `reads` the vault as it was, or has `no-vault` to read. Without it the verb
   * refuses: it would change, or judge, the vault as it is.
   */
  readonly vaultAsOf?: 'reads' | 'no-vault';
  /** Formats of `-o`; table, json and yaml when absent. */
  readonly formats?: readonly FormatName[];
  /** The verb runs although configuration or environment cannot be used: what is wrong is in `setUp`, and defaults count. */
  readonly toleratesBadSettings?: boolean;
  /** What the audit trail is told; absent for verbs that change and reveal nothing. */
  readonly audit?: AuditDeclaration;
  readonly run: (context: CommandContext) => Promise<number>;
}

/** The tools of a command. */
export interface CommandContext extends Streams {
  readonly verb: string;
  readonly flags: Flags;
  /** Positional arguments by name. */
  argument(name: string): string;
  findArgument(name: string): string | undefined;
  /** All values of an argument that may be given more than once. */
  listArgument(name: string): readonly string[];
  readonly output: Output;
  readonly progress: ShownProgress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly cwd: string;
  /** Has words said should the process be left at once, on being asked to end a second time; until what it answers is called. */
  readonly ifLeft: (words: string) => () => void;
  readonly house: House;
  /** For what only the verb can say to the audit trail. */
  readonly audit: AuditDesk;
  /** What the house was put together with. */
  readonly settings: HouseSettings;
  readonly acceptedGaps: readonly AcceptedGap[];
  /** Every setting as it counts, for the organization that is named or for each of the file. */
  describeConfiguration(): Promise<{
    readonly file: string | undefined;
    readonly organizations: readonly EffectiveConfiguration[];
  }>;
  /** What of differences does not count, and which rules no longer apply. */
  readonly ignore: IgnoreRules;
  /** What is taken of the entries of key value maps. */
  readonly members: readonly MemberRule[];
  /** What the operator wrote down, as `doctor` looks at it. */
  readonly setUp: SetUp;
  /** Programs that run before and after a backup. */
  readonly hooks: Hooks;
  /** Which points are kept; undefined when the configuration says nothing of it. */
  readonly retention: RetentionSettings | undefined;
  /** Takes secrets out of a text of somebody else's. */
  redact(text: string): string;
  /** Address that is told when a backup starts, ends well and fails. */
  readonly pingUrl: string | undefined;
  /** `holdfast 1.2.3`, for manifests, plans and journals. */
  readonly tool: string;
}

/** The verb's own options with those of the audit trail where it declares an effect. */
export function optionsOf(command: Command): readonly OptionDefinition[] {
  return command.audit === undefined ? command.options : [...command.options, ...auditOptions];
}
