import { endsTheRun, HoldfastError, UserError } from '../core/errors.ts';
import type { SetUp } from '../app/doctor/check-set-up.ts';
import type { Clock } from '../app/ports/surroundings.ts';
import { IgnoreRules } from '../core/ignore-rules.ts';
import { createLogger, logLevels } from '../platform/log.ts';
import type { Logger } from '../platform/log.ts';
import { findNearMiss } from '../platform/near-miss.ts';
import { createRedactor } from '../platform/redact.ts';
import type { Redactor } from '../platform/redact.ts';
import { auditedAction, auditOptions, givenFacts } from './audit-declaration.ts';
import { type AuditedAction, CliAuditDesk } from './audit-desk.ts';
import type { CommandContext } from './command.ts';
import type { Streams } from './streams.ts';
import type { Configuration, ConfigurationRequest } from './configuration.ts';
import { noConfiguration, readConfiguration } from './configuration.ts';
import type { Flags } from './flags.ts';
import { resolveFlags, variablesOf } from './flags.ts';
import { globalOptions, verbOptions } from './options.ts';
import type { ConfiguredSettings, EffectiveConfiguration } from './effective-configuration.ts';
import type { Compose, HouseSettings } from './house.ts';
import { LastWords } from './last-words.ts';
import { checkFormat, columnsOf, createOutput, formatDocument, usualFormats } from './output.ts';
import type { Invocation } from './program.ts';
import { parseCommandLine } from './program.ts';
import { describeError, renderError, renderErrorJson } from './render/error.ts';
import type { ShownProgress } from './render/progress.ts';
import { createProgress } from './render/progress.ts';
import type { Style } from './render/style.ts';
import { createStyle, wantsColours } from './render/style.ts';
import type { OutputDocument } from './schema/documents.ts';
import { readHouseSettings } from './settings.ts';
import { readVersion } from './version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A process, or what a test puts in its place. */
export interface CliRequest extends Streams {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  /** Aborted with the error that says why: `INTERRUPTED`, `TERMINATED`. */
  readonly signal: AbortSignal;
  /** What is said when the process is left at once; nobody says it without. */
  readonly lastWords?: LastWords;
  readonly compose: Compose;
}

const SECONDS_PER_MINUTE = 60;

type Run = Extract<Invocation, { type: 'run' }>;

/** Runs one command line and answers its exit code. Never throws: every failure is rendered here. */
export async function runCli(request: CliRequest): Promise<number> {
  const face = createFace(request);
  try {
    const invocation = await parseCommandLine(request.argv, {
      columns: columnsOf(request.stdout),
      colours: coloursOn(request, request.stdout.isTTY === true),
    });
    if (invocation.type === 'run') return await runVerb(request, invocation, face);
    request.stdout.write(invocation.type === 'help' ? invocation.text : await versionText(face.format));
    return 0;
  } catch (error) {
    // What is interrupted in the middle may throw anything; the reason of the signal is what happened.
    const isInterrupted = request.signal.aborted && !(error instanceof HoldfastError);
    return renderFailure(request, face, isInterrupted ? request.signal.reason : error);
  }
}

/** What is needed to report a failure, known before the command line is understood. */
interface Face {
  readonly redactor: Redactor;
  /** As asked for, known or not. */
  readonly format: string | undefined;
  readonly isDebug: boolean;
  readonly style: Style;
  progress?: ShownProgress;
}

function createFace(request: CliRequest): Face {
  return {
    redactor: createRedactor(),
    format: findFormat(request),
    isDebug: findWord(request, ['--log-level'], 'HOLDFAST_LOG_LEVEL') === 'debug',
    style: createStyle(coloursOn(request, request.stderr.isTTY === true)),
  };
}

