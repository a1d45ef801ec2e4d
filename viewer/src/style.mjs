/**
 * The MapLibre style: what is drawn, in which order, made whole from what is to be shown. MapLibre finds by itself
 * what changed from one to the next.
 *
 * It has no `glyphs`, so the labels are drawn with the reader's own fonts and nothing is fetched.
 * @module
 */

/**
 * @typedef {object} Shown
 * @property {string} base TileJSON of the outlines and names, those around the territory too
 * @property {{source: any, layers: any[]} | null} zones a choropleth
 * @property {any | null} kernel the smoothed density
 * @property {string | null} structures TileJSON of the points
 * @property {{url: string, most: number} | null} circles TileJSON of the names, and the largest number of structures
 * @property {any | null} around the answer about a point or a commune
 * @property {string[]} chosen codes of the communes outlined
 * @property {any | null} structure whose card is open
 * @property {any | null} landmarks
 * @property {boolean} planIgn
 */

/** No feature: a source waiting for its data. */
const EMPTY = { type: 'FeatureCollection', features: [] };
const FONT = ['Noto Sans Regular', 'DejaVu Sans', 'sans-serif'];
/** Radius of the circle of the commune that has the most, pixels: areas are proportional. */
export const LARGEST_CIRCLE = 30;
/** Colours of the smoothed density, from its first class. */
export const KERNEL = ['#dbe9f6', '#b6d3ea', '#8dbbdd', '#6ba3d0', '#4583ba', '#22639f'];
/** Colour of the circles by commune. */
export const CIRCLE = '#5b3f8c';

/** Plan IGN of the Géoplateforme, for those who opened the way to it. */
const PLAN_IGN = {
  type: 'raster',
  tiles: [
    'https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}',
  ],
  tileSize: 256,
  maxzoom: 18,
  attribution: '© IGN',
};

/** Width of an outline, thin where communes are small. */
const OUTLINE = ['interpolate', ['linear'], ['zoom'], 7, 0.2, 10, 0.9, 12, 1.1];
/** Size of a symbol after the number of employees: bands of a few, of tens, of hundreds. */
const SIZE = ['match', ['get', 'tranche_effectifs'], ['11', '12'], 1.15, ['21', '22', '31'], 1.35, ['32', '41', '42', '51', '52', '53'], 1.6, 0.9];
const RING = ['==', ['get', 'couronne'], true];
const ALONE = ['has', 'siret'];

/** @param {string} type @param {string} id @param {string} source @param {any} paint @param {any} [more] @returns {any} */
const layer = (type, id, source, paint, more = {}) => ({ id, type, source, paint, ...more });

/** @param {string} name @param {any} [filter] @returns {any} a layer of the tiles, MapLibre refusing an undefined filter */
const of = (name, filter) => ({ 'source-layer': name, ...(filter ? { filter } : {}) });

/** @param {Shown} shown @returns {any} */
function sources({ base, zones, kernel, structures, circles, around, structure, landmarks, planIgn }) {
  const collection = (/** @type {any} */ data) => ({ type: 'geojson', data: data ?? EMPTY });
  const feature = (/** @type {any} */ geometry) =>
    collection(geometry && { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry }] });
  return {
    base: { type: 'vector', url: base },
    ...(zones ? { zones: zones.source } : {}),
    ...(structures ? { structures: { type: 'vector', url: structures } } : {}),
    ...(circles ? { cercles: { type: 'vector', url: circles.url } } : {}),
    ...(planIgn ? { fond: PLAN_IGN } : {}),
    noyau: collection(kernel),
    reperes: collection(landmarks),
    recherche: feature(around?.search.geometry),
    trouvees: collection(around && { type: 'FeatureCollection', features: around.features }),
    choisie: feature(structure?.geometry),
  };
}

/** @param {{circles: Shown['circles']}} shown @returns {any[]} one circle by commune, its area after its structures */
function circleLayers({ circles }) {
  if (!circles) return [];
  const radius = ['*', LARGEST_CIRCLE / Math.sqrt(Math.max(circles.most, 1)), ['sqrt', ['get', 'structures']]];
  const paint = { 'circle-radius': radius, 'circle-color': CIRCLE, 'circle-opacity': 0.45, 'circle-stroke-color': CIRCLE, 'circle-stroke-width': 1.5 };
  return [layer('circle', 'cercles', 'cercles', paint, of('noms', ['>', ['get', 'structures'], 0]))];
}

/** @param {string} source @returns {any} symbols of the structures told apart */
function symbols(source) {
  // The tiles say whether a point is sure; the other answers give its quality.
  const sure = source === 'structures' ? ['get', 'precise'] : ['!=', ['get', 'qualite_position'], 'voie'];
  const scale = (/** @type {number} */ by) => ['*', by, SIZE];
  return {
    'icon-image': ['concat', 'famille-', ['get', 'famille'], ['case', ['boolean', sure, false], '', '-creux']],
    'icon-size': ['interpolate', ['linear'], ['zoom'], 9, scale(0.45), 11, scale(0.62), 13, scale(0.85), 16, scale(1.2)],
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
  };
}

/** @param {Shown} shown @returns {any[]} groups with their counts, then single structures */
function pointLayers({ structures }) {
  if (!structures) return [];
  const radius = ['step', ['get', 'structures'], 9, 10, 12, 50, 16, 200, 20, 1000, 26];
  const paint = { 'circle-color': '#2f5f83', 'circle-opacity': 0.88, 'circle-radius': radius, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1.5 };
  const count = { 'text-field': ['to-string', ['get', 'structures']], 'text-font': FONT, 'text-size': 11, 'text-allow-overlap': true, 'text-ignore-placement': true };
  return [
    layer('circle', 'groupes', 'structures', paint, of('structures', ['!', ALONE])),
    layer('symbol', 'groupes-effectif', 'structures', { 'text-color': '#ffffff' }, { ...of('structures', ['!', ALONE]), layout: count }),
    layer('symbol', 'structures', 'structures', {}, { ...of('structures', ALONE), layout: symbols('structures') }),
  ];
}

