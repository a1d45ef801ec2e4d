/**
 * A browser, its pages, and the count of what was checked.
 * @module
 */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** The network is cut but for the service: whatever a page asks elsewhere fails, and is noted. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

const [given, option, folder] = process.argv.slice(2);
if (!given) {
  console.error('usage: node run.mjs BASE_URL [--shots FOLDER]');
  process.exit(2);
}
export const base = given;
export const origin = new URL(base).origin;
const shots = option === '--shots' ? folder : undefined;
if (shots) mkdirSync(shots, { recursive: true });

export const tally = { passed: 0, failed: 0 };

/** @param {string} reason nothing can be checked here, which is not a failure */
function skip(reason) {
  console.log(`SKIP: ${reason}`);
  process.exit(0);
}

/** @param {string[]} [flags] @returns {Promise<any>} a browser */
export async function launch(flags = []) {
  if (!existsSync(CHROMIUM)) skip(`no browser at ${CHROMIUM} (set CHROMIUM)`);
  if (!existsSync(new URL('node_modules/playwright-core', import.meta.url))) skip('no node_modules (npm ci)');
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
}

/** @param {string} title @param {() => Promise<void>} look */
export async function check(title, look) {
  try {
    await look();
    tally.passed += 1;
    console.log(`ok    ${title}`);
  } catch (error) {
    tally.failed += 1;
    console.log(`FAIL  ${title}\n      ${error.message.split('\n').join('\n      ')}`);
  }
}

/**
 * @param {any} browser
 * @param {{path?: string, width?: number, height?: number, javaScriptEnabled?: boolean, reducedMotion?: string, acceptDownloads?: boolean}} [options]
 * @returns {Promise<any>} a page that notes requests elsewhere and errors
 */
export async function openPage(browser, { path = '/', width = 1280, height = 800, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'fr-FR', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  const page = await context.newPage();
  page.elsewhere = [];
  page.errors = [];
  context.on('request', (request) => {
    const own = request.url().startsWith(`${origin}/`) || /^(data|blob):/.test(request.url());
    if (!own) page.elsewhere.push(request.url());
  });
  page.on('pageerror', (error) => page.errors.push(error.message));
  page.on('console', (message) => {
    // The browser logs what it asks by itself, the 404 of a service that has no landmarks or of a structure that is in
    // the other collection, and the refusals that a check asks for.
    const expected = /\/(landmarks|favicon\.ico)$|\/items\/|territoire=commune:99999/.test(message.location().url);
    if (['error', 'warning'].includes(message.type()) && !expected && !/WebGL|GL Driver/.test(message.text())) {
      page.errors.push(`${message.text()} ${message.location().url}`);
    }
  });
  // The viewer hands its map to this object when it exists.
  await page.addInitScript(() => {
    window.__essaim = {};
  });
  await page.goto(new URL(path, base).href);
  return page;
}

/** @param {any} page @param {string} name */
export async function shoot(page, name) {
  if (!shots) return;
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

/** @param {string} path @returns {Promise<any>} */
export async function json(path) {
  const response = await fetch(new URL(path, base), { headers: { Accept: 'application/json' } });
  return response.json();
}
