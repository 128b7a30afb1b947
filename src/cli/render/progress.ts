import type { Writable } from 'node:stream';
import type { Clock, Progress } from '../../app/ports.ts';
import { type LogLevel, logLevels } from '../../platform/log.ts';
import { cutToWidth, printable } from './printable.ts';
import { formatCount } from './quantity.ts';
import type { Style } from './style.ts';

export interface ProgressOptions {
  readonly stream: Writable;
  /** A line that is written over on a terminal; otherwise whole lines, now and then. */
  readonly isTerminal: boolean;
  readonly width: () => number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly style: Style;
  readonly level: LogLevel;
  /** Applied to everything before it is written. */
  readonly redact: (text: string) => string;
}

export interface ShownProgress extends Progress {
  /** Takes the updating line away, so that what follows starts on a clean one. */
  clear(): void;
}

const TERMINAL_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 5_000;

/** Shows how far a use case is, in counts it reported itself: no guesses, no percentages without a total. */
export function createProgress(options: ProgressOptions): ShownProgress {
  const { stream, isTerminal, clock, style } = options;
  const threshold = logLevels.indexOf(options.level);
  const says = (level: LogLevel): boolean => logLevels.indexOf(level) >= threshold;
  let phaseName = '';
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let lineIsShown = false;

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

  return {
    phase(name) {
      phaseName = name.charAt(0).toUpperCase() + name.slice(1);
      if (!says('info')) return;
      show(`${phaseName} …`);
      shownAtMs = clock.monotonicMs();
    },
    advance(done, total, what) {
      if (!says('info')) return;
      const nowMs = clock.monotonicMs();
      if (nowMs - shownAtMs < (isTerminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
      shownAtMs = nowMs;
      const count = total === undefined ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`;
      show(`${phaseName === '' ? '' : `${phaseName}: `}${count} ${what}`);
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
