import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

/** Tells every module of ours that is loaded, on stderr. */
const telling = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      if (url.includes('/src/')) process.stderr.write(url.slice(url.lastIndexOf('/src/') + 1) + '\\n');
      return next(url, context);
    },
  });
`)}`;

test('help is there at once: it loads no kind, no adapter and no verb', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', telling, program, '--help'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const loaded = stderr.trim().split('\n');
  assert.ok(loaded.includes('src/cli/registry.ts'), stderr);
  assert.deepEqual(
    loaded.filter((path) => /^src\/(core\/kinds|apigee|identity|sim|cli\/commands)\//.test(path)),
    [],
  );
});
