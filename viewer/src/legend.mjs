/**
 * The legend: unit, classes with their number of communes, families, conventions.
 * @module
 */

import { NO_VALUE } from './classes.mjs';
import { element, nombre, pluriel, swatch } from './dom.mjs';
import { FAMILLES } from './state.mjs';

/** @param {any[]} classes @returns {number} decimals that tell the bounds apart */
function decimals(classes) {
  return classes.length > 0 && classes[classes.length - 1].haut - classes[0].bas < 2 ? 2 : 1;
}

/** @param {HTMLElement} patch @param {string} text @param {string} [count] @returns {HTMLElement} */
function row(patch, text, count) {
  const children = count ? [patch, text, element('span', { class: 'effectif' }, count)] : [patch, text];
  return element('li', {}, ...children);
}

/** @param {any[]} classes @param {number} sansValeur @returns {HTMLElement} */
function classRows(classes, sansValeur) {
  const digits = decimals(classes);
  const rows = classes.map(({ bas, haut, couleur, effectif }) => {
    const text = `${nombre(bas, digits)} à ${nombre(haut, digits)}`;
    const item = row(swatch(couleur), text, pluriel(effectif, 'commune', 'communes'));
    item.dataset.effectif = String(effectif);
    return item;
  });
  if (sansValeur > 0) {
    const item = row(swatch(NO_VALUE), 'Sans valeur', pluriel(sansValeur, 'commune', 'communes'));
    item.dataset.effectif = String(sansValeur);
    rows.push(item);
  }
  return element('ul', { class: 'classes' }, ...rows);
}

/** @param {any[]} sources @returns {string} those of the figure and of its denominator */
function vintages(sources) {
  const read = sources.filter(({ role }) => ['stock_etablissement', 'population_communes'].includes(role));
  return read.map(({ producteur, titre, millesime }) => `${producteur}, ${titre} (${millesime})`).join(' ; ');
}

/**
 * @param {HTMLElement} host
 * @param {{classes: any[], sansValeur: number}} classement
 * @param {string[]} codes families shown
 * @param {any[]} sources of the answer
 */
export function draw(host, { classes, sansValeur }, codes, sources) {
  const families = FAMILLES.filter(({ code }) => codes.includes(code));
  const points = families.map(({ libelle, couleur }) => row(swatch(couleur, 'point'), libelle));
  points.push(row(swatch('#4a4a4a', 'creux'), 'Creux : placée à la voie'));
  points.push(row(swatch('#e4e2dd'), 'Commune voisine'));
  host.replaceChildren(
    element('h2', {}, 'Structures employeuses pour 10 000 habitants'),
    element('p', {}, 'par commune, en quartiles (borne haute comprise)'),
    classRows(classes, sansValeur),
    element('ul', { class: 'points' }, ...points),
    element('p', { class: 'sources' }, `Sources : ${vintages(sources)}.`),
  );
}
