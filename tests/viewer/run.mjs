/**
 * Checks the pages of a running service in Chromium, with the network cut but for the service.
 *
 *     node run.mjs BASE_URL [--shots FOLDER]
 */

import { launch, tally } from './browser.mjs';
import { addresses, desk, files, weight } from './journeys.mjs';
import { keyboard } from './keyboard.mjs';
import { elsewhere, portraits, withoutWebGl } from './pages.mjs';

const browser = await launch();
try {
  for (const part of [weight, desk, files, addresses, keyboard, elsewhere, portraits]) await part(browser);
  await withoutWebGl();
} finally {
  await browser.close();
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
