/**
 * What a reader leaves with: files of exactly what is listed, links, a code to embed.
 * @module
 */

import * as api from './api.mjs';
import { byId, copy, say } from './dom.mjs';
import { filters, write } from './state.mjs';
import { nombre, t } from './textes.mjs';

/** Features of one page of GeoJSON, at most. */
const PAGE = 10_000;

/**
 * What the list holds: its address in the API, and how many.
 * @typedef {object} Listed
 * @property {string} url GeoJSON
 * @property {number} count structures with a point
 * @property {number | null} placeless those counted without a point; null when they are not of this list
 */

/** @param {string} url @param {Record<string, string>} params @returns {string} the same with other parameters */
function having(url, params) {
  const address = new URL(url);
  for (const [name, value] of Object.entries(params)) address.searchParams.set(name, value);
  return address.href;
}

/** @param {import('./state.mjs').State} state @param {Listed} listed */
export function drawExports(state, { url, count, placeless }) {
  const within = url.includes('/proximity/within');
  const csv = byId('export-csv');
  csv.href = having(url, { f: 'csv' });
  csv.textContent = t('CSV ({})', nombre(count));
  const without = byId('export-csv-sans-point');
  without.hidden = placeless === null;
  without.href = api.url('/collections/structures_non_localisees/items', { f: 'csv', ...filters(state) });
  without.textContent = t('CSV des structures sans point ({})', nombre(placeless));
  const geojson = byId('export-geojson');
  geojson.href = within ? url : having(url, { limit: String(PAGE) });
  geojson.textContent = t('GeoJSON ({})', nombre(within ? count : Math.min(count, PAGE)));
}

/** @param {import('./state.mjs').State} state @returns {string} the code that shows the same map in another page */
export function iframe(state) {
  const embedded = write({ ...state, integre: true }, location.search);
  const src = `${location.origin}${location.pathname}${embedded}${location.hash}`;
  const title = (document.querySelector('h1')?.textContent ?? 'Essaim').replaceAll('"', '&quot;');
  return `<iframe src="${src.replaceAll('&', '&amp;')}" title="${title}" width="100%" height="520" loading="lazy"></iframe>`;
}

/** @param {string} id @param {() => string} text @param {string} said */
function copies(id, text, said) {
  byId(id).addEventListener('click', async () => {
    await copy(text());
    byId(id).focus();
    say(said);
  });
}

/** @param {() => import('./state.mjs').State} state @param {() => Listed} listed */
export function listen(state, listed) {
  copies('copier', () => listed().url, t('URL de l’API copiée'));
  copies('copier-lien', () => location.href, t('Lien copié'));
  copies('copier-iframe', () => iframe(state()), t('Code d’intégration copié'));
  byId('imprimer').addEventListener('click', () => print());
}
