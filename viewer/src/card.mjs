/**
 * The card of a commune: its figures and how they were made.
 * @module
 */

import { byId, element, nombre } from './dom.mjs';

/**
 * @param {any} commune a feature of /density
 * @param {any} metadata the provenance of the answer
 * @param {any} leftOut what the answer leaves out
 * @param {(() => void) | null} only shows this commune alone; null when it is
 */
export function drawCard(commune, metadata, leftOut, only) {
  const figures = commune.properties;
  const base = document.body.dataset.base ?? '';
  const portrait = element('a', { href: `${base}/portrait/commune:${encodeURIComponent(figures.code)}` });
  portrait.append(`Portrait de ${figures.libelle}`);
  const card = byId('fiche');
  card.setAttribute('aria-labelledby', 'fiche-titre');
  card.dataset.commune = figures.code;
  card.replaceChildren(
    element('h2', { id: 'fiche-titre' }, figures.libelle),
    table(figures),
    element('p', { class: 'vers-portrait' }, portrait),
    ...alone(only),
    method(metadata, leftOut),
  );
  card.hidden = false;
}

/** @param {(() => void) | null} only @returns {HTMLElement[]} */
function alone(only) {
  if (!only) return [];
  const button = element('button', { type: 'button', class: 'seule' }, 'Voir cette commune seule');
  button.addEventListener('click', only);
  return [element('p', {}, button)];
}

/** No commune chosen. */
export function hideCard() {
  const card = byId('fiche');
  card.hidden = true;
  delete card.dataset.commune;
  card.replaceChildren();
}

/** @param {any} figures @returns {HTMLElement} */
function table(figures) {
  const rows = [
    ['structures', 'Structures', nombre(figures.structures)],
    ['emplois', 'Emplois estimés', `entre ${nombre(figures.emplois_bas)} et ${nombre(figures.emplois_haut)}`],
    ['sans_tranche', 'Sans tranche d’effectifs, hors emplois', nombre(figures.emplois_sans_tranche)],
    ['pour_10000', 'Pour 10 000 habitants', nombre(figures.pour_10000_habitants, 1)],
    ['densite', 'Par km²', nombre(figures.densite_km2, 1)],
    ['localisees', 'Localisées', nombre(figures.au_numero + figures.a_la_voie)],
    ['non_localisees', 'Non localisées', nombre(figures.non_localisees)],
    ['masquees', 'À diffusion partielle', nombre(figures.masquees)],
  ];
  const pairs = rows.map(([key, label, value]) =>
    element('div', {}, element('dt', {}, label), element('dd', { 'data-chiffre': key }, value)),
  );
  return element('dl', {}, ...pairs);
}

/** @param {any} metadata @param {any} leftOut @returns {HTMLElement} */
function method(metadata, leftOut) {
  const sources = metadata.sources.map(({ titre, producteur, millesime }) =>
    element('li', {}, `${titre} (${producteur}, ${millesime})`),
  );
  const paragraphs = [
    `Périmètre : ${metadata.perimetre.titre}, version ${metadata.perimetre.version}.`,
    metadata.perimetre.reserve,
    `Employeur : ${metadata.regle_employeur.libelle}.`,
    'Les structures non localisées ou à diffusion partielle comptent dans leur commune, sans point sur la carte.',
    leftOutText(leftOut),
    metadata.avertissement,
  ].filter(Boolean);
  return element(
    'details',
    {},
    element('summary', {}, 'Comment c’est calculé'),
    ...paragraphs.map((text) => element('p', {}, text)),
    element('p', {}, 'Sources :'),
    element('ul', {}, ...sources),
  );
}

/** @param {any} leftOut @returns {string} */
function leftOutText(leftOut) {
  const { non_localisees: placeless, masquees: hidden, hors_zone: outside } = leftOut ?? {};
  if (!placeless && !hidden && !outside) return 'À l’échelle de la commune, aucune structure n’est laissée de côté.';
  const parts = [
    `${nombre(placeless)} non localisées`,
    `${nombre(hidden)} à diffusion partielle`,
    `${nombre(outside)} hors des communes`,
  ];
  return `Laissées de côté : ${parts.join(', ')}.`;
}
