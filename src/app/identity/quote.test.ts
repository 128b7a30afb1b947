import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bicepText, hclText, shellWord } from './quote.ts';

test('a text is one word of a shell, whatever is in it', () => {
  assert.equal(shellWord('a.b/c:d@e=f,g-h_1'), 'a.b/c:d@e=f,g-h_1');
  assert.equal(shellWord(''), "''");
  assert.equal(shellWord('a b'), "'a b'");
  assert.equal(shellWord("it's $x"), String.raw`'it'\''s $x'`);
});

test('nothing in a text of HCL or Bicep is an expression', () => {
  assert.equal(hclText(`\${x} %{y} "z"`), String.raw`"$` + String.raw`\${x} %%{y} \"z\""`.slice(1));
  assert.equal(bicepText(`it's \${x} \\`), String.raw`'it\'s \${x} \\'`);
});
