/**
 * Checks the map page of a running service in Chromium.
 *
 *     node run.mjs BASE_URL [--shots FOLDER]
 */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const [base, option, shots] = process.argv.slice(2);
const origin = base && new URL(base).origin;
let [passed, failed] = [0, 0];

/** @param {string} reason nothing can be checked here, which is not a failure */
function skip(reason) {
  console.log(`SKIP: ${reason}`);
  process.exit(0);
}

/** @param {string} title @param {() => Promise<void>} check */
async function check(title, check) {
  try {
    await check();
    passed += 1;
    console.log(`ok    ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${title}\n      ${error.message.split('\n').join('\n      ')}`);
  }
}

/** @returns {Promise<any>} a page that notes requests elsewhere and errors */
async function openPage(browser, { path = '/', width = 1280, height = 800, javaScriptEnabled = true } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, javaScriptEnabled, locale: 'fr-FR' });
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
    // The browser logs what it asks by itself, and the 404 of a service that has no landmarks.
    const expected = /\/(landmarks|favicon\.ico)$/.test(message.location().url);
    if (message.type() === 'error' && !expected) page.errors.push(`${message.text()} ${message.location().url}`);
  });
  // The viewer hands its map to this object when it exists.
  await page.addInitScript(() => {
    window.__essaim = {};
  });
  await page.goto(new URL(path, base).href);
  return page;
}

/** @param {any} page @param {string} name */
async function shoot(page, name) {
  if (option !== '--shots' || !shots) return;
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(shots, `${name}.png`) });
  await page.screenshot({ path: join(shots, `${name}-entier.png`), fullPage: true });
}

/** @param {string} path @returns {Promise<any>} */
async function json(path) {
  const response = await fetch(new URL(path, base), { headers: { Accept: 'application/json' } });
  return response.json();
}

/** The map alive, on a desk. */
async function desk(browser, tools) {
  const page = await openPage(browser);
  await check('the map draws communes, points and names', async () => {
    await tools.mapReady(page);
    await page.waitForTimeout(1000);
    const counts = await tools.drawn(page);
    for (const layer of ['communes', 'couronne', 'noms', 'numero-associations', 'voie-associations']) {
      assert.ok(counts[layer] > 0, `${layer}: ${JSON.stringify(counts)}`);
    }
  });
  await check('the frame holds the whole territory', async () => {
    assert.ok(await tools.framed(page, await json('/collections/communes/items')));
  });
  await shoot(page, 'bureau');
  const density = await json('/density?zone=commune');
  await check('the legend counts every commune', async () => {
    assert.equal(await tools.legendTotal(page), density.features.length);
  });
  await check('counts by family are those of the service', async () => {
    for (const { code, structures } of (await json('/aggregates?par=famille')).lignes) {
      assert.equal(await page.textContent(`output[data-famille="${code}"]`), tools.french(structures));
    }
  });
  await check('the figures shown and those on the map are told apart', async () => {
    const { total } = density;
    const placed = tools.french(total.au_numero + total.a_la_voie);
    assert.equal(await page.textContent('#etat'), `${tools.french(total.structures)} structures comptées, dont ${placed} sur la carte`);
    assert.ok((await page.locator('#liste > li').count()) > 0, 'no list beside the map');
  });
  await search(page, tools, density);
  await filter(page, tools);
  await check('no accessibility violation', async () => assert.deepEqual(await tools.violations(page), []));
  await check('no request elsewhere', async () => assert.deepEqual(page.elsewhere, []));
  await check('no error in the page', async () => assert.deepEqual(page.errors, []));
  await page.context().close();
}

