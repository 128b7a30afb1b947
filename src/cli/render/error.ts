import { HoldfastError, IntegrityError, errorCodes } from '../../core/errors.ts';
import type { ErrorCode, Fault } from '../../core/errors.ts';
import { TextFileError } from '../../platform/text-file.ts';
import { printable, wrapText } from './printable.ts';
import type { Style } from './style.ts';

/** A failure as every face shows it. Holds no stack and, by the promise of the error classes, no secret. */
export interface ShownError {
  readonly code: ErrorCode;
  readonly fault: Fault;
  readonly resource: string | undefined;
  readonly message: string;
  readonly next: string | undefined;
  readonly exit: number;
  /** Points that cannot be read because of it; empty when none or unknown. */
  readonly points: readonly string[];
}

/** Whatever was thrown, as something a person can act on; what is not one of our classes is a bug and says so. */
export function describeError(error: unknown): ShownError {
  if (error instanceof HoldfastError) {
    const { code, fault, resource, message, next, exit } = error;
    const points = error instanceof IntegrityError ? error.points : [];
    return { code, fault, resource, message, next, exit, points };
  }
  if (error instanceof TextFileError) {
    const { exit, fault } = errorCodes.USAGE;
    const next = 'Name another place, or mend this one.';
    return { code: 'USAGE', fault, resource: error.path, message: error.message, next, exit, points: [] };
  }
  const { exit, fault } = errorCodes.INTERNAL;
  return {
    code: 'INTERNAL',
    fault,
    resource: undefined,
    message: `Unexpected: ${error instanceof Error ? error.message : String(error)}`,
    next: 'Report this with the output of the same command under --log-level debug.',
    exit,
    points: [],
  };
}

/** Lines for people: what happened, where, and what to do next. */
export function renderError(shown: ShownError, style: Style, width: number): string[] {
  // Whoever asked for the end need not be told that it is an error.
  const asked = shown.code === 'INTERRUPTED' || shown.code === 'TERMINATED';
  const heading = asked ? '' : `${style.red(style.bold('Error:'))} `;
  const lines = [`${heading}${wrapped(shown.message, asked ? 0 : 7, width)}`];
  if (shown.resource !== undefined && !shown.message.includes(shown.resource)) {
    lines.push(`  ${style.dim('where')}  ${printable(shown.resource)}`);
  }
  if (shown.points.length > 0) lines.push(`  ${style.dim('hurts')}  ${wrapped(shown.points.join(', '), 9, width)}`);
  if (shown.next !== undefined) lines.push(`  ${style.dim('next')}   ${wrapped(shown.next, 9, width)}`);
  lines.push(`  ${style.dim(`${shown.code}, exit ${shown.exit}`)}`);
  return lines;
}

/** The last line on stderr of a failure under `-o json`. */
export function renderErrorJson(shown: ShownError): string {
  const { code, fault, resource, message, next, exit, points } = shown;
  const hurt = points.length === 0 ? {} : { points };
  return JSON.stringify({
    error: { code, fault, resource: resource ?? null, message, next: next ?? null, exit, ...hurt },
  });
}

function wrapped(text: string, indent: number, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrapText(printable(line), width - indent))
    .join(`\n${' '.repeat(indent)}`);
}
