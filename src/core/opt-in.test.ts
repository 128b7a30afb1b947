import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from './kinds/index.ts';
import { namingFlags, withhold } from './opt-in.ts';

test('the flags that name a resource can be pasted into a shell, whatever it is called', () => {
  const id = "developers/o'neil@x.example/balance";
  const quoted = String.raw`--only 'developers/o'\''neil@x.example/balance'`;
  assert.equal(namingFlags(id, { only: ['apis/**'], kinds: [] }), quoted);
  assert.equal(namingFlags(id, { only: [], kinds: [] }), `--only '**' ${quoted}`);
});

test('what is withheld is told with how it differs and how to have it all the same', () => {
  const kind = kinds.instance;
  const told = (change: 'create' | 'update' | 'delete') =>
    withhold(kind, 'instances/eu', { change, selection: { only: ['apis/**'], kinds: [] } });
  assert.deepEqual(told('create'), {
    id: 'instances/eu',
    code: 'OPT_IN',
    why: `It is missing live; ${kind.title.many} are touched only when named, because of what they cost.`,
    next: "To have it so as the point has it, add --only 'instances/eu'.",
  });
  assert.match(told('update').why, /^It is different live; /);
  assert.match(told('delete').why, /^It is not in the point; /);
});