async function runVerb(request: CliRequest, run: Run, face: Face): Promise<number> {
  const { environment, stderr } = request;
  for (const note of misspelledVariables(environment)) stderr.write(`Note: ${note}\n`);
  const problems: UserError[] = [];
  const onProblem = run.command.toleratesBadSettings === true ? (one: UserError) => void problems.push(one) : undefined;
  const names = namesOf(request, run, onProblem !== undefined);
  const configuration = await readConfigurationFor({ cwd: request.cwd, ...names }, onProblem);
  const flags = resolveFlags({
    ...run,
    environment,
    configured: configuration.find,
    ...(onProblem === undefined ? {} : { onProblem }),
  });
  assertNotOfPast(run, flags);
  const { identity, protect, keyVaultKeys, secrets } = configuration;
  const settings = { ...readHouseSettings(flags, onProblem), identity, protect, keyVaultKeys, secrets };
  const asked = flags.get('log-level');
  const level = logLevels.find((known) => known === asked) ?? 'info';
  const progress = createProgress({
    stream: stderr,
    isTerminal: stderr.isTTY === true && environment['CI'] === undefined,
    width: () => columnsOf(stderr),
    clock: request.clock,
    style: face.style,
    level,
    ceilingPerSecond: () => ceilingOf(settings),
    redact: (text) => face.redactor.redact(text),
  });
  face.progress = progress;
  const logger = createLogger({
    level,
    redactor: face.redactor,
    write: (line) => {
      progress.clear();
      stderr.write(line);
    },
  });
  const setUp = describeSetUp(configuration, problems);
  const { context, desk } = createContext(request, run, {
    flags,
    face,
    progress,
    logger,
    configuration,
    settings,
    setUp,
  });
  try {
    if (desk.isActive && run.command.audit?.begins === 'at-once') await context.house.openVault();
    if (desk.isActive && run.command.audit?.begins === 'if-it-can') await beginIfItCan(context);
    const exit = await run.command.run(context);
    // The vault that the verb made has its first record: who made it.
    if (desk.isActive && run.command.audit?.begins === 'afterwards') await context.house.openVault();
    return await desk.finished(exit);
  } catch (error) {
    await desk.failed(error);
    throw error;
  } finally {
    progress.clear();
    await context.house.close();
    await logger.flush();
  }
}

/** Opens the vault for its trail alone. */
async function beginIfItCan({ house, progress }: CommandContext): Promise<void> {
  try {
    await house.openVault();
  } catch (error) {
    if (!(error instanceof HoldfastError) || endsTheRun(error) || error.code === 'INTERNAL') throw error;
    // What the verb itself cannot begin with is told once.
    if (error.code === 'CONFIG_INVALID') throw error;
    progress.note(`Not recorded in an audit trail. ${error.message}`);
  }
}

function assertNotOfPast({ verb, command }: Run, flags: Flags): void {
  if (command.vaultAsOf !== undefined || flags.find('vault-as-of') === undefined) return;
  throw new UserError({
    code: 'USAGE',
    message: `holdfast ${verb} works on the vault as it is, and --vault-as-of opens it as it was, for reading.`,
    next: 'Run it without --vault-as-of and HOLDFAST_VAULT_AS_OF.',
  });
}

/** Calls a second that the share of the quota allows. */
function ceilingOf({ quotaPerMinute, quotaShare }: HouseSettings): number {
  return quotaPerMinute === 'unlimited' ? Number.POSITIVE_INFINITY : (quotaPerMinute * quotaShare) / SECONDS_PER_MINUTE;
}

/** File and organization as flag or environment name them: needed before the file can say anything. */
function namesOf(
  { environment }: CliRequest,
  run: Run,
  isTolerant: boolean,
): { file: string | undefined; organization: string | undefined } {
  const tolerance = isTolerant ? { onProblem: () => undefined } : {};
  const flags = resolveFlags({
    ...run,
    options: globalOptions,
    environment,
    configured: () => undefined,
    ...tolerance,
  });
  return { file: flags.find('config'), organization: flags.find('org') };
}

async function readConfigurationFor(
  request: ConfigurationRequest,
  onProblem: ((problem: UserError) => void) | undefined,
): Promise<Configuration> {
  try {
    return await readConfiguration(request);
  } catch (error) {
    if (onProblem === undefined || !(error instanceof UserError)) throw error;
    onProblem(error);
    return noConfiguration;
  }
}

