import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namingFlags } from './opt-in.ts';

test('the flags that name a resource can be pasted into a shell, whatever it is called', () => {
  const id = "developers/o'neil@x.example/balance";
  const quoted = String.raw`--only 'developers/o'\''neil@x.example/balance'`;
  assert.equal(namingFlags(id, { only: ['apis/**'], kinds: [] }), quoted);
  assert.equal(namingFlags(id, { only: [], kinds: [] }), `--only '**' ${quoted}`);
});
