/**
 * The results around a point: count, those that could not be measured, list.
 * @module
 */

import { byId, element, nombre, pluriel, swatch } from './dom.mjs';
import { review } from './review.mjs';
import { FAMILLES } from './state.mjs';

/** Public page of an establishment. */
const DIRECTORY = 'https://annuaire-entreprises.data.gouv.fr/etablissement/';

/** Structures listed when no point is chosen. */
const LISTED = 20;

/** @param {any} answer of /proximity/within @param {(structure: any) => void} [show] */
export function drawResults(answer, show) {
  const metres = nombre(answer.search.rayon);
  // No commune of the atlas is touched: nothing is known there, which is not zero.
  const unknown = answer.exclus.communes.length === 0;
  byId('compte').textContent = unknown
    ? 'Hors des communes de cet atlas'
    : `${pluriel(answer.numberMatched, 'structure', 'structures')} à moins de ${metres} m`;
  byId('exclus').textContent = unknown
    ? 'Rien n’y est connu : ce n’est pas zéro structure.'
    : unmeasured(answer.exclus);
  byId('liste-titre').textContent = `Structures à moins de ${metres} m`;
  byId('liste').replaceChildren(...answer.features.map((feature) => item(feature, show)));
  byId('reste').replaceChildren();
  byId('copier').hidden = false;
}

/** Back to the invitation of the server's page. @param {string} invitation */
export function clearResults(invitation) {
  byId('compte').textContent = invitation;
  byId('exclus').textContent = '';
  byId('copier').hidden = true;
}

/**
 * The structures in sight, when no point is chosen.
 * @param {any[]} features in their order
 * @param {string} where
 * @param {string} table address of the page that lists them all
 * @param {(structure: any) => void} [show]
 */
export function drawListing(features, where, table, show) {
  byId('liste-titre').textContent = `${pluriel(features.length, 'structure localisée', 'structures localisées')} ${where}`;
  byId('liste').replaceChildren(...features.slice(0, LISTED).map((feature) => item(feature, show)));
  const more = features.length > LISTED ? `Les ${LISTED} premières par nom. ` : '';
  byId('reste').replaceChildren(more, element('a', { href: table }, 'Toutes, en tableau'));
}

/** @param {any} exclus @returns {string} */
function unmeasured(exclus) {
  if (exclus.total === 0) return 'Toutes les structures des communes touchées ont pu être mesurées.';
  const verb = exclus.total < 2 ? 'n’a pas pu être mesurée' : 'n’ont pas pu être mesurées';
  const count = pluriel(exclus.total, 'structure', 'structures');
  const parts = [
    `${nombre(exclus.a_la_voie)} à la voie`,
    `${nombre(exclus.sans_point)} sans point`,
    `${nombre(exclus.masquees)} à diffusion partielle`,
  ];
  return `${count} ${verb} : ${parts.join(', ')}.`;
}

/** @param {any} feature @param {((structure: any) => void) | undefined} show @returns {HTMLElement} */
function item(feature, show) {
  const found = feature.properties;
  const famille = FAMILLES.find(({ code }) => code === found.famille);
  const head = [swatch(famille?.couleur ?? '#4a4a4a', found.qualite_position === 'voie' ? 'creux' : 'point'), name(feature, show)];
  if (typeof found.distance_m === 'number') {
    head.push(element('span', { class: 'distance' }, `${nombre(found.distance_m)} m`));
  }
  const where = [found.adresse, found.nom_commune].filter(Boolean).join(', ');
  const what = [found.famille_libelle, found.secteur, found.tranche_libelle].filter(Boolean).join(' · ');
  const children = [
    element('p', { class: 'tete' }, ...head),
    element('p', { class: 'detail' }, what),
    element('p', { class: 'detail' }, where),
    ...review(found).map((line) => element('p', { class: 'detail' }, line)),
  ];
  // Invented structures have no page there; their numbers could be somebody's.
  if (document.body.dataset.fictif === 'false' && !found.fictif) {
    const link = element('a', { href: DIRECTORY + encodeURIComponent(found.siret), rel: 'noopener noreferrer' });
    link.append('Annuaire des entreprises');
    children.push(element('p', { class: 'detail' }, link));
  }
  return element('li', {}, ...children);
}

/** A button when the map can show it, else plain text. @returns {HTMLElement} */
function name(feature, show) {
  if (!show) return element('span', { class: 'nom' }, feature.properties.nom);
  const button = element('button', { type: 'button', class: 'nom', title: 'Montrer sur la carte' });
  button.append(feature.properties.nom);
  button.addEventListener('click', () => show(feature));
  return button;
}

/**
 * @param {string} text
 * @returns {Promise<void>} once on the clipboard
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Over plain HTTP, on a local network, browsers have no clipboard API.
    const area = element('textarea', { class: 'hors-ecran', readonly: '' });
    /** @type {any} */ (area).value = text;
    document.body.append(area);
    /** @type {any} */ (area).select();
    document.execCommand('copy');
    area.remove();
  }
}