interface Resolved {
  readonly flags: Flags;
  readonly face: Face;
  readonly progress: ShownProgress;
  readonly logger: Logger;
  readonly configuration: Configuration;
  readonly settings: HouseSettings;
  readonly setUp: SetUp;
}

function describeSetUp({ file, acceptedGaps, ignore }: Configuration, problems: readonly UserError[]): SetUp {
  const datedRules = acceptedGaps.map(({ kind, at, until }) => ({
    what: `accepted gap ${kind}${at === undefined ? '' : ` at ${at}`}`,
    until,
  }));
  const ignored = ignore.map(({ at, until }) => ({ what: `ignore rule ${at}`, until }));
  return { configurationFile: file, problems, datedRules: [...datedRules, ...ignored] };
}

function createContext(
  request: CliRequest,
  run: Run,
  resolved: Resolved,
): { readonly context: CommandContext; readonly desk: CliAuditDesk } {
  const { clock, cwd, signal, stdin, stdout, stderr, environment, lastWords = new LastWords() } = request;
  const { flags, face, progress, logger, configuration, settings, setUp } = resolved;
  const style = createStyle(
    wantsColours({ environment, isTerminal: stdout.isTTY === true, refused: flags.is('no-color') }),
  );
  const format = checkFormat(flags.get('output'), run.command.formats ?? usualFormats);
  const surroundings = {
    environment,
    cwd,
    clock,
    signal,
    progress,
    conceal: (secret: string) => face.redactor.conceal(secret),
    logger,
  };
  const findArgument = (name: string): string | undefined => {
    const given = run.arguments.get(name);
    return typeof given === 'string' ? given : given?.[0];
  };
  let desk = new CliAuditDesk(undefined);
  const house = request.compose(settings, {
    ...surroundings,
    vaultOpened: (vault) => desk.vaultOpened(vault),
    signedIn: (signIn) => desk.signedIn(signIn),
  });
  desk = new CliAuditDesk(findAuditedAction(run, resolved, { house, findArgument }));
  const context: CommandContext = {
    verb: run.verb,
    flags,
    findArgument,
    listArgument: (name) => [run.arguments.get(name) ?? []].flat(),
    argument: (name) => {
      const value = findArgument(name);
      if (value === undefined) throw new UserError({ code: 'USAGE', message: `${name} is needed.` });
      return value;
    },
    output: createOutput({ stdout, format, style }),
    progress,
    clock,
    signal,
    cwd,
    ifLeft: lastWords.keep,
    stdin,
    stdout,
    stderr,
    house,
    audit: desk,
    settings,
    setUp,
    describeConfiguration: async () => {
      const { describeEffective } = await import('./effective-configuration.ts');
      const describe = (configured: ConfiguredSettings): EffectiveConfiguration =>
        describeEffective({ given: run.given, environment }, configured, (text) => face.redactor.redact(text));
      return { file: configuration.file, organizations: configuration.all.map(describe) };
    },
    acceptedGaps: configuration.acceptedGaps,
    ignore: new IgnoreRules(configuration.ignore, configuration.acceptedGaps, clock.epochMs()),
    members: configuration.members,
    hooks: configuration.hooks,
    retention: configuration.retention,
    redact: (text) => face.redactor.redact(text),
    pingUrl: environment['HOLDFAST_PING_URL'] ?? configuration.pingUrl,
    tool: `holdfast ${readVersion()}`,
  };
  return { context, desk };
}

/** What this run has to say to the audit trail, if it changes or reveals anything. */
function findAuditedAction(
  run: Run,
  { flags, face, progress }: Resolved,
  { house, findArgument }: Pick<CommandContext, 'house' | 'findArgument'>,
): AuditedAction | undefined {
  const { verb, command } = run;
  const action = auditedAction(command.audit, { verb, flags, findArgument });
  if (command.audit === undefined || action === undefined) return undefined;
  const redact = (text: string): string => face.redactor.redact(text);
  const say = (name: string): string | undefined => {
    const text = flags.find(name);
    return text === undefined ? undefined : redact(text);
  };
  return {
    declaration: command.audit,
    action,
    opened: { ...house.describeActor(), tool: `holdfast ${readVersion()}` },
    organization: flags.find('org'),
    given: givenFacts({
      declaration: command.audit,
      options: command.options,
      flags,
      arguments: run.arguments,
      redact,
    }),
    reason: say('reason'),
    breakGlass: say('break-glass'),
    warn: (message) => progress.warn(message),
    note: (message) => progress.note(message),
  };
}

