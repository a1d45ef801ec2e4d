/**
 * What a reader should know before trusting a structure: what was corrected, what waits for a person's eye.
 * @module
 */

/** Codes of the service, in French. */
const A_VERIFIER = {
  point_hors_commune: 'point à plus d’un kilomètre de sa commune',
  point_aberrant: 'point trop loin de sa commune pour être montré',
  iris_contredit: 'IRIS différent de celui de l’Insee',
  sources_contradictoires: 'sources contradictoires sur l’ESS',
  correction_a_revoir: 'correction à revoir',
};
const CORRIGE = {
  position: 'position',
  iris: 'IRIS',
  famille: 'famille',
  secteur: 'secteur',
  employeur: 'employeur',
  nom: 'nom',
  inclure: 'présence dans le périmètre',
};

/** @param {string} codes @param {Record<string, string>} words @returns {string} */
const said = (codes, words) => codes.split(',').map((code) => words[code] ?? code).join(', ');

/**
 * @param {{ a_verifier?: string | null, corrige?: string | null }} structure properties of a feature
 * @returns {string[]} lines to show; none for most structures
 */
export function review({ a_verifier: toReview, corrige }) {
  return [
    corrige ? `Corrigé par l’observatoire : ${said(corrige, CORRIGE)}.` : '',
    toReview ? `À vérifier : ${said(toReview, A_VERIFIER)}.` : '',
  ].filter(Boolean);
}
