import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openBrowser } from '../harness/browser.ts';
import { createBackedWorkplace } from '../harness/run-holdfast.ts';

const HOSTILE = '</td><script>document.title="run"</script><img src=x onerror="document.title=1">&"';

test('the report opens in a browser whole: no script, no other resource, dark and light, wide and narrow, on paper', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup', '--reason', HOSTILE])).exit, 0);
  assert.equal((await workplace.run(['verify', '--record'])).exit, 0);
  const { document } = await workplace.json('audit-evidence', ['audit', 'evidence', 'pack', '--from', '1d']);
  const browser = await openBrowser(t);
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: 'light' });
  const problems: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  const url = pathToFileURL(join(document.folder, 'report.html')).href;
  await page.goto(url);
  assert.deepEqual([problems, asked], [[], [url]]);
  assert.match(await page.title(), /^Evidence for acme-prod, \d{4}-\d\d-\d\d to /);
  assert.equal(await page.locator('script, img, link, iframe').count(), 0);
  const text = await page.locator('#actions').innerText();
  assert.ok(text.includes(HOSTILE), 'what somebody wrote is shown as text');
  assert.deepEqual(await page.locator('section > h2').allInnerTexts(), [
    'SOC 2 criteria',
    'Backups',
    'Proofs',
    'Restores',
    'Secrets opened',
    'Keys',
    'Posture',
    'Break-glass',
    'The audit trail itself',
    'Every action',
    'Raw records',
  ]);
  for (const link of await page.locator('a[href^="#"]').all()) {
    const target = (await link.getAttribute('href')) ?? '';
    assert.equal(await page.locator(target).count(), 1, target);
  }
  const background = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.notEqual(await background(), light);
  for (const width of [1200, 768, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(over, 0, `nothing sticks out at ${width}`);
  }
  const shot = await page.screenshot({ fullPage: true });
  assert.ok(shot.length > 20_000, 'something was drawn');
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  assert.equal(await background(), light);
  const paper = await page.pdf({ format: 'A4' });
  assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
});

test('a pack holds what its manifest says, and every raw record has the hash that it is listed with', async (t) => {
  const workplace = await createBackedWorkplace(t);
  assert.equal((await workplace.run(['backup'])).exit, 0);
  const { document } = await workplace.json('audit-evidence', ['audit', 'evidence', 'pack', '--from', '1d']);
  const read = (file: string): Promise<string> => readFile(join(document.folder, file), 'utf8');
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const manifest = JSON.parse(await read('manifest.json')) as { files: { file: string; sha256: string }[] };
  assert.deepEqual(
    manifest.files.map(({ file }) => file),
    ['evidence.json', 'records.jsonl', 'report.html'],
  );
  for (const { file, sha256: expected } of manifest.files) assert.equal(sha256(await read(file)), expected, file);
  const lines = (await read('records.jsonl')).trimEnd().split('\n');
  assert.ok(lines.length >= 6);
  for (const line of lines) {
    const { hash } = JSON.parse(line) as { hash: string };
    const record = line.slice(line.indexOf('"record":') + '"record":'.length, -1);
    assert.equal(sha256(record), hash);
  }
});
