import type { Writable } from 'node:stream';
import type { CallMeter, Clock, Progress } from '../../app/ports/surroundings.ts';
import { type LogLevel, logLevels } from '../../platform/log.ts';
import { cutToWidth, printable } from './printable.ts';
import { formatCount } from './quantity.ts';
import { formatRemaining, type KnownWork, Pace } from './remaining-time.ts';
import type { Style } from './style.ts';

export interface ProgressOptions {
  readonly stream: Writable;
  /** A line that is written over on a terminal; otherwise whole lines, now and then. */
  readonly isTerminal: boolean;
  readonly width: () => number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly style: Style;
  readonly level: LogLevel;
  /** Calls a second that the share of the quota allows. */
  readonly ceilingPerSecond: () => number;
  /** Applied to everything before it is written. */
  readonly redact: (text: string) => string;
}

export interface ShownProgress extends Progress {
  /** Takes the updating line away, so that what follows starts on a clean one. */
  clear(): void;
}

const TERMINAL_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 5_000;
const BAR_COLUMNS = 16;
const LEAST_WIDTH_OF_BAR = 60;

function exactly(done: number, total: number): KnownWork {
  return { done, least: total, most: total, ceilingPerSecond: Number.POSITIVE_INFINITY };
}

/** ` of up to 230`, ` of at least 180`; nothing where more was done than was expected. */
function endOf(done: number, expected: CallMeter['expected']): string {
  if (expected === undefined || done > expected.most) return '';
  return Number.isFinite(expected.most)
    ? ` of up to ${formatCount(expected.most)}`
    : ` of at least ${formatCount(expected.least)}`;
}

/** That at least no time is left says nothing. */
function isNothing({ least, most }: { readonly least: number; readonly most: number }): boolean {
  return most === Number.POSITIVE_INFINITY && least < 1000;
}

function formatRate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;
}

/**
 * Shows how far a use case is, in counts it reported itself, and how long it will take where that can be told: no guesses,
 * no bar without a total, no time without a measure.
 */
export function createProgress(options: ProgressOptions): ShownProgress {
  const { stream, isTerminal, clock, style } = options;
  const threshold = logLevels.indexOf(options.level);
  const says = (level: LogLevel): boolean => logLevels.indexOf(level) >= threshold;
  let phaseName = '';
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let lineIsShown = false;
  let meter: CallMeter | undefined;
  let callPace = new Pace();
  let workPace = new Pace();

  const clear = (): void => {
    if (lineIsShown) stream.write('\r\u001B[K');
    lineIsShown = false;
  };
  const print = (text: string): void => {
    clear();
    stream.write(`${options.redact(printable(text))}\n`);
  };
  const show = (text: string): void => {
    if (!isTerminal) {
      print(text);
      return;
    }
    stream.write(`\r\u001B[K${style.dim(cutToWidth(options.redact(printable(text)), options.width() - 1))}`);
    lineIsShown = true;
  };

  /** `214 of up to 230 calls`, `48/s of at most 50/s`, `about 20 s left`, as far as they are known. */
  const describeCalls = (): readonly string[] => {
    if (meter === undefined) return [];
    const done = meter.calls();
    callPace.note({ atMs: clock.monotonicMs(), done });
    const least = done + (meter.foreseen?.() ?? 0);
    const expected = meter.expected ?? (least > done ? { least, most: Number.POSITIVE_INFINITY } : undefined);
    const end = endOf(done, expected);
    const rate = callPace.recentPerSecond;
    const ceiling = options.ceilingPerSecond();
    // A line of a terminal is short; a log is read later, by somebody who does not know the quota.
    const bound = Number.isFinite(ceiling) && !isTerminal ? ` of at most ${formatRate(ceiling)}` : '';
    const left = expected && callPace.remainingMs({ ...expected, done, ceilingPerSecond: ceiling });
    return [
      `${formatCount(done)}${end} calls`,
      ...(rate === undefined ? [] : [`${formatRate(rate)}${bound}`]),
      ...(left === undefined || isNothing(left) ? [] : [formatRemaining(left)]),
    ];
  };
  /** What is cut at the end of a terminal's line is the least of it: there the time comes first. */
  const joinFacts = (work: string, facts: readonly string[]): string =>
    isTerminal ? [...facts.toReversed(), work].join(', ') : [work, ...facts].join(', ');
  const drawBar = (part: number): string => {
    if (!isTerminal || options.width() < LEAST_WIDTH_OF_BAR) return '';
    const filled = Math.round(Math.min(1, Math.max(0, part)) * BAR_COLUMNS);
    return `[${'='.repeat(filled)}${' '.repeat(BAR_COLUMNS - filled)}] `;
  };

  return {
    phase(name) {
      phaseName = name.charAt(0).toUpperCase() + name.slice(1);
      workPace = new Pace();
      if (!says('info')) return;
      show(isTerminal ? [`${phaseName} …`, ...describeCalls().toReversed()].join(' ') : `${phaseName} …`);
      shownAtMs = clock.monotonicMs();
    },
    advance(done, total, what) {
      if (!says('info')) return;
      const nowMs = clock.monotonicMs();
      if (total !== undefined) workPace.note({ atMs: nowMs, done });
      if (nowMs - shownAtMs < (isTerminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
      shownAtMs = nowMs;
      const count = total === undefined ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`;
      const left = total === undefined ? undefined : workPace.remainingMs(exactly(done, total));
      const bar = total === undefined ? '' : drawBar(done / total);
      const facts = left === undefined ? describeCalls() : [formatRemaining(left)];
      show(`${bar}${phaseName === '' ? '' : `${phaseName}: `}${joinFacts(`${count} ${what}`, facts)}`);
    },
    measure(measured) {
      meter = measured;
      callPace = new Pace();
    },
    note(message) {
      if (says('info')) print(message);
    },
    warn(message) {
      if (says('warn')) print(`Warning: ${message}`);
    },
    clear,
  };
}
