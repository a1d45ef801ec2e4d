/**
 * Classes of the choropleth: quartiles of the values displayed, the same as in the drawing of the
 * server and in the portraits, so that the map does not change its meaning when it comes alive.
 * @module
 */

/** From light to dark, one hue: the order also reads in greys and with any colour vision. */
const RAMP = ['#eaf2fb', '#b6d3ea', '#6ba3d0', '#22639f'];

/** Communes without a value: no population, no rate. */
export const NO_VALUE = '#cfcfcf';

/**
 * @typedef {object} Classe
 * @property {number} bas excluded, but by the first class
 * @property {number} haut included
 * @property {string} couleur
 * @property {number} effectif number of communes
 */

/**
 * @param {(number | null)[]} values
 * @returns {{classes: Classe[], sansValeur: number}}
 */
export function classify(values) {
  const known = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const sansValeur = values.length - known.length;
  if (known.length === 0) return { classes: [], sansValeur };
  const most = known[known.length - 1];
  const quartiles = [0.25, 0.5, 0.75].map((share) => quantile(known, share));
  const uppers = [...new Set([...quartiles, most])];
  const classes = uppers.map((haut, rank) => {
    const bas = rank === 0 ? known[0] : uppers[rank - 1];
    const effectif = known.filter((value) => value <= haut && (rank === 0 || value > bas)).length;
    return { bas, haut, couleur: RAMP[rank], effectif };
  });
  // Between two tied values a class may hold no commune: it would colour nothing.
  return { classes: classes.filter(({ effectif }) => effectif > 0), sansValeur };
}

/** Type 7: linear between order statistics. @param {number[]} sorted @param {number} share */
function quantile(sorted, share) {
  const rank = (sorted.length - 1) * share;
  const below = sorted[Math.floor(rank)];
  return below + (sorted[Math.ceil(rank)] - below) * (rank % 1);
}

/**
 * @param {Classe[]} classes
 * @param {string} property
 * @returns {any} the MapLibre expression of the colour of a commune
 */
export function fillColor(classes, property) {
  if (classes.length === 0) return NO_VALUE;
  const value = ['get', property];
  // Not `step`, whose intervals are closed on the other side.
  const shades = classes.flatMap(({ haut, couleur }) => [['<=', value, haut], couleur]);
  return ['case', ['!=', ['typeof', value], 'number'], NO_VALUE, ...shades, NO_VALUE];
}