function renderFailure(request: CliRequest, face: Face, error: unknown): number {
  const { stderr } = request;
  const redact = (text: string): string => face.redactor.redact(text);
  face.progress?.clear();
  const shown = describeError(error);
  for (const line of renderError(shown, face.style, columnsOf(stderr))) stderr.write(`${redact(line)}\n`);
  if (face.isDebug && error instanceof Error) stderr.write(`${redact(stackOf(error))}\n`);
  if (face.format === 'json') stderr.write(`${redact(renderErrorJson(shown))}\n`);
  return shown.exit;
}

/** The stack with those of the causes: shown at level debug only. */
function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

async function versionText(format: string | undefined): Promise<string> {
  const document: OutputDocument<'version'> = {
    schema: 'holdfast/version/1',
    version: readVersion(),
    node: process.version,
  };
  return formatDocument(checkFormat(format ?? 'table', usualFormats), document, {
    lines: () => [`holdfast ${document.version}`],
  });
}

function coloursOn(request: CliRequest, isTerminal: boolean): boolean {
  return wantsColours({ environment: request.environment, isTerminal, refused: request.argv.includes('--no-color') });
}

/** The format asked for, known or not, before the command line is understood. */
export function findFormat(request: Pick<CliRequest, 'argv' | 'environment'>): string | undefined {
  return findWord(request, ['-o', '--output'], 'HOLDFAST_OUTPUT');
}

/** An option's value before the command line is understood, so that its very errors come out as asked for. */
function findWord(
  request: Pick<CliRequest, 'argv' | 'environment'>,
  names: readonly string[],
  variable: string,
): string | undefined {
  for (const [index, word] of request.argv.entries()) {
    for (const name of names) {
      if (word === name) return request.argv[index + 1];
      if (name.startsWith('--') && word.startsWith(`${name}=`)) return word.slice(name.length + 1);
      if (!name.startsWith('--') && word.startsWith(name)) return word.slice(name.length);
    }
  }
  return request.environment[variable];
}

// Variables that are no flag, beside those of the flags.
const otherVariables = [
  'HOLDFAST_APIGEE_TOKEN',
  'HOLDFAST_APIGEE_TOKEN_FILE',
  'HOLDFAST_AZURE_CONNECTION_STRING',
  'HOLDFAST_AZURE_SAS_URL',
  'HOLDFAST_AZURE_BLOB_ENDPOINT',
  'HOLDFAST_AZURE_MANAGEMENT_ENDPOINT',
  'HOLDFAST_WRITER_KEY',
  'HOLDFAST_READER_KEY',
  'HOLDFAST_RESTORER_KEY',
  'HOLDFAST_VERIFIER_KEY',
  'HOLDFAST_PRUNER_KEY',
  'HOLDFAST_CACHE_DIR',
  'HOLDFAST_KEY_VAULT_ENDPOINT',
  'HOLDFAST_PING_URL',
  'HOLDFAST_AUDIT_SPOOL',
];

/** A variable of another verb, or somebody else's, is nobody's mistake; one that is nearly ours may be. */
function misspelledVariables(environment: Environment): string[] {
  const options = [...globalOptions, ...Object.values(verbOptions), ...auditOptions];
  const known = new Set([...otherVariables, ...options.flatMap(variablesOf)]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('HOLDFAST_') && !known.has(name))
    .flatMap((name) => {
      const meant = findNearMiss(name, known);
      return meant === undefined ? [] : [`${name} is set, which nothing reads. Did you mean ${meant}?`];
    });
}
