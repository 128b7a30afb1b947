import type { Redactor } from './redact.ts';

/** From the most talkative to silence. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Diagnostics for operators, one JSON line each, never on stdout. */
export interface Logger {
  /** Writes the message with its fields when the level is enabled. Every string in them is redacted. */
  log(level: Exclude<LogLevel, 'silent'>, message: string, fields?: LogFields): void;
  /** Resolves when everything logged so far is written. */
  flush(): Promise<void>;
}

export interface LogFields {
  readonly [name: string]: unknown;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly redactor: Redactor;
  /** Takes one line with its line break; standard error unless given. */
  readonly write?: (line: string) => void;
}

type WriteLine = (level: Exclude<LogLevel, 'silent'>, message: string, fields: LogFields) => void;

/** Creates a logger. The library behind it is loaded with the first line that is to be written. */
export function createLogger(options: LoggerOptions): Logger {
  const threshold = logLevels.indexOf(options.level);
  let opening: Promise<WriteLine> | undefined;
  let writing: Promise<void> = Promise.resolve();
  return {
    log(level, message, fields = {}) {
      if (logLevels.indexOf(level) < threshold) return;
      opening ??= openPino(options);
      const opened = opening;
      writing = writing.then(async () => (await opened)(level, message, fields));
    },
    flush: () => writing,
  };
}

async function openPino({ level, redactor, write }: LoggerOptions): Promise<WriteLine> {
  const { pino, destination, stdTimeFunctions } = await import('pino');
  const standardError = 2;
  const stream = write === undefined ? destination({ dest: standardError, sync: true }) : { write };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // The finished line, so that no field, nested error or cause gets around it.
      hooks: { streamWrite: (line) => redactor.redact(line) },
    },
    stream,
  );
  return (lineLevel, message, fields) => logger[lineLevel](fields, message);
}
