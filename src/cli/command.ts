import type { Readable, Writable } from 'node:stream';
import type { AcceptedGap } from '../app/capture.ts';
import type { Clock } from '../app/ports.ts';
import type { House } from './house.ts';
import type { Flags } from './flags.ts';
import type { Output } from './output.ts';
import type { ShownProgress } from './render/progress.ts';

/** An option as data. Its value comes from the flag, else the environment, else the configuration file, else `default`. */
export interface OptionDefinition {
  /** Without the dashes: `quota-per-minute`. */
  readonly name: string;
  readonly short?: string;
  /** How the value is called in the help; without it the option is a switch. */
  readonly value?: string;
  /** May be given more than once: with commas between values, or (in the environment) with blanks, which no id holds. */
  readonly many?: 'commas' | 'blanks';
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** Variables besides `HOLDFAST_<NAME>`, the first that is set counts. */
  readonly variables?: readonly string[];
  /** Path of the value in the configuration file. */
  readonly config?: readonly string[];
}

export interface ArgumentDefinition {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
}

/** One verb as data. `run` answers the exit code; whatever it throws is rendered in one place. */
export interface Command {
  readonly arguments: readonly ArgumentDefinition[];
  readonly options: readonly OptionDefinition[];
  readonly examples: readonly string[];
  /** Paragraphs of the help, below the summary. */
  readonly details?: readonly string[];
  /** Formats of `-o`; table and json when absent. */
  readonly formats?: readonly string[];
  readonly run: (context: CommandContext) => Promise<number>;
}

/** The terminal, or what stands in its place in tests and pipes. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** The tools of a command. */
export interface CommandContext extends Streams {
  readonly verb: string;
  readonly flags: Flags;
  /** Positional arguments by name. */
  argument(name: string): string;
  findArgument(name: string): string | undefined;
  readonly output: Output;
  readonly progress: ShownProgress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly house: House;
  readonly acceptedGaps: readonly AcceptedGap[];
  /** Address that is told when a backup starts, ends well and fails. */
  readonly pingUrl: string | undefined;
  /** `holdfast 1.2.3`, for manifests, plans and journals. */
  readonly tool: string;
}
