/**
 * How fast the map is in a browser that draws by software: from the address to a map that can be used, then moving.
 *
 *     node benches/viewer.mjs BASE_URL [RUNS]
 */

import { createRequire } from 'node:module';

const require = createRequire(new URL('../tests/viewer/', import.meta.url));
const { chromium } = require('playwright-core');
const [base, runs = '5'] = process.argv.slice(2);
if (!base) {
  console.error('usage: node benches/viewer.mjs BASE_URL [RUNS]');
  process.exit(2);
}

/** @param {number[]} values @param {number} share @returns {number} */
const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];

const usable = [];
let page;
let browser;
for (let run = 0; run < Number(runs); run += 1) {
  await browser?.close();
  // A new browser each time: nothing is kept from the run before.
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(() => {
    window.__essaim = {};
  });
  const start = Date.now();
  await page.goto(base);
  await page.waitForFunction(() => window.__essaim.map?.loaded() && window.__essaim.map.areTilesLoaded());
  usable.push(Date.now() - start);
}
const counted = await page.textContent('#etat');
console.log(`${counted}`);
console.log(`carte utilisable : ${quantile(usable, 0.5)} ms (médiane de ${runs}), ${Math.max(...usable)} ms au plus`);

for (const zoom of [9, 11, 13]) {
  const { frames, idle } = await page.evaluate(async (z) => {
    const { map } = window.__essaim;
    map.jumpTo({ zoom: z });
    await new Promise((resolve) => { map.once('idle', resolve); });
    const times = [];
    let last = performance.now();
    let running = true;
    const tick = (now) => {
      times.push(now - last);
      last = now;
      if (running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    // Ten screens' breadth of steady pan, new tiles all along.
    map.panBy([600, 200], { duration: 3000, easing: (share) => share, essential: true });
    await new Promise((resolve) => { map.once('moveend', resolve); });
    running = false;
    const start = performance.now();
    if (!map.loaded() || !map.areTilesLoaded()) await new Promise((resolve) => { map.once('idle', resolve); });
    return { frames: times.slice(1), idle: performance.now() - start };
  }, zoom);
  console.log(`zoom ${zoom} : ${frames.length} images en 3 s ; ${quantile(frames, 0.5).toFixed(0)} ms l’une (médiane), ${quantile(frames, 0.95).toFixed(0)} ms au 95e centile ; tout est là ${idle.toFixed(0)} ms après l’arrêt`);
}
await browser.close();
