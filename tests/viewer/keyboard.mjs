/**
 * The map page with the keyboard alone: no mouse, a visible focus, no trap.
 * @module
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { check, json, openPage } from './browser.mjs';
import * as tools from './checks.mjs';

/** Presses Tab until an element has the focus. @param {any} page @param {string} selector */
async function tabTo(page, selector) {
  for (let step = 0; step < 150; step += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} is not reached with Tab`);
}

/** @param {any} page @returns {Promise<boolean>} the reader sees where the focus is */
function focusSeen(page) {
  return page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  });
}

export async function keyboard(browser) {
  const page = await openPage(browser, { acceptDownloads: true, reducedMotion: 'reduce' });
  await tools.mapReady(page);
  await check('keyboard alone: choose a town', async () => {
    await tabTo(page, '#territoire-saisie');
    assert.ok(await focusSeen(page));
    await page.keyboard.type('maisons alfort');
    await page.waitForSelector('#territoire-choix [role="option"]');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.getAttribute('#territoire-saisie', 'aria-activedescendant'), 'territoire-choix-0');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('#territoire-nom').textContent === 'Maisons-Alfort');
    assert.equal(await page.getAttribute('#territoire-saisie', 'aria-expanded'), 'false');
  });
  const filters = 'territoire=commune:94046&famille=mutuelles';
  const { features, numberMatched } = await json(`/collections/structures/items?${filters}`);
  await check('keyboard alone: filter the mutuals', async () => {
    assert.ok(numberMatched > 0);
    await tabTo(page, 'input[name="famille"][value="mutuelles"]');
    assert.ok(await focusSeen(page));
    await page.keyboard.press('Space');
    await page.waitForFunction((count) => document.querySelector('#liste-titre').textContent.startsWith(`${count} `), String(numberMatched));
  });
  await check('keyboard alone: export the list', async () => {
    await tabTo(page, '#partager summary');
    await page.keyboard.press('Enter');
    await tabTo(page, '#export-csv');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const rows = tools.csvRows(readFileSync(await download.path(), 'utf8'));
    assert.deepEqual(rows.slice(1).map(([siret]) => siret).sort(), features.map(({ id }) => id).sort());
  });
  await check('keyboard alone: open a card, the focus in it, and back to the list', async () => {
    await tabTo(page, '#liste button.nom');
    const siret = await page.evaluate(() => document.activeElement.dataset.siret);
    await page.keyboard.press('Enter');
    await page.waitForFunction((wanted) => document.querySelector('#fiche').dataset.siret === wanted && document.activeElement.id === 'fiche', siret);
    await tabTo(page, '#fermer-fiche');
    await page.keyboard.press('Enter');
    await page.waitForFunction((wanted) => document.activeElement?.dataset.siret === wanted, siret);
  });
  await check('keyboard alone: take a filter off, the focus staying among the filters', async () => {
    await page.focus('#puces button');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('#puces').hidden);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'recherche-saisie');
  });
  await check('keyboard alone: reach the map, move it, search around its centre, and leave it', async () => {
    await tabTo(page, '#carte canvas');
    assert.ok(await focusSeen(page));
    const before = await page.evaluate(() => window.__essaim.map.getCenter().toArray());
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(([lon]) => window.__essaim.map.getCenter().lng > lon, before);
    await page.waitForTimeout(500);
    await tools.asking(page, () => page.keyboard.press('Enter'), '/proximity/within');
    await page.waitForFunction(() => document.activeElement?.id === 'fiche' || document.querySelector('#compte').textContent.includes('structure'));
    await page.focus('#carte canvas');
    await page.keyboard.press('Tab');
    assert.ok(!(await page.evaluate(() => document.activeElement.matches('#carte canvas'))), 'the map keeps the focus');
  });
  await check('keyboard alone: the skip links lead to the list and to the map', async () => {
    await page.reload();
    await tools.mapReady(page);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#resultats');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('#resultats').contains(document.activeElement)));
  });
  await check('keyboard alone: every control has a name and a size', async () => {
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
    const small = await page.$$eval('#panneau button, #panneau select, #panneau input, #panneau a', (controls) => controls
      .filter((control) => control.checkVisibility())
      .map((control) => ({ control, box: (control.closest('label') ?? control).getBoundingClientRect() }))
      .filter(({ control, box }) => box.height < 24 && !control.closest('#zones, p:not(.outil), .tete'))
      .map(({ control, box }) => `${control.id || control.name || control.textContent} ${box.height}`));
    assert.deepEqual(small, []);
  });
  await check('no error with the keyboard alone', async () => assert.deepEqual([page.errors, page.elsewhere], [[], []]));
  await page.context().close();
}
