/**
 * What the map page owes its readers, checked in a browser against the answers of the service.
 * @module
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @param {any} page @returns {Promise<void>} once the map has drawn everything it was given */
export async function mapReady(page) {
  await page.waitForFunction(() => window.__essaim?.map?.areTilesLoaded(), null, { timeout: 30000 });
  await page.waitForFunction(() => document.querySelector('#legende li[data-effectif]'));
}

/** @param {any} page @returns {Promise<void>} a click in the middle of the map, and its answer */
export async function clickCentre(page) {
  const box = await page.locator('#carte canvas').boundingBox();
  const answered = page.waitForResponse((response) => response.url().includes('/proximity/within'));
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await answered;
  await page.waitForFunction(() => !document.querySelector('#copier').hidden);
}

/** @param {any} page @returns {Promise<string[]>} violations of the accessibility rules */
export async function violations(page) {
  // Evaluated by the debugger: the content policy of the page refuses an added script.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => window.axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** @param {any} page @returns {Promise<number>} pixels that stick out on the right */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** @param {any} page @returns {Promise<Record<string, number>>} features drawn, by layer */
export function drawn(page) {
  return page.evaluate(() => {
    const counts = {};
    for (const { layer } of window.__essaim.map.queryRenderedFeatures()) {
      counts[layer.id] = (counts[layer.id] ?? 0) + 1;
    }
    return counts;
  });
}

/** @param {any} page @param {any} communes @returns {Promise<boolean>} every commune lies within the frame */
export async function framed(page, communes) {
  const [[west, south], [east, north]] = await page.evaluate(() => window.__essaim.map.getBounds().toArray());
  return communes.features.every(
    ({ bbox }) => bbox[0] >= west && bbox[1] >= south && bbox[2] <= east && bbox[3] <= north,
  );
}

/** @param {any} page @returns {Promise<number>} communes that the legend counts */
export function legendTotal(page) {
  return page.$$eval('#legende [data-effectif]', (rows) =>
    rows.reduce((sum, row) => sum + Number(row.dataset.effectif), 0),
  );
}

/** @param {any} page @returns {Promise<{code: string, figures: Record<string, string>}>} the card */
export function card(page) {
  return page.evaluate(() => ({
    code: document.querySelector('#fiche').dataset.commune,
    figures: Object.fromEntries(
      [...document.querySelectorAll('#fiche [data-chiffre]')].map((cell) => [cell.dataset.chiffre, cell.textContent]),
    ),
  }));
}

/** @param {number} value @param {number} [decimals] @returns {string} as the page writes it */
export function french(value, decimals = 0) {
  return value.toLocaleString('fr-FR', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** @param {any} figures of /density @returns {Record<string, string>} the card that they make */
export function expectedCard(figures) {
  return {
    structures: french(figures.structures),
    sans_tranche: french(figures.emplois_sans_tranche),
    emplois: `entre ${french(figures.emplois_bas)} et ${french(figures.emplois_haut)}`,
    pour_10000: french(figures.pour_10000_habitants, 1),
    densite: french(figures.densite_km2, 1),
    localisees: french(figures.au_numero + figures.a_la_voie),
    non_localisees: french(figures.non_localisees),
    masquees: french(figures.masquees),
  };
}
