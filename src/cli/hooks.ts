import { UserError } from '../core/errors.ts';
import type { PointDetails } from '../core/point.ts';
import type { ProcessOutcome } from '../platform/run-process.ts';
import type { CommandContext } from './command.ts';
import { describeError } from './render/error.ts';
import { printable } from './render/printable.ts';
import { formatBytes, formatDuration } from './render/quantity.ts';

/** A program that runs before or after a backup, as the configuration says. */
export interface Hook {
  /** Program and arguments; no shell sees them. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly onFailure: 'abort' | 'warn';
}

export interface Hooks {
  readonly beforeBackup: readonly Hook[];
  readonly afterBackup: readonly Hook[];
  /** Where they run: the folder of the configuration file. */
  readonly folder: string;
}

export const noHooks: Hooks = { beforeBackup: [], afterBackup: [], folder: '.' };

type Moment = 'beforeBackup' | 'afterBackup';

const MOST_SHOWN_CHARACTERS = 16 * 1024;

interface Ended<Result> {
  readonly result: Result;
  readonly exit: number;
}

/**
 * Runs `work` between its hooks. A hook before it that fails ends the run (UserError `HOOK_FAILED`) unless it says `warn`.
 * Those after it run however it ended, also when it was interrupted, and are told how.
 * One of them that fails and says `abort` makes a backup that was taken end with `HOOK_FAILED_AFTERWARDS`, after `show`
 * printed its result; it never hides why a backup failed.
 */
export async function withHooks<Result extends { readonly details: PointDetails }>(
  context: CommandContext,
  work: () => Promise<Result>,
  show: (result: Result) => Promise<number>,
): Promise<Ended<Result>> {
  const organization = context.flags.find('org') ?? '';
  const { beforeBackup, afterBackup } = context.hooks;
  let result: Result;
  try {
    for (const [index, hook] of beforeBackup.entries()) {
      const failure = await runHook(context, hook, {
        moment: 'beforeBackup',
        index,
        facts: { ORGANIZATION: organization },
      });
      if (failure === undefined) continue;
      if (hook.onFailure === 'abort') throw hookFailed('HOOK_FAILED', `${failure} No backup was taken.`);
      context.progress.warn(failure);
    }
    result = await work();
  } catch (error) {
    const { code, exit } = describeError(error);
    const facts = { ORGANIZATION: organization, STATUS: 'failed', ERROR: code, EXIT: String(exit) };
    for (const failure of await runAll(context, afterBackup, facts)) context.progress.warn(failure.message);
    throw error;
  }
  const exit = await show(result);
  const { details } = result;
  const facts = {
    ORGANIZATION: details.organization,
    STATUS: details.grade,
    POINT: details.id,
    GRADE: details.grade,
    EXIT: String(exit),
  };
  const failures = await runAll(context, afterBackup, facts);
  for (const { message, hook } of failures) if (hook.onFailure === 'warn') context.progress.warn(message);
  const fatal = failures.find(({ hook }) => hook.onFailure === 'abort');
  if (fatal !== undefined)
    throw hookFailed('HOOK_FAILED_AFTERWARDS', `${fatal.message} The point ${details.id} was taken and stays.`);
  return { result, exit };
}

interface HookFailure {
  readonly hook: Hook;
  readonly message: string;
}

/** Every one of them, whatever became of those before it. */
async function runAll(
  context: CommandContext,
  hooks: readonly Hook[],
  facts: Readonly<Record<string, string>>,
): Promise<readonly HookFailure[]> {
  const failures: HookFailure[] = [];
  for (const [index, hook] of hooks.entries()) {
    const message = await runHook(context, hook, { moment: 'afterBackup', index, facts });
    if (message !== undefined) failures.push({ hook, message });
  }
  return failures;
}

interface HookRun {
  readonly moment: Moment;
  readonly index: number;
  readonly facts: Readonly<Record<string, string>>;
}

/** What went wrong, a sentence; undefined when it exited 0. Its output goes to stderr. */
async function runHook(
  context: CommandContext,
  hook: Hook,
  { moment, index, facts }: HookRun,
): Promise<string | undefined> {
  const { progress, house, hooks } = context;
  const name = `${moment}[${index}] (${hook.command[0] ?? ''})`;
  progress.phase(`hook ${name}`);
  const named = Object.entries({ ...facts, MOMENT: moment }).map(([key, value]): readonly [string, string] => [
    `HOLDFAST_HOOK_${key}`,
    value,
  ]);
  const outcome = await house.runHook({
    command: hook.command,
    folder: hooks.folder,
    timeoutMs: hook.timeoutMs,
    environment: Object.fromEntries(named),
    // News of an interruption is told after the interruption.
    isInterruptible: moment === 'beforeBackup',
  });
  progress.clear();
  showOutput(context, name, outcome);
  const why = describeFailure(outcome.end, hook);
  return why === undefined ? undefined : `The hook ${name} ${why}`;
}

/** Each line behind a bar, so that nobody takes it for ours. */
function showOutput({ stderr, redact }: CommandContext, name: string, { output, outputBytes }: ProcessOutcome): void {
  if (outputBytes === 0) return;
  const clean = redact(output);
  const shown = clean.slice(0, MOST_SHOWN_CHARACTERS).replace(/\n$/, '');
  for (const line of shown.split('\n')) stderr.write(`  | ${printable(line.replace(/\r$/, ''))}\n`);
  if (clean.length > MOST_SHOWN_CHARACTERS || outputBytes > Buffer.byteLength(output)) {
    stderr.write(`  | … the hook ${name} wrote ${formatBytes(outputBytes)}; the rest is left out.\n`);
  }
}

function describeFailure(end: ProcessOutcome['end'], hook: Hook): string | undefined {
  switch (end.type) {
    case 'exited':
      return end.code === 0 ? undefined : `exited with ${end.code}.`;
    case 'killed':
      return `was killed by ${end.signal}.`;
    case 'timedOut':
      return `did not end within ${formatDuration(hook.timeoutMs)} and was killed.`;
    case 'notStarted':
      return end.code === 'ENOENT' ? 'was not found.' : `could not be started (${end.code}).`;
  }
}

function hookFailed(code: 'HOOK_FAILED' | 'HOOK_FAILED_AFTERWARDS', message: string): UserError {
  return new UserError({
    code,
    message,
    next: 'Mend the hook, or say onFailure: warn for it in the configuration.',
  });
}
