/**
 * The legend: what is drawn, with its unit, its classes and their numbers, its sources. Told once, for the page and
 * for the picture of the map.
 * @module
 */

import { element } from './dom.mjs';
import { famille, symbol } from './familles.mjs';
import { CIRCLE, KERNEL } from './style.mjs';
import { nombre, pluriel, t } from './textes.mjs';

/**
 * @typedef {object} Row
 * @property {string} libelle
 * @property {string} [couleur]
 * @property {'aire' | 'hachures' | 'cercle' | 'groupe' | 'famille' | 'creux' | 'trait'} forme
 * @property {string} [code] of a family
 * @property {string} [nombre] how many zones
 * @property {number} [effectif] the same, as a number
 */

/**
 * @typedef {object} Legend
 * @property {string} titre
 * @property {string} note
 * @property {Row[]} classes
 * @property {Row[]} symboles
 * @property {string} sources
 */

/** Number of zones, by layer of the tiles. @type {Record<string, [string, string]>} */
const ZONES = {
  communes: ['{} commune', '{} communes'],
  iris: ['{} IRIS', '{} IRIS'],
  densite: ['{} hexagone', '{} hexagones'],
};
/** @type {Record<string, string>} */
const METHODS = {
  quantiles: 'quantiles, borne haute comprise',
  jenks: 'seuils naturels (Jenks), borne haute comprise',
  egales: 'amplitudes égales, borne haute comprise',
};
/** @type {Record<string, string>} */
const TITLES = {
  communes: 'par commune',
  iris: 'par IRIS',
  densite: 'par hexagone',
};

/** @param {any[]} layers of a choropleth @param {number} zoom @returns {any[]} those drawn at this zoom */
function drawnAt(layers, zoom) {
  return layers.filter(({ minzoom = 0, maxzoom = 25 }) => zoom >= minzoom && zoom < maxzoom);
}

/** @param {any} layer a class of a choropleth @returns {Row} */
function classRow({ 'source-layer': of, paint, metadata }) {
  const effectif = metadata['essaim:effectif'];
  const [one, many] = ZONES[of] ?? ZONES.communes;
  const couleur = paint['fill-color'];
  return {
    libelle: label(metadata['essaim:libelle']),
    couleur,
    forme: couleur ? 'aire' : 'hachures',
    nombre: pluriel(effectif, one, many),
    effectif,
  };
}

/** What the service calls a class, in the language of the page. @type {[RegExp, string][]} */
const LABELS = [
  [/^(\S+) et moins$/, '{} et moins'],
  [/^plus de (\S+) à (\S+)$/, 'plus de {} à {}'],
  [/^plus de (\S+)$/, 'plus de {}'],
];

/** @param {string} text @returns {string} */
function label(text) {
  const numeral = (/** @type {string} */ french) => nombre(Number(french.replace(/\s/g, '').replace(',', '.')), 1);
  for (const [pattern, said] of LABELS) {
    const [, ...bounds] = pattern.exec(text) ?? [];
    if (bounds.length > 0) return t(said, ...bounds.map(numeral));
  }
  return t(text);
}

/** @param {any} kernel @returns {Row[]} */
function kernelRows(kernel) {
  return kernel.features.map((/** @type {any} */ { properties: { classe, densite_min: from, densite_max: to } }) => ({
    libelle: t('{} à {}', nombre(from, 1), nombre(to, 1)),
    couleur: KERNEL[classe - 1] ?? KERNEL.at(-1),
    forme: 'aire',
  }));
}

/**
 * @param {import('./style.mjs').Shown} shown
 * @param {{zoom: number, familles: string[], sources: any[], ensemble: boolean}} context
 * @returns {Legend}
 */
export function legend({ zones, kernel, structures, circles, planIgn }, { zoom, familles, sources, ensemble }) {
  const drawn = drawnAt(zones?.layers ?? [], zoom);
  const [first] = drawn;
  const unit = first?.metadata['essaim:unite'] ?? '';
  const method = METHODS[first?.metadata['essaim:methode']] ?? '';
  const farther = zones?.source.minzoom > zoom ? t('se dessine en zoomant') : '';
  const whole = ensemble ? t('classes de tout le territoire, les mêmes sur les deux cartes') : '';
  /** @type {Row[]} */
  const symboles = [];
  if (structures) {
    symboles.push(...familles.map((code) => ({ libelle: famille(code).libelle, forme: /** @type {const} */ ('famille'), code })));
    symboles.push({ libelle: t('creux : à la voie ; taille : tranche d’effectifs'), forme: 'creux' });
    symboles.push({ libelle: t('plusieurs structures'), forme: 'groupe' });
  }
  if (circles) {
    const most = pluriel(circles.most, '{} structure', '{} structures');
    symboles.push({ libelle: t('cercle : structures de la commune, {} au plus', most), couleur: CIRCLE, forme: 'cercle' });
  }
  symboles.push({ libelle: t('commune voisine'), couleur: '#e4e2dd', forme: 'aire' });
  const base = kernel
    ? { titre: t('Densité lissée, structures par km²'), note: t('noyau quartique de {} m, structures au numéro, celles des communes voisines comprises', nombre(kernel.rayon)), classes: kernelRows(kernel) }
    : first
      ? { titre: `${capital(t(unit))} ${t(TITLES[first['source-layer']])}`, note: [t(method), farther, whole].filter(Boolean).join(' ; '), classes: drawn.map(classRow) }
      : { titre: t('Structures employeuses de l’ESS'), note: '', classes: [] };
  return { ...base, symboles, sources: credits(sources, first?.['source-layer'], planIgn) };
}

/** @param {string} text @returns {string} */
function capital(text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** Sources of what the map shows: the register, the positions, the outlines and their denominators. */
const SHOWN = ['stock_etablissement', 'geolocalisation', 'communes'];
/** @type {Record<string, string[]>} */
const DENOMINATORS = { communes: ['population_communes'], iris: ['iris', 'population_iris'] };

/** @param {any[]} sources @param {string} areas layer of the choropleth @param {boolean} planIgn @returns {string} */
function credits(sources, areas, planIgn) {
  const roles = [...SHOWN, ...(DENOMINATORS[areas] ?? [])];
  const read = sources.filter(({ role }) => roles.includes(role));
  const named = read.map(({ producteur, titre, millesime }) => `${producteur}, ${titre} (${millesime})`);
  return t('Sources : {}.', [...named, ...(planIgn ? ['Plan IGN © IGN'] : [])].join(' ; '));
}

/** @param {Row} row @returns {Element} */
function patch({ forme, couleur, code = '' }) {
  if (forme === 'famille') return symbol(code);
  if (forme === 'creux') return symbol('', true);
  const made = element('span', { class: `pastille ${forme}`, 'aria-hidden': 'true' });
  // Through the object model: the content policy refuses style attributes.
  if (couleur) made.style.backgroundColor = couleur;
  return made;
}

/** @param {Row} row @returns {HTMLElement} */
function item(row) {
  const made = element('li', {}, patch(row), row.libelle);
  if (row.nombre) made.append(element('span', { class: 'effectif' }, row.nombre));
  if (row.effectif !== undefined) made.dataset.effectif = String(row.effectif);
  return made;
}

/** @param {HTMLElement} host @param {Legend} told */
export function draw(host, { titre, note, classes, symboles, sources }) {
  host.replaceChildren(
    element('h2', {}, titre),
    element('p', {}, note),
    element('ul', { class: 'classes' }, ...classes.map(item)),
    element('ul', { class: 'points' }, ...symboles.map(item)),
    element('p', { class: 'sources' }, sources),
  );
}
