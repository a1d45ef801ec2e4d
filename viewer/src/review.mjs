/**
 * What a reader should know before trusting a structure: what was corrected, what waits for a person's eye, where its
 * point comes from, why it is here.
 * @module
 */

import { t } from './textes.mjs';

/** Codes of the service, in French. @type {Record<string, string>} */
const A_VERIFIER = {
  point_hors_commune: 'point à plus d’un kilomètre de sa commune',
  point_aberrant: 'point trop loin de sa commune pour être montré',
  iris_contredit: 'IRIS différent de celui de l’Insee',
  sources_contradictoires: 'sources contradictoires sur l’ESS',
  correction_a_revoir: 'correction à revoir',
};
/** @type {Record<string, string>} */
const CORRIGE = {
  position: 'position',
  iris: 'IRIS',
  famille: 'famille',
  secteur: 'secteur',
  employeur: 'employeur',
  nom: 'nom',
  inclure: 'présence dans le périmètre',
};
/** @type {Record<string, string>} */
const QUALITE = {
  numero: 'au numéro',
  interpolee: 'interpolée entre numéros',
  voie: 'à la voie : le point est quelque part dans la rue',
  commune: 'à la commune (pas de point)',
  inconnue: 'inconnue (pas de point)',
};
/** @type {Record<string, string>} */
const SOURCE = {
  correction: 'correction de l’observatoire',
  insee_geolocalisation: 'géolocalisation de l’Insee',
  sirene_lambert: 'coordonnées du répertoire Sirene',
};
/** @type {Record<string, string>} */
const REGLE = {
  forme: 'sa forme juridique ({})',
  mention: 'la mention ESS du répertoire Sirene',
  'liste:ess-france': 'la liste d’ESS France',
  'liste:esus': 'la liste des entreprises agréées ESUS',
  'liste:scop': 'l’annuaire des Scop',
  'liste:cress': 'la liste de la CRESS',
  correction: 'une correction de l’observatoire',
};
/** @type {Record<string, string>} */
const ACCORD = { forme: 'forme juridique', mention: 'mention du répertoire', liste: 'liste', aucune: 'aucune' };

/** @param {string} codes @param {Record<string, string>} words @param {string} [by] @returns {string} */
const said = (codes, words, by = ',') => codes.split(by).map((code) => t(words[code] ?? code)).join(', ');

/**
 * @param {{ a_verifier?: string | null, corrige?: string | null }} structure properties of a feature
 * @returns {string[]} lines to show; none for most structures
 */
export function review({ a_verifier: toReview, corrige }) {
  return [
    corrige ? t('Corrigé par l’observatoire : {}.', said(corrige, CORRIGE)) : '',
    toReview ? t('À vérifier : {}.', said(toReview, A_VERIFIER)) : '',
  ].filter(Boolean);
}

/** @param {any} structure properties of a feature @returns {string} how its point is known */
export function quality({ qualite_position: qualite, source_position: source }) {
  const words = t(QUALITE[qualite] ?? qualite);
  return source ? t('{} ; source : {}', words, t(SOURCE[source] ?? source)) : words;
}

/** @param {any} structure properties of a feature @returns {string} why it is of the ESS here */
export function rule({ regle, accord_sources: accord, categorie_juridique: categorie }) {
  return t('retenue par {} ; sources qui le disent : {}', t(REGLE[regle] ?? regle, categorie), said(accord, ACCORD, '+'));
}
