import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { proofs } from './threat-model-proofs.ts';

const root = new URL('../../', import.meta.url);

interface Claim {
  readonly section: string;
  readonly text: string;
}

/** The bullets that begin in bold, with the heading that they stand under; line breaks are spaces. */
function claimsIn(markdown: string): readonly Claim[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .flatMap((part) => {
      const [section = '', ...lines] = part.split('\n');
      const bullets = lines
        .join('\n')
        .split(/^- /m)
        .slice(1)
        .map((bullet) => (bullet.split('\n\n')[0] ?? '').replaceAll(/\s+/g, ' ').trim());
      return bullets.filter((text) => text.startsWith('**')).map((text) => ({ section, text }));
    });
}

/** Names of tests in a source file, as they are written there; of a template only what stands before the first `${`. */
function testNamesIn(source: string): readonly string[] {
  const calls = source.matchAll(/\b(?:test|it)\(\s*(['`])((?:\\.|(?!\1)[^\\])*)\1/g);
  return [...calls].map(([, , name = '']) => name.replace(/\$\{.*/, '').replaceAll(/\\(.)/g, '$1'));
}

const claims = claimsIn(await readFile(fileURLToPath(new URL('docs/threat-model.md', root)), 'utf8'));

test('the threat model makes claims, and every bullet that says can or cannot is one', async () => {
  const text = await readFile(fileURLToPath(new URL('docs/threat-model.md', root)), 'utf8');
  assert.equal(claims.length, text.match(/^- \*\*/gm)?.length);
  assert.equal(text.match(/^\s*[-*] (?!\*\*)/gm), null, 'a bullet that is no claim');
  assert.ok(claims.length > 40);
});

for (const { section, text } of claims) {
  test(`${section}: ${text.slice(0, 60)}`, () => {
    const proving = proofs.filter((proof) => proof.section === section && text.startsWith(proof.claim));
    assert.equal(proving.length, 1, 'exactly one entry of threat-model-proofs.ts stands for the claim');
    assert.ok((proving[0]?.tests.length ?? 0) > 0, 'no test is named');
  });
}

for (const { section, claim, tests } of proofs) {
  test(`what shows "${section}: ${claim}" is there`, async () => {
    assert.equal(claims.filter((one) => one.section === section && one.text.startsWith(claim)).length, 1);
    for (const { file, name } of tests) {
      const source = await readFile(fileURLToPath(new URL(file, root)), 'utf8');
      assert.ok(testNamesIn(source).includes(name), `${file} has no test named: ${name}`);
    }
  });
}