/** A click on the map. */
async function search(page, tools, density) {
  await check('a click gives what the copied URL gives', async () => {
    await tools.clickCentre(page);
    await page.click('#copier');
    await page.waitForFunction(() => document.querySelector('#etat').textContent.includes('copiée'));
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const answer = await (await fetch(copied)).json();
    assert.match(await page.textContent('#compte'), new RegExp(`^${tools.french(answer.numberMatched)} `));
    assert.equal(await page.locator('#liste > li').count(), answer.numberMatched);
    assert.ok((await page.textContent('#exclus')).startsWith(tools.french(answer.exclus.total)));
  });
  await shoot(page, 'bureau-point');
  await check('the card gives the figures of its commune', async () => {
    const { code, figures } = await tools.card(page);
    const commune = density.features.find((feature) => feature.id === code);
    assert.deepEqual(figures, tools.expectedCard(commune.properties));
  });
  await check('invented structures have no link to the official directory', async () => {
    assert.equal(await page.getAttribute('body', 'data-fictif'), 'true');
    assert.equal(await page.locator('a[href*="annuaire-entreprises"]').count(), 0);
  });
  await check('Enter on the map searches around its centre', async () => {
    const before = page.url();
    await page.focus('#carte canvas');
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(800);
    await page.keyboard.press('Enter');
    await page.waitForFunction((url) => location.href.split('#')[0] !== url, before.split('#')[0]);
    await page.waitForFunction(() => document.activeElement?.id === 'fiche');
  });
  await check('the address brings the view back', async () => {
    const again = await openPage(page.context().browser(), { path: page.url() });
    await again.waitForFunction(() => !document.querySelector('#copier').hidden);
    assert.equal(await again.textContent('#compte'), await page.textContent('#compte'));
    await again.context().close();
  });
}

/** The families. */
async function filter(page, tools) {
  await check('a family left out leaves the points, the list and the rates; back restores', async () => {
    const before = await page.textContent('#compte');
    const asked = page.waitForRequest((request) => request.url().includes('/density') && request.url().includes('famille='));
    await page.uncheck('input[name="famille"][value="associations"]');
    await asked;
    await page.waitForFunction((text) => document.querySelector('#compte').textContent !== text, before);
    await page.waitForTimeout(500);
    assert.equal((await tools.drawn(page))['numero-associations'], undefined);
    assert.ok(new URL(page.url()).searchParams.get('famille'));
    await page.goBack();
    await page.waitForFunction((text) => document.querySelector('#compte').textContent === text, before);
    assert.ok(await page.isChecked('input[name="famille"][value="associations"]'));
  });
}

/** Addresses: a territory, a point outside of it, a mistake. */
async function addresses(browser, tools) {
  const { features } = await json('/density?zone=commune');
  await check('a territory in the address is shown alone, and the way back', async () => {
    const [commune] = features;
    const page = await openPage(browser, { path: `/?territoire=commune:${commune.id}` });
    await tools.mapReady(page);
    await page.waitForFunction((code) => document.querySelector('#fiche').dataset.commune === code, commune.id);
    assert.equal(await tools.legendTotal(page), 1);
    await page.click('#tout');
    await page.waitForFunction((n) => document.querySelectorAll('#territoire[hidden]').length === 1 && n, 1);
    await page.waitForFunction((n) => [...document.querySelectorAll('#legende [data-effectif]')]
      .reduce((sum, row) => sum + Number(row.dataset.effectif), 0) === n, features.length);
    await page.context().close();
  });
  await check('around a point in a neighbouring commune, all that is listed is drawn', async () => {
    const ring = (await json('/collections/structures/items?couronne=true&limit=10000')).features;
    const [lon, lat] = ring.find(({ properties }) => properties.couronne && properties.qualite_position === 'numero').geometry.coordinates;
    const page = await openPage(browser, { path: `/?point=${lon},${lat}#14/${lat}/${lon}` });
    await tools.mapReady(page);
    await page.waitForTimeout(1000);
    const listed = await page.locator('#liste > li').count();
    const found = await page.evaluate(() => new Set(window.__essaim.map.queryRenderedFeatures()
      .filter(({ source }) => source === 'trouvees').map(({ properties }) => properties.siret)).size);
    assert.equal(found, listed);
    await page.context().close();
  });
  await check('out of the atlas nothing is known, which is not zero', async () => {
    const page = await openPage(browser, { path: '/?point=-4.5,48.4' });
    await page.waitForFunction(() => document.querySelector('#compte').textContent.startsWith('Hors des communes'));
    await page.context().close();
  });
  await check('an address that the service refuses still shows a map, and says so', async () => {
    const page = await openPage(browser, { path: '/?point=2.4836,48.8369&rayon=-5' });
    await tools.mapReady(page);
    await page.waitForFunction(() => document.querySelector('#etat').textContent.startsWith('Adresse incomprise'));
    await page.context().close();
  });
}

