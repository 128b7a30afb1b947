import { invalidArgument } from './api-error.ts';
import type { SimulatorSwitches } from './switches.ts';

/**
 * A developer id as the service reads it from a path. It decodes twice: `%2540` is accepted for `@`, and a plus sign encoded
 * once comes out as a blank, because the second decoding is that of a form value.
 */
export function decodedDeveloperId(switches: SimulatorSwitches, segment: string): string {
  return decodedRepeatedly(segment, switches.developerIdDecoding === 'form');
}

/** An app name, decoded once or as a developer id is. */
export function decodedAppName(switches: SimulatorSwitches, segment: string): string {
  if (switches.appNameDecoding === 'once') return decodedOnce(segment);
  return decodedRepeatedly(segment, switches.developerIdDecoding === 'form');
}

/** One percent-decoding; a malformed escape is the caller's mistake. */
export function decodedOnce(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidArgument(`path segment ${segment} is not valid percent-encoding`);
  }
}

function decodedRepeatedly(segment: string, plusIsBlank: boolean): string {
  const once = decodedOnce(segment);
  let text = plusIsBlank ? once.replaceAll('+', ' ') : once;
  while (/%[0-9A-Fa-f]{2}/.test(text)) {
    const next = decodedLeniently(text);
    if (next === text) break;
    text = next;
  }
  return text;
}

function decodedLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
