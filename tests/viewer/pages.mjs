/**
 * Small screens, no script, no WebGL, and the other pages of the service.
 * @module
 */

import assert from 'node:assert/strict';

import { check, launch, openPage, shoot } from './browser.mjs';
import * as tools from './checks.mjs';

/** Small screens, and no script. */
export async function elsewhere(browser) {
  // The third is a desk enlarged to 200 %.
  for (const [width, height] of [[390, 800], [320, 640], [640, 400]]) {
    const page = await openPage(browser, { width, height });
    await check(`${width} px: the sheet opens on the list, nothing sticks out, no accessibility violation`, async () => {
      await tools.mapReady(page);
      assert.ok(await page.isHidden('#liste'));
      await shoot(page, `carte-${width}`);
      await page.click('#feuille');
      assert.equal(await page.getAttribute('#feuille', 'aria-expanded'), 'true');
      await page.locator('#liste li').first().waitFor();
      assert.ok((await tools.overflow(page)) <= 0);
      assert.deepEqual(await tools.violations(page), []);
      await shoot(page, `carte-${width}-feuille`);
      await page.focus('#territoire-saisie');
      await page.keyboard.press('Escape');
      assert.ok(await page.isHidden('#liste'));
      assert.equal(await page.evaluate(() => document.activeElement.id), 'feuille');
      const box = await page.locator('#carte canvas').boundingBox();
      await tools.asking(page, () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 3), '/');
      await page.waitForFunction(() => document.body.classList.contains('feuille-ouverte'));
      assert.deepEqual(page.errors, []);
    });
    await page.context().close();
  }
  const page = await openPage(browser, { javaScriptEnabled: false });
  await check('without a script, the drawn map and the table', async () => {
    assert.ok(await page.locator('#carte > svg').isVisible());
    assert.equal(await page.locator('#zones tbody tr').count(), 13);
    assert.equal(await page.locator('input:visible, select:visible, button:visible, summary:visible').count(), 0, 'a control that does nothing');
  });
  await shoot(page, 'sans-script');
  await page.context().close();
}

/** @param {Uint8Array} pdf @returns {number} its pages */
function pagesOf(pdf) {
  return Buffer.from(pdf).toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length;
}

/** The portrait and the comparison: read, printed, sorted, without a script. */
export async function portraits(browser) {
  const compared = '/portrait/ept:T10/compare?with=commune:94052&with=commune:94058';
  for (const [name, path] of [['portrait', '/portrait/ept:T10'], ['portrait-en', '/portrait/commune:94052?lang=en'], ['comparaison', compared],
    ['perimetre', '/perimetre?f=html'], ['reconciliation', '/reconciliation?f=html'], ['accessibilite', '/accessibilite'],
    ['api', '/api?f=html'], ['collection', '/collections/structures/items?f=html'], ['verite', '/demo/verite?f=html']]) {
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
export async function withoutWebGl() {
  const browser = await launch(['--disable-3d-apis']);
  const page = await openPage(browser, { path: '/?lon=2.4836&lat=48.8369&rayon=250' });
  await check('without WebGL, the drawn map, the list, the filters and the card', async () => {
    await tools.said(page, 'Carte fixe');
    assert.ok(await page.locator('#carte > svg').isVisible());
    assert.ok((await page.locator('#liste > li').count()) > 0);
    assert.ok(await page.locator('#fiche').isVisible());
    await tools.asking(page, () => page.check('input[name="famille"][value="mutuelles"]'), '/proximity/within');
    await page.waitForFunction(() => /^0 structure/.test(document.querySelector('#compte').textContent) || document.querySelectorAll('#liste > li').length < 5);
    assert.deepEqual(page.errors, []);
  });
  await shoot(page, 'sans-webgl');
  await browser.close();
}
