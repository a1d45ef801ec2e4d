/**
 * What is shown, kept in the address: a link or a bookmark brings the same view back.
 * The frame of the map is after `#`, written by MapLibre itself.
 * @module
 */

/** Families, in the order of the legend, with the colour of their points. */
export const FAMILLES = [
  { code: 'associations', libelle: 'Associations', couleur: '#0072B2' },
  { code: 'cooperatives', libelle: 'Coopératives', couleur: '#D55E00' },
  { code: 'fondations', libelle: 'Fondations', couleur: '#882255' },
  { code: 'mutuelles', libelle: 'Mutuelles', couleur: '#007A5E' },
  {
    code: 'societes_commerciales_ess',
    libelle: 'Sociétés commerciales de l’ESS',
    couleur: '#5D5D00',
  },
  { code: 'autres_opbnl', libelle: 'Autres organismes privés à but non lucratif', couleur: '#555555' },
];

/**
 * @typedef {object} State
 * @property {string | null} territoire the part of the atlas shown; null for all of it
 * @property {string[] | null} familles the families shown; null for all
 * @property {[number, number] | null} point longitude, latitude
 * @property {number} rayon metres
 */

/** Radius of an address that gives none. */
const RAYON = 500;

/** @param {string} search @returns {State} the state of an address */
export function read(search) {
  const params = new URLSearchParams(search);
  const asked = (params.get('famille') ?? '').split(',');
  const familles = FAMILLES.map(({ code }) => code).filter((code) => asked.includes(code));
  return {
    territoire: params.get('territoire') || null,
    familles: familles.length > 0 ? familles : null,
    point: readPoint(params.get('point')),
    rayon: Number(params.get('rayon')) || RAYON,
  };
}

/** @param {string | null} text @returns {[number, number] | null} */
function readPoint(text) {
  if (!text) return null;
  const [lon, lat, ...rest] = text.split(',').map(Number);
  const valid = rest.length === 0 && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  return valid ? [lon, lat] : null;
}

/** @param {State} state @param {string} search the parameters of others stay @returns {string} */
export function write(state, search) {
  const params = new URLSearchParams(search);
  const set = (name, value) => (value ? params.set(name, value) : params.delete(name));
  set('territoire', state.territoire);
  set('famille', state.familles?.join(','));
  set('point', state.point?.join(','));
  set('rayon', state.rayon === RAYON ? null : String(state.rayon));
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text ? `?${text}` : '';
}

/** @param {State} state @returns {import('./api.mjs').Filtre} the filter, as the API names it */
export function filtre(state) {
  return { territoire: state.territoire ?? undefined, famille: state.familles?.join(',') };
}

/** @param {number} degrees @returns {number} to a decimetre: more would only lengthen the address */
export function rounded(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}
