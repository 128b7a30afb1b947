import type { BundleFile } from '../core/entry.ts';
import { elementPathOf, fieldPathOf } from '../core/field-path.ts';

export interface CredentialFinding {
  /** File and line, or field path. Never the value. */
  readonly place: string;
  readonly what: string;
}

interface Pattern {
  readonly what: string;
  readonly pattern: RegExp;
}

// One look for any of them first: most texts have none.
const ANY =
  /-----BEGIN|AKIA|ASIA|AIza|xox[abprs]-|gh[pousr]_|eyJhbGciOi|pass(?:word|wd|phrase)|client[_-]?secret|secret[_-]?key|api[_-]?key/i;
// A value that is no reference: not `{flow.variable}`, `${env}`, `ref`, `***`.
const VALUE = String.raw`["'\s]*[:=>]\s*["']?(?![{$*<&\s"'\\])[^\s"'<>{}$&\\,;]{6,}`;

const patterns: readonly Pattern[] = [
  { what: 'a private key (PEM)', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { what: 'an AWS access key id', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'a Google API key', pattern: /\bAIza[0-9A-Za-z_-]{35}\b/ },
  { what: 'a Slack token', pattern: /\bxox[abprs]-[0-9A-Za-z-]{10,}/ },
  { what: 'a GitHub token', pattern: /\bgh[pousr]_[0-9A-Za-z]{36}/ },
  { what: 'a signed JWT', pattern: /\beyJhbGciOi[\w-]*\.eyJ[\w-]+\.[\w-]{20,}/ },
  { what: 'a password', pattern: new RegExp(String.raw`\bpass(?:word|wd|phrase)${VALUE}`, 'i') },
  {
    what: 'a secret',
    pattern: new RegExp(String.raw`\b(?:client[_-]?secret|secret[_-]?key|api[_-]?key)${VALUE}`, 'i'),
  },
];

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
  if (!ANY.test(text)) return [];
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

function scanText(text: string): readonly { readonly what: string; readonly index: number }[] {
  if (!ANY.test(text)) return [];
  return patterns.flatMap(({ what, pattern }) => {
    const found = pattern.exec(text);
    return found === null ? [] : [{ what, index: found.index }];
  });
}
