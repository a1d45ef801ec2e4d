/**
 * The list beside the map: the same structures, after the same filters, for those who do not see the map.
 * @module
 */

import { button, byId, element } from './dom.mjs';
import { symbol } from './familles.mjs';
import { labelOf } from './filtres.mjs';
import { review } from './review.mjs';
import { nombre, pluriel, t } from './textes.mjs';

/** Structures drawn at once. */
export const PAGE = 20;

/** @typedef {(feature: any) => void} Show opens the card of a structure */

/** @param {any} answer of /proximity/within @param {string} where @param {Show} show */
export function drawResults(answer, where, show) {
  const metres = nombre(answer.search.rayon);
  // No commune of the atlas is touched: nothing is known there, which is not zero.
  const unknown = answer.exclus.communes.length === 0;
  byId('compte').textContent = unknown
    ? t('Hors des communes de cet atlas')
    : pluriel(answer.numberMatched, '{} structure à moins de {} m de {}', '{} structures à moins de {} m de {}', metres, where);
  byId('compte').classList.remove('invitation');
  byId('exclus').textContent = unknown ? t('Rien n’y est connu : ce n’est pas zéro structure.') : unmeasured(answer.exclus);
  byId('liste-titre').textContent = t('Structures à moins de {} m, à vol d’oiseau', metres);
  byId('liste').replaceChildren();
  byId('reste').replaceChildren();
  more(answer.features, show);
}

/** Draws the next of what is already here. @param {any[]} features @param {Show} show */
function more(features, show) {
  byId('liste').append(...features.slice(0, PAGE).map((feature) => item(feature, show)));
  const rest = features.slice(PAGE);
  const next = byId('suite');
  next.hidden = rest.length === 0;
  next.onclick = () => follow(() => more(rest, show));
}

/** Draws more, the focus on the first of it. @param {() => void | Promise<void>} draw */
async function follow(draw) {
  const before = byId('liste').children.length;
  await draw();
  byId('liste').children[before]?.querySelector('button')?.focus();
}

/**
 * The structures after the filters.
 * @param {any} page of the collection
 * @param {{where: string, table: string, next: (url: string) => Promise<any>, show: Show, empty: Node[]}} options
 */
export function drawListing(page, options) {
  const left = page.laissees_de_cote;
  byId('liste-titre').textContent = `${pluriel(page.numberMatched, '{} structure localisée', '{} structures localisées')} ${options.where}`;
  byId('compte').textContent = t('Cliquer la carte : les structures autour, et celles qui n’ont pas pu être mesurées.');
  byId('compte').classList.add('invitation');
  byId('exclus').textContent = left ? placeless(left) : '';
  byId('liste').replaceChildren();
  byId('reste').replaceChildren(element('a', { href: options.table }, t('Toutes, en tableau')));
  if (page.numberMatched === 0) byId('liste').replaceChildren(element('li', {}, ...options.empty));
  append(page, options);
}

/** @param {any} left out of the points @returns {string} */
function placeless({ non_localisees: without, masquees: hidden }) {
  if (!without && !hidden) return '';
  return t('Comptées sans point : {} non localisées, {} à diffusion partielle.', nombre(without), nombre(hidden));
}

/** @param {any} page @param {Parameters<typeof drawListing>[1]} options */
function append(page, options) {
  byId('liste').append(...page.features.map((/** @type {any} */ feature) => item(feature, options.show)));
  const next = page.links.find((/** @type {any} */ { rel }) => rel === 'next');
  byId('suite').hidden = !next;
  byId('suite').onclick = () => next && follow(async () => append(await options.next(next.href), options));
}

/** @param {any} exclus @returns {string} */
function unmeasured(exclus) {
  if (exclus.total === 0) return t('Toutes les structures des communes touchées ont pu être mesurées.');
  const count = pluriel(exclus.total, '{} structure n’a pas pu être mesurée', '{} structures n’ont pas pu être mesurées');
  const parts = [
    t('{} à la voie', nombre(exclus.a_la_voie)),
    t('{} sans point', nombre(exclus.sans_point)),
    t('{} à diffusion partielle', nombre(exclus.masquees)),
  ];
  return t('{} : {}.', count, parts.join(', '));
}

/** @param {any} feature @param {Show} show @returns {HTMLElement} */
function item(feature, show) {
  const found = feature.properties;
  const hollow = found.qualite_position === 'voie';
  const name = button(found.nom, () => show(feature), { class: 'nom', 'data-siret': found.siret });
  const head = [symbol(found.famille, hollow), name];
  if (typeof found.distance_m === 'number') {
    head.push(element('span', { class: 'distance' }, `${nombre(found.distance_m)} m`));
  }
  const where = [found.adresse, found.nom_commune].filter(Boolean).join(', ');
  const what = [labelOf('famille', found.famille), found.secteur && labelOf('secteur', found.secteur), labelOf('tranche_effectifs', found.tranche_effectifs)];
  return element(
    'li',
    {},
    element('p', { class: 'tete' }, ...head),
    element('p', { class: 'detail' }, what.filter(Boolean).join(' · ')),
    element('p', { class: 'detail' }, where),
    ...review(found).map((line) => element('p', { class: 'detail' }, line)),
  );
}
