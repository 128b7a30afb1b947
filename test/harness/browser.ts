import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A browser of this machine, closed when the test ends. Where there is none the test fails and says how to get one: a page
 * that no browser was shown is not tested.
 */
export async function openBrowser(t: TestContext): Promise<Browser> {
  const executablePath = [process.env['BROWSER_PATH'], ...places].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (executablePath === undefined) {
    throw new Error(
      'There is no Chromium on this machine. Install it (on Debian: tools/install-chromium) or name it in BROWSER_PATH.',
    );
  }
  t.diagnostic(`browser: ${executablePath}`);
  const browser = await chromium.launch({ executablePath, args: quiet });
  t.after(() => browser.close());
  return browser;
}
