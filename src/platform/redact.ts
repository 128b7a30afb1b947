/** Takes secrets out of text before a person or a log sees it. */
export interface Redactor {
  /**
   * Remembers a secret: from now on it is taken out as it is, JSON-escaped, URL-encoded, and in base64 (either alphabet,
   * also in the middle of something longer). What is shorter than 6 characters cannot be told from ordinary text and is
   * not remembered.
   */
  conceal(secret: string): void;
  /** The text with every remembered secret, and everything that has the shape of one, replaced by `[redacted]`. */
  redact(text: string): string;
}

const REPLACEMENT = '[redacted]';
const SHORTEST_SECRET = 6;

interface SecretShape {
  readonly pattern: RegExp;
  readonly replacement: string;
}

const SECRET_FIELD =
  '(?:consumer_?(?:secret|key)|client_?secret|access_?token|refresh_?token|id_?token|private_?key|pass(?:word|phrase)|account_?key)';

const shapes: readonly SecretShape[] = [
  {
    pattern: /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g,
    replacement: REPLACEMENT,
  },
  { pattern: /AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]+/gi, replacement: REPLACEMENT },
  { pattern: /\b(Bearer|Basic)(\s+|%20|\+)[\w.~+/%=-]{6,}/gi, replacement: `$1$2${REPLACEMENT}` },
  // JSON, plain or escaped within JSON: "consumerSecret": "…"
  {
    pattern: new RegExp(`(["'\\\\]*${SECRET_FIELD}\\\\*["']\\s*:\\s*\\\\*["'])(?:[^"'\\\\]|\\\\[^"'])+`, 'gi'),
    replacement: `$1${REPLACEMENT}`,
  },
  // Query strings, forms and connection strings: client_secret=…, AccountKey=…
  { pattern: new RegExp(`(\\b${SECRET_FIELD}=)[^&;\\s"'<>]+`, 'gi'), replacement: `$1${REPLACEMENT}` },
  // The signature of a shared access signature.
  { pattern: /([?&;]sig=)[^&;\s"'<>]+/gi, replacement: `$1${REPLACEMENT}` },
  // An app's consumer key stands in the path of its calls; ids of ours have a hash there, which begins with a tilde, and
  // globs an asterisk.
  { pattern: /(\/apps\/[^/\s"']+\/keys\/)(?![~*])[^/\s"'?]+/g, replacement: `$1${REPLACEMENT}` },
  { pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, replacement: REPLACEMENT },
  { pattern: /\bya29\.[\w.-]{10,}/g, replacement: REPLACEMENT },
];

/** Creates a redactor that knows the shapes of secrets and none in particular. */
export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let known: RegExp | undefined;
  return {
    conceal(secret) {
      const trimmed = secret.trim();
      if (trimmed.length < SHORTEST_SECRET) return;
      for (const form of formsOf(trimmed)) forms.add(form);
      known = undefined;
    },
    redact(text) {
      if (forms.size > 0) known ??= toPattern(forms);
      let result = known === undefined ? text : text.replaceAll(known, REPLACEMENT);
      for (const { pattern, replacement } of shapes) result = result.replaceAll(pattern, replacement);
      return result;
    },
  };
}

function formsOf(secret: string): string[] {
  const urlEncoded = encodeURIComponent(secret.toWellFormed());
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    urlEncoded,
    urlEncoded.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    urlEncoded.replaceAll('%20', '+'),
    // Forms encode these as well.
    urlEncoded.replaceAll(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
  ];
  for (const base64 of base64FormsOf(secret)) {
    forms.push(base64, base64.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(base64));
  }
  // Many secrets have the same form several times; and what remains of a short one in base64 may be too short to tell.
  return forms.filter((form) => form.length >= SHORTEST_SECRET);
}

/** The characters of base64 that depend on the secret alone, for each of the three places where it may begin. */
function base64FormsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((lead) => {
    const encoded = Buffer.concat([Buffer.alloc(lead), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const mixedAtStart = lead === 0 ? 0 : lead + 1;
    const mixedAtEnd = (lead + bytes.length) % 3 === 0 ? 0 : 1;
    return encoded.slice(mixedAtStart, encoded.length - mixedAtEnd);
  });
}

function toPattern(forms: ReadonlySet<string>): RegExp {
  // Longest first, so that a secret that contains another one goes as a whole.
  const longestFirst = [...forms].sort((left, right) => right.length - left.length);
  return new RegExp(
    longestFirst.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|'),
    'g',
  );
}
