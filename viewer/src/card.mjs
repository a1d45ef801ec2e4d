/**
 * The card of a territory: its figures after the filters, and how they were made.
 * @module
 */

import { button, byId, element } from './dom.mjs';
import { nombre, pluriel, t } from './textes.mjs';

/** @param {string} titre @param {...Node} children @returns {HTMLElement} the card, opened */
export function openCard(titre, ...children) {
  const card = byId('fiche');
  card.setAttribute('aria-labelledby', 'fiche-titre');
  card.replaceChildren(element('h2', { id: 'fiche-titre' }, titre), ...children);
  card.hidden = false;
  delete card.dataset.commune;
  delete card.dataset.siret;
  return card;
}

/** No card. */
export function hideCard() {
  const card = byId('fiche');
  card.hidden = true;
  delete card.dataset.commune;
  delete card.dataset.siret;
  card.replaceChildren();
}

/** @param {[string, string, string][]} rows key, label, value @returns {HTMLElement} */
export function facts(rows) {
  const pairs = rows.map(([key, label, value]) =>
    element('div', {}, element('dt', {}, label), element('dd', { 'data-chiffre': key }, value)),
  );
  return element('dl', {}, ...pairs);
}

/** @param {string} text @param {string} path within the service @returns {HTMLElement} */
export function link(text, path) {
  return element('a', { href: (document.body.dataset.base ?? '') + path }, text);
}

/**
 * @param {{territoire: string, nom: string}} of
 * @param {any} answer of /aggregates by commune
 * @param {(() => void) | null} only shows this territory alone; null when it is
 */
export function drawTerritory({ territoire, nom }, answer, only) {
  const [alone] = answer.lignes.length === 1 ? answer.lignes : [];
  const counted = alone ?? answer.total;
  const { bas, haut, sans_tranche: bandless } = counted.emplois;
  const employees = haut === null ? t('au moins {}', nombre(bas)) : t('entre {} et {}', nombre(bas), nombre(haut));
  /** @type {[string, string, string][]} */
  const rates = alone
    ? [
        ['pour_10000', t('Pour 10 000 habitants'), nombre(alone.pour_10000_habitants, 1)],
        ['densite', t('Par km²'), nombre(alone.densite_km2, 1)],
      ]
    : [];
  const { metadata, laissees_de_cote: left } = answer;
  const card = openCard(
    nom,
    facts([
      ['structures', t('Structures'), nombre(counted.structures)],
      ['emplois', t('Emplois estimés'), employees],
      ['sans_tranche', t('Sans tranche d’effectifs, hors emplois'), nombre(bandless)],
      ...rates,
      ['localisees', t('Localisées'), nombre(counted.au_numero + counted.a_la_voie)],
      ['non_localisees', t('Non localisées'), nombre(counted.non_localisees)],
      ['masquees', t('À diffusion partielle'), nombre(counted.masquees)],
    ]),
    element('p', {}, link(t('Portrait de {}', nom), `/portrait/${encodeURI(territoire)}?lang=${document.body.dataset.langue}`)),
    ...(only ? [element('p', {}, button(t('Voir ce territoire seul'), only, { class: 'seule' }))] : []),
    method(metadata, left),
  );
  if (alone) card.dataset.commune = alone.code;
}

/** @param {any} metadata @param {any} left what the answer leaves out @returns {HTMLElement} */
function method(metadata, left) {
  const sources = metadata.sources.map((/** @type {any} */ { titre, producteur, millesime }) =>
    element('li', {}, `${titre} (${producteur}, ${millesime})`),
  );
  const paragraphs = [
    t('Périmètre : {}, version {}.', metadata.perimetre.titre, metadata.perimetre.version),
    metadata.perimetre.reserve,
    t('Employeur : {}.', metadata.regle_employeur.libelle),
    t('Les structures non localisées ou à diffusion partielle comptent dans leur commune, sans point sur la carte.'),
    leftOut(left ?? {}),
    metadata.avertissement,
  ].filter(Boolean);
  return element(
    'details',
    {},
    element('summary', {}, t('Comment c’est calculé')),
    ...paragraphs.map((text) => element('p', {}, text)),
    element('p', {}, t('Sources')),
    element('ul', {}, ...sources),
  );
}

/** @param {any} left @returns {string} */
function leftOut({ non_localisees: placeless, masquees: hidden, hors_zone: outside }) {
  if (!placeless && !hidden && !outside) return t('À l’échelle de la commune, aucune structure n’est laissée de côté.');
  const parts = [
    pluriel(placeless, '{} non localisée', '{} non localisées'),
    t('{} à diffusion partielle', nombre(hidden)),
    t('{} hors des communes', nombre(outside)),
  ];
  return t('Laissées de côté : {}.', parts.join(', '));
}
