import type { BundleFile } from '../core/entry.ts';
import { findCredentials } from '../core/credential-patterns.ts';
import { elementPathOf, fieldPathOf } from '../core/field-path.ts';

export interface CredentialFinding {
  /** File and line, or field path (with its line where the value has several). Never the value. */
  readonly place: string;
  readonly what: string;
}

// One cheap look first: most texts have nothing of the sort. `consumerSecret` is in every key's body, as a hole.
const HINT =
  /-----BEGIN|eyJ|AIza|ya29\.|GOCSPX|AKIA|ASIA|gh[pousr]_|github_pat|xox|_live_|_test_|AccountKey|:\/\/[^"\s]*@|basic\s|bearer\s|passw|passphrase|pwd|(?<!consumer)secret|token|api.?key|private.?key|access.?key|credential/i;

/** A file that is full of them (a dump, a list of tokens) is told by this many places, and how many more there are. */
const MOST_IN_ONE_TEXT = 50;

/** Finds what looks like a credential in a bundle's files, by file and line; each sort once for a line. */
export function scanBundle(files: readonly BundleFile[]): readonly CredentialFinding[] {
  return files.flatMap(({ path, bytes }) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return bounded(scanLines(text).map(({ what, line }) => ({ what, place: `${path} line ${line}` })));
  });
}

function bounded(findings: readonly CredentialFinding[]): readonly CredentialFinding[] {
  const last = findings[MOST_IN_ONE_TEXT - 1];
  if (last === undefined || findings.length === MOST_IN_ONE_TEXT) return findings;
  const more = `${last.what} (and ${findings.length - MOST_IN_ONE_TEXT} more below)`;
  return [...findings.slice(0, MOST_IN_ONE_TEXT - 1), { place: last.place, what: more }];
}

/** Finds what looks like a credential in a JSON text without its secrets, by field. */
export function scanJson(text: string): readonly CredentialFinding[] {
  if (!HINT.test(text) || findCredentials(text).length === 0) return [];
  const findings: CredentialFinding[] = [];
  const pending: { readonly value: unknown; readonly path: string; readonly name: string }[] = [
    { value: JSON.parse(text), path: '', name: '' },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path, name } = next;
    if (typeof value === 'string') {
      findings.push(...bounded(scanValue(value, name, path)));
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        pending.push({ value: item, path: elementPathOf(path, index), name });
    } else if (typeof value === 'object' && value !== null) {
      for (const [field, item] of Object.entries(value))
        pending.push({ value: item, path: fieldPathOf(path, field), name: calledBy(value, field) });
    }
  }
  return findings;
}

/** An attribute's value is called as the attribute is, any other field as itself. */
function calledBy(owner: object, field: string): string {
  const name: unknown = 'name' in owner ? owner.name : undefined;
  return field === 'value' && typeof name === 'string' ? name : field;
}

/** What a text holds (a property set has lines of its own), and what its name says of it. */
function scanValue(text: string, name: string, path: string): readonly CredentialFinding[] {
  const isLong = text.includes('\n');
  const inside = scanLines(text).map(({ what, line }) => ({ what, place: isLong ? `${path} line ${line}` : path }));
  const whats = new Set(inside.map(({ what }) => what));
  const named = isLong ? [] : scanLines(`${name}=${text}`).filter(({ what }) => !whats.has(what));
  return [...inside, ...named.map(({ what }) => ({ what, place: path }))];
}

/** Lines that hold something of the sort, from 1; each sort once for a line. */
function scanLines(text: string): readonly { readonly what: string; readonly line: number }[] {
  const found = new Map<string, { readonly what: string; readonly line: number }>();
  let [line, at] = [1, 0];
  for (const { what, start } of findCredentials(text)) {
    for (let next = text.indexOf('\n', at); next >= 0 && next < start; next = text.indexOf('\n', at)) {
      line += 1;
      at = next + 1;
    }
    found.set(`${line} ${what}`, { what, line });
  }
  return [...found.values()];
}
