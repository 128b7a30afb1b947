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

/** What help has to say of connection strings and signed URLs stands there, and needs no storage. */
const ACCESS = 'src/vault/blob/azure-access.ts';

test('help is there at once: it loads no kind, no adapter and no verb', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', telling, program, '--help'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const loaded = stderr.trim().split('\n');
  assert.ok(loaded.includes('src/cli/registry.ts'), stderr);
  assert.deepEqual(
    loaded
      .filter((path) => path !== ACCESS)
      .filter((path) => /^src\/(core\/kinds|access|apigee|azure|identity|sim|vault|cli\/commands)\//.test(path)),
    [],
  );
});
