/**
 * The MapLibre style: what is drawn, in which order, with constant paint wherever it can be.
 * It has no `glyphs`, so the labels are drawn with the reader's own fonts and nothing is fetched.
 * @module
 */

import { FAMILLES } from './state.mjs';

/** No feature: a source waiting for its data. */
export const EMPTY = { type: 'FeatureCollection', features: [] };

const FONT = ['Noto Sans Regular', 'DejaVu Sans', 'sans-serif'];
const RADIUS = ['interpolate', ['linear'], ['zoom'], 10, 1.7, 11.5, 3, 13, 4.2, 16, 7];
const RIM = ['interpolate', ['linear'], ['zoom'], 10, 0.4, 11.5, 1];
const HOLLOW_RIM = ['interpolate', ['linear'], ['zoom'], 10, 1, 11.5, 1.6];

/** @param {any} data @returns {any} a source */
const source = (data = EMPTY) => ({ type: 'geojson', data });

/** @param {string} id @param {string} from @param {string} color @param {any} [filter] */
const fill = (id, from, color, filter) => layer('fill', id, from, { 'fill-color': color }, filter);

/** @param {string} id @param {string} from @param {any} paint @param {any} [filter] */
const line = (id, from, paint, filter) => ({
  ...layer('line', id, from, paint, filter),
  layout: { 'line-join': 'round', 'line-cap': 'round' },
});

/** @returns {any} a layer; MapLibre refuses a filter that is present and undefined */
function layer(type, id, from, paint, filter) {
  return { id, type, source: from, paint, ...(filter ? { filter } : {}) };
}

/** @returns {any[]} the points of a family: full at their number, hollow when only the street is known */
function pointLayers({ code, couleur }) {
  const at = (quality) => ['all', ['==', ['get', 'famille'], code], ['==', ['get', 'qualite_position'], quality]];
  const full = { 'circle-radius': RADIUS, 'circle-color': couleur, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': RIM };
  const hollow = { 'circle-radius': RADIUS, 'circle-color': '#ffffff', 'circle-stroke-color': couleur, 'circle-stroke-width': HOLLOW_RIM };
  return [
    layer('circle', `voie-${code}`, 'structures', hollow, at('voie')),
    layer('circle', `numero-${code}`, 'structures', full, at('numero')),
  ];
}

/** @returns {any} the structures found around a point, those of the neighbouring communes too */
function foundLayer({ code, couleur }) {
  const paint = { 'circle-radius': RADIUS, 'circle-color': couleur, 'circle-stroke-color': '#1f2328', 'circle-stroke-width': 1.6 };
  return layer('circle', `trouvee-${code}`, 'trouvees', paint, ['==', ['get', 'famille'], code]);
}

/** @param {string} id @param {boolean} ring @returns {any} names of communes */
function labels(id, ring) {
  return {
    id,
    type: 'symbol',
    source: 'etiquettes',
    filter: ['==', ['get', 'couronne'], ring],
    layout: {
      'text-field': ['get', 'nom'],
      'text-font': FONT,
      'text-size': ring ? 11 : ['interpolate', ['linear'], ['zoom'], 10, 11, 14, 15],
      'text-max-width': 9,
      'text-padding': ring ? 4 : 1,
      // A name that meets another moves aside rather than vanish.
      'text-variable-anchor': ring ? ['center'] : ['center', 'top', 'bottom', 'left', 'right'],
      'text-radial-offset': ring ? 0 : 0.5,
    },
    paint: {
      'text-color': ring ? '#6a6a6a' : '#1f2328',
      'text-halo-color': ring ? '#f1f0ee' : '#ffffff',
      'text-halo-width': ring ? 1.2 : 1.8,
    },
  };
}

/** @returns {any} the style, its sources still empty */
export function style() {
  const names = ['communes', 'couronne', 'etiquettes', 'reperes', 'cercle', 'choix', 'structures', 'trouvees'];
  return {
    version: 8,
    sources: Object.fromEntries(names.map((name) => [name, source()])),
    layers: [
      { id: 'fond', type: 'background', paint: { 'background-color': '#fafaf8' } },
      fill('couronne', 'couronne', '#e4e2dd'),
      fill('communes', 'communes', '#eaf2fb'),
      { ...fill('bois', 'reperes', '#4f8a4c', ['==', ['geometry-type'], 'Polygon']), paint: { 'fill-color': '#4f8a4c', 'fill-opacity': 0.28 } },
      line('couronne-trait', 'couronne', { 'line-color': '#b9b5ac', 'line-width': 0.8 }),
      line('communes-trait', 'communes', { 'line-color': '#34495e', 'line-width': 1.1 }),
      line('marne', 'reperes', { 'line-color': '#3f8fc4', 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 2.5, 14, 9] }, ['==', ['geometry-type'], 'LineString']),
      line('choix', 'choix', { 'line-color': '#1f2328', 'line-width': 2.4 }),
      { ...fill('cercle', 'cercle', '#1f2328'), paint: { 'fill-color': '#1f2328', 'fill-opacity': 0.1 } },
      line('cercle-trait', 'cercle', { 'line-color': '#1f2328', 'line-width': 1.8, 'line-dasharray': [2, 1.5] }),
      ...FAMILLES.toReversed().flatMap(pointLayers),
      ...FAMILLES.toReversed().map(foundLayer),
      labels('noms-couronne', true),
      labels('noms', false),
    ],
  };
}
