/**
 * What is shown, kept in the address under the names of the API: a link or a bookmark brings the same view back.
 * The frame of the map is after `#`, written by MapLibre itself.
 * @module
 */

/** Filters of the structures, each a list of values; an empty list lets everything through. */
export const FILTRES = /** @type {const} */ (['famille', 'secteur', 'tranche_effectifs', 'qualite_position']);

/** Filters whose values may hold commas: given several times rather than as a list. */
const REPEATED = ['secteur'];

/** What may be chosen, the default first. */
const CHOICES = {
  zone: ['commune', 'iris', 'h3', 'noyau', 'aucune'],
  per: ['10000hab', 'km2'],
  classes: ['quantiles', 'jenks', 'egales'],
};

/** What is on or off, and its default. */
const SWITCHES = { points: true, cercles: false, fond: false, autour: false, cadre: false, integre: false };

/** Radius of an address that gives none, metres. */
const RAYON = 500;

/**
 * @typedef {object} State
 * @property {string | null} territoire the part of the atlas shown; null for all of it
 * @property {Record<string, string[]>} filtres values let through, by parameter
 * @property {string} zone what the areas are: commune, iris, h3, noyau, aucune
 * @property {string} per denominator of the rates
 * @property {string} classes method of the classes
 * @property {[number, number] | null} point longitude, latitude
 * @property {number} rayon metres
 * @property {boolean} autour the structures of the commune shown and of what surrounds it
 * @property {string | null} with the territory compared
 * @property {string | null} siret the structure whose card is open
 * @property {boolean} points
 * @property {boolean} cercles
 * @property {boolean} fond the base map of IGN
 * @property {boolean} cadre the list keeps to the frame
 * @property {boolean} integre within another page
 */

/** @param {string} search @returns {{state: State, refused: string[]}} the state of an address, and what it got wrong */
export function read(search) {
  const params = new URLSearchParams(search);
  /** @type {string[]} */
  const refused = [];
  const refuse = (/** @type {string} */ name) => void refused.push(`${name}=${params.get(name)}`);
  const list = (/** @type {string} */ name) =>
    params.getAll(name).flatMap((value) => (REPEATED.includes(name) ? [value] : value.split(','))).filter((value) => value !== '');
  /** @param {keyof typeof CHOICES} name */
  const choice = (name) => {
    const asked = params.get(name);
    if (asked && !CHOICES[name].includes(asked)) refuse(name);
    return asked && CHOICES[name].includes(asked) ? asked : CHOICES[name][0];
  };
  /** @param {keyof typeof SWITCHES} name */
  const onOff = (name) => {
    const asked = params.get(name);
    if (asked && !['true', 'false'].includes(asked)) refuse(name);
    return asked === 'true' || (asked !== 'false' && SWITCHES[name]);
  };
  const rayon = Number(params.get('rayon') ?? RAYON);
  if (!(rayon > 0)) refuse('rayon');
  const point = readPoint(`${params.get('lon') ?? ''},${params.get('lat') ?? ''}`);
  if (!point && params.get('lon')) refuse('lon');
  if (!point && params.get('lat')) refuse('lat');
  const state = {
    territoire: params.get('territoire') || null,
    filtres: Object.fromEntries(FILTRES.map((name) => [name, list(name)])),
    zone: choice('zone'),
    per: choice('per'),
    classes: choice('classes'),
    point,
    rayon: rayon > 0 ? rayon : RAYON,
    autour: onOff('autour'),
    with: params.get('with') || null,
    siret: params.get('siret') || null,
    points: onOff('points'),
    cercles: onOff('cercles'),
    fond: onOff('fond'),
    cadre: onOff('cadre'),
    integre: onOff('integre'),
  };
  return { state, refused };
}

/** @param {string} text longitude and latitude, degrees @returns {[number, number] | null} */
export function readPoint(text) {
  const [lon, lat, ...rest] = text.split(/[,;\s]+/).filter((part) => part !== '').map(Number);
  const valid = rest.length === 0 && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  return valid ? [rounded(lon), rounded(lat)] : null;
}

/** @param {State} state @param {string} search whose language stays @returns {string} */
export function write(state, search) {
  const params = new URLSearchParams();
  const set = (/** @type {string} */ name, /** @type {unknown} */ value) => value && params.set(name, String(value));
  set('territoire', state.territoire);
  for (const [name, value] of pairs({ ...filters(state, 'territoire') })) params.append(name, value);
  for (const name of /** @type {(keyof typeof CHOICES)[]} */ (Object.keys(CHOICES))) {
    set(name, state[name] === CHOICES[name][0] ? null : state[name]);
  }
  set('lon', state.point?.[0]);
  set('lat', state.point?.[1]);
  set('rayon', state.rayon === RAYON ? null : state.rayon);
  set('with', state.with);
  set('siret', state.siret);
  for (const name of /** @type {(keyof typeof SWITCHES)[]} */ (Object.keys(SWITCHES))) {
    set(name, state[name] === SWITCHES[name] ? null : String(state[name]));
  }
  set('lang', new URLSearchParams(search).get('lang'));
  const text = readable(params.toString());
  return text ? `?${text}` : '';
}

/**
 * Names and values of a query, as the API takes them.
 * @param {Record<string, unknown>} params absent values are left out
 * @returns {[string, string][]}
 */
export function pairs(params) {
  return Object.entries(params).flatMap(([name, value]) => {
    if (value === undefined || value === null || value === '') return [];
    const values = Array.isArray(value) ? value : [value];
    return (REPEATED.includes(name) ? values : [values.join(',')]).map((one) => /** @type {[string, string]} */ ([name, String(one)]));
  });
}

/** @param {string} query @returns {string} its commas and colons legible: they are legal, and an address is read */
export function readable(query) {
  return query.replaceAll('%2C', ',').replaceAll('%3A', ':');
}

/** @param {State} state @param {string} [but] a parameter left out @returns {Record<string, any>} as the API names them */
export function filters(state, but) {
  const kept = FILTRES.filter((name) => name !== but && state.filtres[name].length > 0);
  const values = Object.fromEntries(kept.map((name) => [name, state.filtres[name]]));
  return state.territoire && but !== 'territoire' ? { territoire: state.territoire, ...values } : values;
}

/** @param {number} degrees @returns {number} to a decimetre: more would only lengthen the address */
export function rounded(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}
