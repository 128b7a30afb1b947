import type { BundleFile } from '../core/entry.ts';
import { findCredentials } from '../core/credential-patterns.ts';
import { elementPathOf, fieldPathOf } from '../core/field-path.ts';

export interface CredentialFinding {
  /** File and line, or field path. Never the value. */
  readonly place: string;
  readonly what: string;
}

// One cheap look first: most texts have nothing of the sort. `consumerSecret` is in every key's body, as a hole.
const HINT =
  /-----BEGIN|eyJ|AIza|ya29\.|GOCSPX|AKIA|ASIA|gh[pousr]_|github_pat|xox|_live_|_test_|AccountKey|:\/\/[^"\s]*@|basic\s|bearer\s|passw|passphrase|pwd|(?<!consumer)secret|token|api.?key|private.?key|access.?key|credential/i;

/** Finds what looks like a credential in a bundle's files, by file and line. */
export function scanBundle(files: readonly BundleFile[]): readonly CredentialFinding[] {
  return files.flatMap(({ path, bytes }) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return scanText(text).map(({ what, index }) => ({
      what,
      place: `${path} line ${text.slice(0, index).split('\n').length}`,
    }));
  });
}

/** Finds what looks like a credential in a JSON text without its secrets, by field. */
export function scanJson(text: string): readonly CredentialFinding[] {
  if (!HINT.test(text) || findCredentials(text).length === 0) return [];
  const findings: CredentialFinding[] = [];
  const pending: { readonly value: unknown; readonly path: string; readonly field: string }[] = [
    { value: JSON.parse(text), path: '', field: '' },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path, field } = next;
    if (typeof value === 'string') {
      const found = [...scanText(value), ...scanText(`${field}=${value}`)];
      findings.push(...[...new Set(found.map(({ what }) => what))].map((what) => ({ place: path, what })));
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        pending.push({ value: item, path: elementPathOf(path, index), field });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value))
        pending.push({ value: item, path: fieldPathOf(path, name), field: name });
    }
  }
  return findings;
}

/** The first place of each sort. */
function scanText(text: string): readonly { readonly what: string; readonly index: number }[] {
  const first = new Map<string, number>();
  for (const { what, start } of findCredentials(text)) if (!first.has(what)) first.set(what, start);
  return [...first].map(([what, index]) => ({ what, index }));
}
