/**
 * Two territories side by side: a table, then two maps at the same scale that move together, under the same classes.
 * @module
 */

import * as api from './api.mjs';
import { link } from './card.mjs';
import { button, byId, element } from './dom.mjs';
import { labelOf } from './filtres.mjs';
import { open } from './map.mjs';
import { nombre, t } from './textes.mjs';

/** Rows of the comparison shown here: section, indicator, decimals. The page of the comparison has them all. @type {[string, string, number][]} */
const ROWS = [
  ['territoire', 'population', 0],
  ['territoire', 'structures', 0],
  ['territoire', 'pour_10000_habitants', 1],
  ['territoire', 'densite_km2', 1],
  ['territoire', 'emplois_bas', 0],
  ['territoire', 'emplois_haut', 0],
  ['familles', 'structures', 0],
];
/** @type {Record<string, string>} */
const NAMES = {
  population: 'Population',
  structures: 'Structures',
  pour_10000_habitants: 'Pour 10 000 habitants',
  densite_km2: 'Par km²',
  emplois_bas: 'Emplois estimés, au moins',
  emplois_haut: 'Emplois estimés, au plus',
};

/**
 * @param {string} first @param {string} second territories
 * @param {() => void} stop
 * @returns {Promise<any>} the comparison, drawn
 */
export async function drawTable(first, second, stop) {
  const path = `/portrait/${encodeURI(first)}/compare`;
  const answer = await api.get(api.url(path, { with: second, f: 'json' }));
  const [one, other] = answer.territoires;
  const rows = ROWS.flatMap(([section, indicator, digits]) =>
    answer.lignes
      .filter((/** @type {any} */ row) => row.section === section && row.indicateur === indicator)
      .map((/** @type {any} */ row) => {
        const value = (/** @type {any} */ { territoire }) => nombre(row[`valeur ${territoire}`], digits);
        const name = section === 'territoire' ? t(NAMES[indicator]) : labelOf('famille', row.code);
        return element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value(one)), element('td', {}, value(other)));
      }),
  );
  const heads = [t('Indicateur'), one.nom, other.nom].map((text) => element('th', { scope: 'col' }, text));
  const host = byId('comparaison');
  host.replaceChildren(
    element('h2', {}, t('{} et {}', one.nom, other.nom)),
    element(
      'table',
      {},
      element('caption', {}, t('Tous secteurs et toutes familles, sans les filtres')),
      element('thead', {}, element('tr', {}, ...heads)),
      element('tbody', {}, ...rows),
    ),
    element('p', {}, link(t('Toute la comparaison'), `${path}?with=${encodeURI(second)}&lang=${document.body.dataset.langue}`)),
    element('p', {}, button(t('Ne plus comparer'), stop, { id: 'ne-plus-comparer' })),
  );
  host.hidden = false;
  return answer;
}

/** No comparison. */
export function hide() {
  byId('comparaison').hidden = true;
  byId('comparaison').replaceChildren();
}

/** The second map. */
export class Second {
  /** @type {import('./map.mjs').Carte | null} */
  #carte = null;
  /** @type {string | null} */
  #framed = null;

  /**
   * @param {any} style @param {string} territoire
   * @param {import('./map.mjs').Carte} first the map that it moves with
   */
  async draw(style, territoire, first) {
    const bounds = await api.bounds(territoire);
    const host = byId('carte-comparee');
    host.hidden = false;
    first.map.resize();
    if (!this.#carte) {
      this.#carte = await open(host, style, { bounds, hash: false, embedded: false });
      if (this.#carte) together(first.map, this.#carte.map);
    }
    this.#carte?.setStyle(style);
    if (this.#framed === territoire || !this.#carte) return;
    this.#framed = territoire;
    this.#carte.frame(bounds);
    // The same scale on both: the smaller of the two that show their territory whole.
    const zoom = Math.min(first.map.getZoom(), this.#carte.map.getZoom());
    for (const map of [first.map, this.#carte.map]) map.jumpTo({ zoom });
  }

  /** @param {import('./map.mjs').Carte | null} first takes its room back */
  close(first) {
    if (!this.#carte) return;
    this.#carte.remove();
    this.#carte = null;
    this.#framed = null;
    byId('carte-comparee').replaceChildren();
    byId('carte-comparee').hidden = true;
    first?.map.resize();
  }
}

/**
 * The same scale and the same moves: each stays over its own territory.
 * @param {any} first @param {any} second maps
 */
function together(first, second) {
  let following = false;
  const follow = (/** @type {any} */ leader, /** @type {any} */ other) => {
    let last = leader.getCenter();
    leader.on('move', (/** @type {any} */ event) => {
      const [before, now] = [last, leader.getCenter()];
      last = now;
      // A move that the reader did not make is ours: it is not sent back.
      if (following || !event.originalEvent) return;
      following = true;
      const centre = other.getCenter();
      other.jumpTo({
        center: [centre.lng + now.lng - before.lng, centre.lat + now.lat - before.lat],
        zoom: leader.getZoom(),
      });
      following = false;
    });
  };
  follow(first, second);
  follow(second, first);
}
