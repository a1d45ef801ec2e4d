/**
 * What the map page owes its readers, checked in a browser against the answers of the service.
 * @module
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @param {any} page @returns {Promise<void>} once the map has drawn everything it was given */
export async function mapReady(page) {
  await page.waitForFunction(() => window.__essaim?.map?.loaded() && window.__essaim.map.areTilesLoaded(), null, { timeout: 30000 });
  await page.waitForFunction(() => document.querySelector('#legende h2') && document.querySelector('#etat').textContent !== 'Chargement…');
}

/** @param {any} page @param {string} text that the status comes to hold */
export function said(page, text) {
  return page.waitForFunction((wanted) => document.querySelector('#etat').textContent.includes(wanted), text);
}

/** @param {any} page @param {() => Promise<any>} act @param {string} path asked of the service by it */
export async function asking(page, act, path) {
  const answered = page.waitForResponse((response) => response.url().includes(path));
  await act();
  await answered;
  await page.waitForTimeout(200);
}

/** @param {any} page @param {[number, number]} at longitude, latitude @returns {Promise<{x: number, y: number}>} on the screen */
export function project(page, at) {
  return page.evaluate((lngLat) => {
    const { x, y } = window.__essaim.map.project(lngLat);
    const { left, top } = document.querySelector('#carte canvas').getBoundingClientRect();
    return { x: x + left, y: y + top };
  }, at);
}

/** @param {any} page @returns {Promise<{x: number, y: number}>} a place of the map, on the screen, away from any structure */
export function emptyPlace(page) {
  return page.evaluate(() => {
    const { map } = window.__essaim;
    const { width, height, left, top } = document.querySelector('#carte canvas').getBoundingClientRect();
    for (let x = width / 2; x < width - 40; x += 15) {
      const [low, high] = [[x - 20, height / 2 - 20], [x + 20, height / 2 + 20]];
      const found = map.queryRenderedFeatures([low, high], { layers: ['structures', 'groupes'].filter((id) => map.getLayer(id)) });
      if (found.length === 0) return { x: x + left, y: height / 2 + top };
    }
    throw new Error('structures everywhere');
  });
}

/** @param {any} page @returns {Promise<string[]>} violations of the accessibility rules */
export async function violations(page) {
  // Evaluated by the debugger: the content policy of the page refuses an added script.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => window.axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join(', ')}`);
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

/** @param {any} page @param {string} layer @returns {Promise<string[]>} SIRET drawn */
export function siretsDrawn(page, layer = 'structures') {
  return page.evaluate((id) => {
    const found = window.__essaim.map.queryRenderedFeatures({ layers: [id] });
    return [...new Set(found.map(({ properties }) => properties.siret))].sort();
  }, layer);
}

/** @param {any} page @param {any} communes @returns {Promise<boolean>} every commune lies within the frame */
export async function framed(page, communes) {
  const [[west, south], [east, north]] = await page.evaluate(() => window.__essaim.map.getBounds().toArray());
  return communes.features.every(
    ({ bbox }) => bbox[0] >= west && bbox[1] >= south && bbox[2] <= east && bbox[3] <= north,
  );
}

/** @param {any} page @returns {Promise<number>} zones that the legend counts */
export function legendTotal(page) {
  return page.$$eval('#legende [data-effectif]', (rows) =>
    rows.reduce((sum, row) => sum + Number(row.dataset.effectif), 0),
  );
}

/** @param {any} page @returns {Promise<{code: string, siret: string, figures: Record<string, string>}>} the card */
export function card(page) {
  return page.evaluate(() => ({
    code: document.querySelector('#fiche').dataset.commune,
    siret: document.querySelector('#fiche').dataset.siret,
    figures: Object.fromEntries(
      [...document.querySelectorAll('#fiche [data-chiffre]')].map((cell) => [cell.dataset.chiffre, cell.textContent]),
    ),
  }));
}

/** @param {number} value @param {number} [decimals] @returns {string} as the page writes it */
export function french(value, decimals = 0) {
  return value.toLocaleString('fr-FR', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** @param {any} row of /aggregates by commune @returns {Record<string, string>} the card that it makes */
export function expectedCard(row) {
  return {
    structures: french(row.structures),
    sans_tranche: french(row.emplois.sans_tranche),
    emplois: `entre ${french(row.emplois.bas)} et ${french(row.emplois.haut)}`,
    pour_10000: french(row.pour_10000_habitants, 1),
    densite: french(row.densite_km2, 1),
    localisees: french(row.au_numero + row.a_la_voie),
    non_localisees: french(row.non_localisees),
    masquees: french(row.masquees),
  };
}

/** @param {string} text @returns {string[][]} rows of a CSV of the service, its header first */
export function csvRows(text) {
  const rows = [[]];
  for (const [, cell, end] of text.replace(/^\ufeff/, '').matchAll(/("(?:[^"]|"")*"|[^";\r\n]*)(;|\r?\n|$)/g)) {
    rows.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end !== ';') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}