/** Small screens, and no script. */
async function elsewhere(browser, tools) {
  for (const [width, height] of [[390, 800], [320, 640]]) {
    const page = await openPage(browser, { width, height });
    await check(`${width} px: nothing sticks out, no accessibility violation`, async () => {
      await tools.mapReady(page);
      await tools.clickCentre(page);
      assert.ok((await tools.overflow(page)) <= 0);
      assert.deepEqual(await tools.violations(page), []);
    });
    await shoot(page, `ecran-${width}`);
    await page.context().close();
  }
  const page = await openPage(browser, { javaScriptEnabled: false });
  await check('without a script, the drawn map and the table', async () => {
    assert.ok(await page.locator('#carte > svg').isVisible());
    assert.ok((await page.locator('#communes tbody tr').count()) > 0);
    assert.equal(await page.locator('input:visible, select:visible, button:visible').count(), 0, 'a control that does nothing');
  });
  await shoot(page, 'sans-script');
  await page.context().close();
}

/** @param {Uint8Array} pdf @returns {number} its pages */
function pagesOf(pdf) {
  return Buffer.from(pdf).toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length;
}

/** The portrait and the comparison: read, printed, sorted, without a script. */
async function portraits(browser, tools) {
  const compared = '/portrait/ept:T10/compare?with=commune:94052&with=commune:94058';
  for (const [name, path] of [['portrait', '/portrait/ept:T10'], ['portrait-en', '/portrait/commune:94052?lang=en'], ['comparaison', compared],
    ['perimetre', '/perimetre?f=html'], ['reconciliation', '/reconciliation?f=html']]) {
    for (const width of [1280, 360]) {
      const page = await openPage(browser, { path, width });
      await check(`${name}, ${width} px: nothing sticks out, no accessibility violation, no error`, async () => {
        assert.deepEqual(await tools.violations(page), []);
        assert.ok((await tools.overflow(page)) <= 0);
        assert.deepEqual([page.errors, page.elsewhere], [[], []]);
      });
      await shoot(page, `${name}-${width}`);
      await page.context().close();
    }
  }
  const page = await openPage(browser, { path: '/portrait/ept:T10' });
  await check('a header sorts its table: largest first, then smallest, the total staying at the foot', async () => {
    const column = () => page.$$eval('#communes tbody tr td:nth-child(2)', (cells) => cells.map((cell) => Number(cell.textContent.replace(/\D/g, ''))));
    const button = page.locator('#communes thead th:nth-child(2) button');
    await button.click();
    const descending = await column();
    assert.deepEqual(descending, [...descending].sort((a, b) => b - a));
    assert.equal(await page.getAttribute('#communes thead th:nth-child(2)', 'aria-sort'), 'descending');
    await page.keyboard.press('Enter');
    assert.deepEqual(await column(), [...descending].reverse());
    assert.match(await page.textContent('#communes tfoot th'), /Ensemble/);
  });
  await check('the portrait prints on at most six A4 pages', async () => {
    const pages = pagesOf(await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    assert.ok(pages >= 3 && pages <= 6, `${pages} pages`);
  });
  await page.context().close();
  const bare = await openPage(browser, { path: '/portrait/ept:T10', javaScriptEnabled: false });
  await check('without a script the portrait has its maps, its tables and no dead button', async () => {
    assert.equal(await bare.locator('svg.carte:visible').count(), 2);
    assert.equal(await bare.locator('button').count(), 0);
    assert.ok((await bare.locator('#communes tbody tr').count()) === 13);
  });
  await bare.context().close();
}

/** A browser that cannot draw the map. */
async function withoutWebGl(chromium) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, '--disable-3d-apis'] });
  const page = await openPage(browser, { path: '/?point=2.4836,48.8369&rayon=250' });
  await check('without WebGL, the drawn map, the list and the card', async () => {
    await page.waitForFunction(() => document.querySelector('#etat').textContent.startsWith('Carte fixe'));
    assert.ok(await page.locator('#carte > svg').isVisible());
    assert.ok((await page.locator('#liste > li').count()) > 0);
    assert.ok(await page.locator('#fiche').isVisible());
    assert.deepEqual(page.errors, []);
  });
  await shoot(page, 'sans-webgl');
  await browser.close();
}

if (!base) {
  console.error('usage: node run.mjs BASE_URL [--shots FOLDER]');
  process.exit(2);
}
if (!existsSync(CHROMIUM)) skip(`no browser at ${CHROMIUM} (set CHROMIUM)`);
if (!existsSync(new URL('node_modules/playwright-core', import.meta.url))) skip('no node_modules (npm ci)');
if (shots) mkdirSync(shots, { recursive: true });

const { chromium } = await import('playwright-core');
const tools = await import('./checks.mjs');
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  await desk(browser, tools);
  await addresses(browser, tools);
  await elsewhere(browser, tools);
  await portraits(browser, tools);
  await withoutWebGl(chromium);
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
