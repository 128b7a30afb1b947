const goodIssuer = 'https://login.acme-pay.example';
const wrongIssuer = 'https://login-staging.acme-pay.example';

/** The files with one believable mistake in them, and the mistake in words that follow "which". */
export function damagedBundle(files: Readonly<Record<string, string>>): {
  readonly damage: string;
  readonly files: Record<string, string>;
} {
  const entries = Object.entries(files);
  if (entries.some(([path, text]) => path.includes('/policies/') && text.includes(goodIssuer))) {
    const changed = entries.map(([path, text]) => [path, text.replaceAll(goodIssuer, wrongIssuer)] as const);
    return { damage: 'trusts the issuer of staging', files: Object.fromEntries(changed) };
  }
  const headers = entries.find(([path, text]) => path.includes('/policies/') && text.includes('</Headers>'));
  if (headers !== undefined) {
    const [path, text] = headers;
    const leaking = text.replace(
      '</Headers>',
      '    <Header name="x-debug">{request.header.authorization}</Header>\n        </Headers>',
    );
    return { damage: 'sends the caller’s token back in a header', files: { ...files, [path]: leaking } };
  }
  return { damage: 'carries a leftover note', files: { ...files, ...leftoverNote(entries) } };
}

/** A note in the first XML file that is not the root descriptor; bundles have at least one. */
function leftoverNote(entries: readonly (readonly [path: string, text: string])[]): Record<string, string> {
  const [path, text] = entries.find(([name]) => /^[^/]+\/[^/]+\/.*\.xml$/u.test(name)) ?? [];
  if (path === undefined || text === undefined) throw new Error('a bundle without any endpoint');
  return { [path]: `${text}<!-- merged by hand, check tomorrow -->\n` };
}
