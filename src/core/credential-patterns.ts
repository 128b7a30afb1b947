/**
 * What looks like a credential inside configuration: shared by the masking of shown text and by the scan that the ledger
 * reports. Patterns find well-known shapes; a secret without a shape is found only by the name beside it.
 */
interface CredentialPattern {
  /** For people: "private key", never the value. */
  readonly what: string;
  /** Global; the credential itself is the group `secret`. */
  readonly pattern: RegExp;
}

/** Names beside which a value is taken for a credential. Words that only contain one of them (`tokenize`) are not meant. */
const credentialName =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|client[_-]?secret|consumer[_-]?secret|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|encryption[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|bearer[_-]?token|token|credentials?)';

/**
 * What may lead up to one of the words: `dbPassword`, `x-api-key`, `my_secret`. Repetitions here are bounded, so that no
 * file can make the search slow.
 */
const namePrefix = '(?:[A-Za-z0-9]{1,40}[_.-]){0,6}[A-Za-z0-9]{0,40}?';

const credentialPatterns: readonly CredentialPattern[] = [
  {
    what: 'private key',
    pattern:
      /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?<secret>[\s\S]*?)(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  { what: 'JSON web token', pattern: /\b(?<secret>eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g },
  { what: 'Google API key', pattern: /\b(?<secret>AIza[\w-]{35})/g },
  { what: 'Google access token', pattern: /\b(?<secret>ya29\.[\w.-]{20,})/g },
  { what: 'Google client secret', pattern: /\b(?<secret>GOCSPX-[\w-]{20,})/g },
  { what: 'AWS access key', pattern: /\b(?<secret>(?:AKIA|ASIA)[A-Z0-9]{16})\b/g },
  { what: 'GitHub token', pattern: /\b(?<secret>gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/g },
  { what: 'Slack token', pattern: /\b(?<secret>xox[abeoprs]-[\w-]{10,})/g },
  { what: 'Stripe key', pattern: /\b(?<secret>[rs]k_(?:live|test)_[A-Za-z0-9]{16,})/g },
  { what: 'Azure storage key', pattern: /AccountKey=(?<secret>[A-Za-z0-9+/]{40,}={0,2})/g },
  { what: 'credentials in a URL', pattern: /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"'<>]*:(?<secret>[^\s/@"'<>]+)@/gi },
  { what: 'authorization header', pattern: /\b(?:Basic|Bearer)\s+(?<secret>[A-Za-z0-9+/_.~-]{8,}={0,2})/gi },
  {
    what: 'value named as a credential',
    // XML element, or an element that has a name attribute: <Password>x</Password>, <Header name="x-api-key">x</Header>
    pattern: new RegExp(
      `<(?:[\\w:.-]+\\s[^<>]*?\\bname\\s*=\\s*["']${namePrefix}${credentialName}["'][^<>]*|${namePrefix}${credentialName}(?:\\s[^<>]*)?)(?<!/)>\\s*(?:<!\\[CDATA\\[)?(?<secret>[^\\s<>{}\\]](?:[^<>{}\\]]*[^\\s<>{}\\]])?)(?:\\s*\\]\\]>)?\\s*</`,
      'gi',
    ),
  },
  {
    what: 'value named as a credential',
    // Assignment in code, JSON, properties or attributes: secret = "x", "apiKey": "x", password=x
    pattern: new RegExp(
      `(?<![\\w-])${namePrefix}${credentialName}["']?\\s*(?:[:=]|=>)\\s*(?:"(?<secret>[^"\\r\\n{}]{3,})"|'(?<single>[^'\\r\\n{}]{3,})'|(?![\\w.]{1,80}\\()(?<bare>[^\\s"'<>{}(),;=:&][^\\s"'<>{}(),;&]{2,}))`,
      'gi',
    ),
  },
];

/** True when a field, attribute or element of this name is expected to hold a credential. */
export function isCredentialName(name: string): boolean {
  return credentialNamePattern.test(name);
}

const credentialNamePattern = new RegExp(`^${namePrefix}${credentialName}$`, 'i');

/** Text that only points to a credential: a flow variable, a placeholder, a word of the language. */
const reference = /^(?:true|false|null|undefined|none|private\.[\w.-]+|request\.[\w.-]+|context\.[\w.-]+|ref:\/\/.*)$/i;

export interface CredentialFinding {
  readonly what: string;
  /** Where the credential stands in the text, as character offsets. */
  readonly start: number;
  readonly end: number;
}

/** Places that look like credentials, in order, without overlaps. */
export function findCredentials(text: string): readonly CredentialFinding[] {
  const found: CredentialFinding[] = [];
  for (const { what, pattern } of credentialPatterns) {
    for (const match of text.matchAll(new RegExp(pattern.source, `${pattern.flags}d`))) {
      const places = match.indices?.groups;
      const place = places?.['secret'] ?? places?.['single'] ?? places?.['bare'];
      if (place === undefined || reference.test(text.slice(place[0], place[1]))) continue;
      found.push({ what, start: place[0], end: place[1] });
    }
  }
  return found.sort((a, b) => a.start - b.start || b.end - a.end).filter(isFirstAt());
}

function isFirstAt(): (finding: CredentialFinding) => boolean {
  let end = -1;
  return (finding) => {
    if (finding.start < end) {
      return false;
    }
    end = finding.end;
    return true;
  };
}

export const credentialMask = '***';

/** The text with everything that looks like a credential masked; its lines stay as many as they are. */
export function maskCredentials(text: string): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of findCredentials(text)) {
    const breaks = text.slice(start, end).split('\n').length - 1;
    masked += text.slice(at, start) + credentialMask + `\n${credentialMask}`.repeat(breaks);
    at = end;
  }
  return masked + text.slice(at);
}
