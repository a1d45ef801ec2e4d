/**
 * The card of a structure: what is known of it, from where, why it is of the ESS, and how to mend it.
 * @module
 */

import { facts, openCard } from './card.mjs';
import { reporter } from './correction.mjs';
import { button, byId, element } from './dom.mjs';
import { symbol } from './familles.mjs';
import { labelOf } from './filtres.mjs';
import { quality, review, rule } from './review.mjs';
import { nombre, pluriel, t } from './textes.mjs';

/** Public page of an establishment. */
const DIRECTORY = 'https://annuaire-entreprises.data.gouv.fr/etablissement/';

/** @param {any} feature @param {() => void} close */
export function drawStructure(feature, close) {
  const found = feature.properties;
  const band = labelOf('tranche_effectifs', found.tranche_effectifs);
  const year = found.annee_effectifs ? t('{} (année {})', band, found.annee_effectifs) : band;
  /** @type {[string, string, string | null][]} */
  const rows = [
    ['enseigne', t('Enseigne'), found.enseigne],
    ['secteur', t('Secteur'), found.secteur && `${labelOf('secteur', found.secteur)} (${found.code_ape})`],
    ['tranche', t('Effectifs'), year],
    ['adresse', t('Adresse'), [found.adresse, found.code_postal, found.nom_commune].filter(Boolean).join(', ')],
    ['position', t('Position'), quality(found)],
    ['regle', t('De l’ESS'), rule(found)],
    ['creation', t('Création'), found.date_creation],
    ['siret', 'SIRET', found.siret],
    ['siren', 'SIREN', found.siren],
    ['iris', 'IRIS', found.code_iris],
    ['distance', t('Distance, à vol d’oiseau'), typeof found.distance_m === 'number' ? `${nombre(found.distance_m)} m` : null],
  ];
  const known = rows.filter(([, , value]) => value);
  const card = openCard(
    found.nom,
    element('p', { class: 'famille' }, symbol(found.famille, found.qualite_position === 'voie'), ` ${labelOf('famille', found.famille)}`),
    facts(/** @type {[string, string, string][]} */ (known)),
    ...review(found).map((line) => element('p', {}, line)),
    ...directory(found),
    reporter(feature),
    element('p', {}, button(t('Fermer la fiche'), close, { id: 'fermer-fiche' })),
  );
  card.dataset.siret = found.siret;
}

/** @param {any} found @returns {HTMLElement[]} */
function directory({ siret, fictif }) {
  // Invented structures have no page there; their numbers could be somebody's.
  if (document.body.dataset.fictif !== 'false' || fictif) return [];
  const href = DIRECTORY + encodeURIComponent(siret);
  return [element('p', {}, element('a', { href, rel: 'noopener noreferrer' }, t('Annuaire des entreprises')))];
}

/**
 * Several structures at the same place: a list to choose from.
 * @param {any[]} features
 * @param {(feature: any) => void} show
 * @param {() => void} close
 */
export function drawSeveral(features, show, close) {
  const rows = features.map((feature) => {
    const { siret, nom, famille } = feature.properties;
    return element('li', {}, symbol(famille), button(nom, () => show(feature), { class: 'nom', 'data-siret': siret }));
  });
  openCard(
    pluriel(features.length, '{} structure à cet endroit', '{} structures à cet endroit'),
    element('ul', { class: 'ici' }, ...rows),
    element('p', {}, button(t('Fermer la fiche'), close, { id: 'fermer-fiche' })),
  );
}

/** @param {boolean} keyboard the reader came by it; with the mouse the page stays where it is */
export function focusCard(keyboard) {
  const card = byId('fiche');
  if (card.hidden) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: keyboard ? 'start' : 'nearest' });
}
