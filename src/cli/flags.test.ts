import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../core/errors.ts';
import type { OptionDefinition } from './option-definition.ts';
import { resolveFlags, variablesOf } from './flags.ts';
import type { FlagSources } from './flags.ts';

const share: OptionDefinition = {
  name: 'quota-share',
  value: 'SHARE',
  summary: '',
  default: '0.5',
  config: ['quotaShare'],
};
const only: OptionDefinition = { name: 'only', value: 'GLOB', many: 'blanks', summary: '' };
const kinds: OptionDefinition = {
  name: 'kinds',
  value: 'KINDS',
  many: 'commas',
  summary: '',
  config: ['select', 'kinds'],
};
const preset: OptionDefinition = { name: 'preset', value: 'NAME', summary: '', choices: ['gateway', 'consumers'] };
const yes: OptionDefinition = { name: 'yes', summary: '' };

function resolve(sources: Partial<FlagSources> & Pick<FlagSources, 'options'>) {
  return resolveFlags({ given: new Map(), environment: {}, configured: () => undefined, ...sources });
}

test('a flag comes before the environment, that before the file, and that before the default', () => {
  const configured = (path: readonly string[]): unknown => (path.join('.') === 'quotaShare' ? 0.3 : undefined);
  const environment = { HOLDFAST_QUOTA_SHARE: '0.2' };
  const given = new Map([['quota-share', '0.1']]);
  const at = (sources: Partial<FlagSources>): [string, string | undefined] => {
    const flags = resolve({ options: [share], ...sources });
    return [flags.get('quota-share'), flags.origin('quota-share')];
  };
  assert.deepEqual(at({ given, environment, configured }), ['0.1', 'flag']);
  assert.deepEqual(at({ environment, configured }), ['0.2', 'environment']);
  assert.deepEqual(at({ configured }), ['0.3', 'file']);
  assert.deepEqual(at({}), ['0.5', 'default']);
});

test('an empty variable is none', () => {
  assert.equal(
    resolve({ options: [share], environment: { HOLDFAST_QUOTA_SHARE: '' } }).origin('quota-share'),
    'default',
  );
});

test('lists are separated by commas where names are, and by blanks where ids may hold commas', () => {
  const flags = resolve({
    options: [only, kinds],
    given: new Map([
      ['kinds', ['proxy, app-key', 'developer']],
      ['only', ['a,b']],
    ]),
  });
  assert.deepEqual(flags.list('kinds'), ['proxy', 'app-key', 'developer']);
  assert.deepEqual(flags.list('only'), ['a,b']);
  const environment = { HOLDFAST_KINDS: 'proxy,developer', HOLDFAST_ONLY: 'apis/** developers/a,b' };
  const fromEnvironment = resolve({ options: [only, kinds], environment });
  assert.deepEqual(fromEnvironment.list('kinds'), ['proxy', 'developer']);
  assert.deepEqual(fromEnvironment.list('only'), ['apis/**', 'developers/a,b']);
  const configured = (path: readonly string[]): unknown => (path[1] === 'kinds' ? ['proxy'] : undefined);
  assert.deepEqual(resolve({ options: [kinds], configured }).list('kinds'), ['proxy']);
});

test('a switch in the environment is true or false, and nothing else', () => {
  const at = (text: string): boolean => resolve({ options: [yes], environment: { HOLDFAST_YES: text } }).is('yes');
  assert.deepEqual(['1', 'true', 'YES', '0', 'false', 'no'].map(at), [true, true, true, false, false, false]);
  assert.throws(
    () => at('maybe'),
    (error) => error instanceof UserError && error.code === 'USAGE',
  );
});

test('a value that the option does not have is refused wherever it comes from', () => {
  const refused = (error: unknown): boolean =>
    error instanceof UserError && error.code === 'USAGE' && error.next === 'Choose one of gateway, consumers.';
  assert.throws(() => resolve({ options: [preset], given: new Map([['preset', 'all']]) }), refused);
  assert.throws(() => resolve({ options: [preset], environment: { HOLDFAST_PRESET: 'all' } }), refused);
});

test('what is needed and not given says how to give it', () => {
  const flags = resolve({ options: [{ name: 'org', value: 'NAME', summary: '' }] });
  assert.throws(
    () => flags.get('org'),
    (error) => error instanceof UserError && error.next === 'Give --org NAME or set HOLDFAST_ORG.',
  );
});

test('an option may have older or clearer variables', () => {
  const endpoint = { name: 'endpoint', summary: '', variables: ['HOLDFAST_APIGEE_ENDPOINT'] };
  assert.deepEqual(variablesOf(endpoint), ['HOLDFAST_APIGEE_ENDPOINT', 'HOLDFAST_ENDPOINT']);
});
