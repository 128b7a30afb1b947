import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindNames, kinds } from './kinds/index.ts';
import { compileSelection, everything, findJoinedGlob, isEverything, namesSomething } from './selection.ts';

test('everything selects every kind and every resource', () => {
  const selector = compileSelection(everything);
  for (const name of kindNames) assert.ok(selector.kind(name) && selector.resource(name, 'any/id'));
  assert.ok(isEverything(everything));
});

test('a glob chooses kinds whose ids it can reach, and of them what it matches', () => {
  const selector = compileSelection({ only: ['developers/*/apps/**'], kinds: [] });
  assert.deepEqual(kindNames.filter(selector.kind), ['developer-app', 'app-key']);
  assert.ok(selector.resource('developer-app', 'developers/x/apps/y'));
  assert.ok(selector.resource('app-key', 'developers/x/apps/y/keys/~T'));
  assert.ok(!selector.resource('developer', 'developers/x'));
});

test('a resource selects all below it', () => {
  const selector = compileSelection({ only: ['developers/x'], kinds: [] });
  assert.deepEqual(kindNames.filter(selector.kind), [
    'developer',
    'developer-app',
    'app-key',
    'developer-monetization-config',
    'developer-subscription',
    'developer-balance',
  ]);
  assert.ok(!selector.resource('developer', 'developers/xy'));
});

test('globs, kinds and preset narrow each other; several globs widen', () => {
  const selector = compileSelection({ only: ['apis/a', 'apis/b'], kinds: ['proxy'], preset: 'gateway' });
  assert.deepEqual(kindNames.filter(selector.kind), ['proxy']);
  assert.ok(selector.resource('proxy', 'apis/a') && selector.resource('proxy', 'apis/b'));
  assert.ok(!selector.resource('proxy', 'apis/c') && !selector.resource('proxy-revision', 'apis/a/revisions/~D'));
  const none = compileSelection({ only: [], kinds: ['proxy'], preset: 'consumers' });
  assert.deepEqual(kindNames.filter(none.kind), []);
});

test('the presets part the kinds', () => {
  for (const preset of ['gateway', 'consumers'] as const) {
    const selector = compileSelection({ only: [], kinds: [], preset });
    assert.deepEqual(
      kindNames.filter(selector.kind),
      kindNames.filter((name) => kinds[name].preset === preset),
    );
    assert.ok(!isEverything({ only: [], kinds: [], preset }));
  }
});

test('what could choose nothing is a usage error', () => {
  assert.throws(() => compileSelection({ only: [], kinds: ['proxy', 'proxies'] }), {
    code: 'USAGE',
    message: 'There is no kind "proxies".',
    next: `Kinds: ${kindNames.join(', ')}.`,
  });
  const ids = `Ids look like ${kindNames.map((name) => kinds[name].idPattern).join(', ')}.`;
  assert.throws(() => compileSelection({ only: ['developrs/**'], kinds: [] }), {
    code: 'USAGE',
    message: 'No resource has an id that "developrs/**" could match.',
    next: ids,
  });
  assert.throws(() => compileSelection({ only: ['developrs/**,apis/**'], kinds: [] }), {
    next: `A comma is part of a pattern: give each pattern its own --only, or blanks between them in HOLDFAST_ONLY. ${ids}`,
  });
  assert.throws(() => compileSelection({ only: ['apis/'], kinds: [] }), { code: 'USAGE' });
});

test('named is what was chosen by its own kind, not what came along', () => {
  const named = (selection: { readonly only?: readonly string[]; readonly kinds?: readonly string[] }): boolean =>
    compileSelection({ ...everything, ...selection }).named('keystore', 'environments/test/keystores/k');
  assert.ok(named({ kinds: ['keystore'] }));
  assert.ok(named({ only: ['environments/*/keystores/*'] }));
  assert.ok(named({ only: ['**', 'environments/test/keystores/k'] }));
  assert.ok(!named({}));
  assert.ok(!named({ only: ['environments/**'] }));
  assert.ok(!named({ only: ['**'] }));
  assert.ok(!named({ only: ['**', 'environments/test/keystores/other'] }));
  const below = compileSelection({ ...everything, only: ['environments/test/keystores/k'] });
  assert.ok(!below.named('keystore-alias', 'environments/test/keystores/k/aliases/a'));
});

test('a comma is part of a pattern, unless another pattern begins behind it', () => {
  const joined = (...only: readonly string[]) => findJoinedGlob({ ...everything, only });
  assert.equal(joined('developers/**', 'apis/**,developers/x'), 'apis/**,developers/x');
  assert.equal(joined('apis/a, **'), 'apis/a, **');
  assert.equal(joined('developers/a,b', 'apis/**'), undefined);
});

test('a glob or a kind names something; a preset narrows without naming', () => {
  const none = { only: [], kinds: [] };
  const selections = [none, { ...none, only: ['apis/a'] }, { ...none, kinds: ['proxy'] }];
  assert.deepEqual(selections.map(namesSomething), [false, true, true]);
  assert.deepEqual(selections.map(isEverything), [true, false, false]);
  assert.deepEqual(
    [namesSomething({ ...none, preset: 'gateway' }), isEverything({ ...none, preset: 'gateway' })],
    [false, false],
  );
});

test('a second pattern behind a comma is seen with blanks around it and whatever collection it begins with', () => {
  const joined = (glob: string) => findJoinedGlob({ ...everything, only: [glob] }) === glob;
  for (const glob of ['a,environments/x', 'a, b ,apiproducts', 'a,*/x', 'a,**/x']) assert.ok(joined(glob), glob);
  for (const glob of ['apis/a', 'a,b/apis', 'a,xapis']) assert.ok(!joined(glob), glob);
});