/** @param {string} id @param {boolean} ring @returns {any} names of communes */
function labels(id, ring) {
  return {
    id,
    type: 'symbol',
    source: 'base',
    'source-layer': 'noms',
    // Farther, hundreds of names would move aside for one another: slow, and read by nobody.
    minzoom: 9.6,
    filter: ring ? RING : ['!', RING],
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
      'text-color': ring ? '#5f5f5f' : '#1f2328',
      'text-halo-color': ring ? '#f1f0ee' : '#ffffff',
      'text-halo-width': ring ? 1.2 : 1.8,
    },
  };
}

/** @param {Shown} shown @returns {any} the style */
export function style(shown) {
  const { zones, chosen, planIgn } = shown;
  const areas = (zones?.layers ?? []).map((zone) => ({
    ...zone,
    paint: { ...zone.paint, 'fill-opacity': planIgn ? 0.6 : 0.85 },
  }));
  const kernelColour = ['match', ['get', 'classe'], ...KERNEL.flatMap((colour, rank) => [rank + 1, colour]), KERNEL.at(-1)];
  const line = { 'line-join': 'round', 'line-cap': 'round' };
  return {
    version: 8,
    sources: sources(shown),
    layers: [
      { id: 'fond', type: 'background', paint: { 'background-color': '#fafaf8' } },
      ...(planIgn ? [layer('raster', 'plan-ign', 'fond', { 'raster-opacity': 0.8 })] : []),
      ...(planIgn
        ? []
        : [
            layer('fill', 'couronne', 'base', { 'fill-color': '#e4e2dd', 'fill-antialias': false }, of('communes', RING)),
            layer('fill', 'communes', 'base', { 'fill-color': '#ffffff', 'fill-antialias': false }, of('communes', ['!', RING])),
          ]),
      ...areas,
      layer('fill', 'noyau', 'noyau', { 'fill-color': kernelColour, 'fill-opacity': planIgn ? 0.5 : 0.75 }),
      layer('fill', 'bois', 'reperes', { 'fill-color': '#4f8a4c', 'fill-opacity': 0.28 }, { filter: ['==', ['geometry-type'], 'Polygon'] }),
      layer('line', 'couronne-trait', 'base', { 'line-color': '#b9b5ac', 'line-width': OUTLINE }, { ...of('communes', RING), layout: line }),
      layer('line', 'communes-trait', 'base', { 'line-color': '#34495e', 'line-width': OUTLINE }, { ...of('communes', ['!', RING]), layout: line }),
      layer('line', 'marne', 'reperes', { 'line-color': '#3f8fc4', 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 2.5, 14, 9] }, { filter: ['==', ['geometry-type'], 'LineString'], layout: line }),
      layer('line', 'choix', 'base', { 'line-color': '#1f2328', 'line-width': 2.6 }, { ...of('communes', ['in', ['get', 'code'], ['literal', chosen]]), layout: line }),
      layer('fill', 'recherche', 'recherche', { 'fill-color': '#1f2328', 'fill-opacity': 0.1 }),
      layer('line', 'recherche-trait', 'recherche', { 'line-color': '#1f2328', 'line-width': 1.8, 'line-dasharray': [2, 1.5] }),
      ...circleLayers(shown),
      layer('circle', 'trouvees-anneau', 'trouvees', { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 6, 14, 9], 'circle-color': '#ffffff', 'circle-opacity': 0.85, 'circle-stroke-color': '#1f2328', 'circle-stroke-width': 1.6 }),
      ...pointLayers(shown),
      layer('symbol', 'trouvees', 'trouvees', {}, { layout: symbols('trouvees') }),
      layer('circle', 'choisie', 'choisie', { 'circle-radius': 13, 'circle-opacity': 0, 'circle-stroke-color': '#d11a6a', 'circle-stroke-width': 3 }),
      labels('noms-couronne', true),
      labels('noms', false),
    ],
  };
}

/** Layers whose features are structures told apart. */
export const STRUCTURES = ['trouvees', 'structures'];
/** The layer of groups of structures. */
export const GROUPS = 'groupes';

/** @param {any} layer a class of a style of the service @returns {any} the paint of the page */
function paintOf({ id, paint, 'source-layer': of }) {
  // Hatched: in a scale of blues, a grey would read as a value. (QGIS reads the style of the service, without.)
  const filled = id.endsWith('-sans-valeur') ? { 'fill-pattern': 'hachures' } : paint;
  if (of !== 'communes') return filled;
  // Communes have their own outlines above: a second one on every shape would only slow the map.
  const { 'fill-outline-color': _outline, ...alone } = filled;
  return { ...alone, 'fill-antialias': false };
}

/**
 * The choropleth of a style of the service.
 * @param {any} document its style
 * @param {string} [url] TileJSON of other tiles to draw under the same classes
 * @returns {{source: any, layers: any[], title: string}}
 */
export function choropleth(document, url) {
  const layers = document.layers.filter((/** @type {any} */ one) => one.metadata?.['essaim:libelle']);
  return {
    title: document.name,
    source: url ? { type: 'vector', url } : document.sources.essaim,
    layers: layers.map((/** @type {any} */ { metadata, ...one }) => ({
      ...one,
      id: `zones-${one.id}`,
      source: 'zones',
      metadata,
      paint: paintOf(one),
    })),
  };
}
