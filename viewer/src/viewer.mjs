/**
 * The map page: one state, read from the address; each change asks the service and redraws.
 * @module
 */

import * as api from './api.mjs';
import { drawCard, hideCard } from './card.mjs';
import { classify } from './classes.mjs';
import { byId, nombre, pluriel } from './dom.mjs';
import { contains } from './geometry.mjs';
import { draw as drawLegend } from './legend.mjs';
import { open } from './map.mjs';
import { clearResults, copy, drawListing, drawResults } from './panel.mjs';
import { FAMILLES, filtre, read, rounded, write } from './state.mjs';

/** The figure that the choropleth shows. */
const FIGURE = 'pour_10000_habitants';

/** @type {import('./state.mjs').State} */
let state = read(location.search);
/** @type {import('./map.mjs').Carte | null} */
let carte = null;
/** Families that the service counts. @type {string[]} */
let counted = [];
/** Structures that have a point, by name. @type {any[]} */
let located = [];
/** The figures last drawn. @type {any} */
let drawn = null;
/** The territory last framed. @type {string | null} */
let inFrame = null;
/** Requests of the state before, dropped when another state comes. */
let turn = 0;

/** The address asks for a frame; without one the whole territory is shown. */
const framed = location.hash !== '';

const invitation = byId('compte').textContent;

/** @param {string} text said to everybody, read out loud too */
function say(text) {
  byId('etat').textContent = text;
}

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [...document.querySelectorAll('#familles input[name="famille"]')].map((box) => /** @type {any} */ (box));
}

/** Brings the controls to the state. */
function drawControls() {
  for (const box of boxes()) box.checked = !state.familles || state.familles.includes(box.value);
  byId('territoire').hidden = !state.territoire;
  byId('rayon').value = String(state.rayon);
  // An address may hold a radius that the list does not offer: it is kept, and shown.
  if (byId('rayon').selectedIndex < 0) {
    byId('rayon').append(new Option(`${nombre(state.rayon)} m`, String(state.rayon), true, true));
  }
}

/** Asks what the state needs and draws it. @returns {Promise<string | null>} what the service refused */
async function redraw() {
  turn += 1;
  const mine = turn;
  drawControls();
  carte?.setFamilles(state.familles);
  const wanted = filtre(state);
  try {
    const [density, counts, around] = await Promise.all([
      api.density(wanted),
      api.familles(wanted.territoire),
      state.point && api.get(api.withinUrl(state.point, state.rayon, wanted.famille)),
    ]);
    if (mine !== turn) return null;
    drawCounts(counts);
    drawDensity(density);
    drawAround(density, around);
    return null;
  } catch (error) {
    if (mine !== turn) return null;
    say(`Le service n’a pas répondu : ${error.message}`);
    return error.message;
  }
}

/** @param {any} density */
function drawDensity(density) {
  drawn = density;
  const names = density.features.map((feature) => feature.properties.libelle);
  byId('territoire-nom').textContent = names.length > 3 ? pluriel(names.length, 'commune', 'communes') : names.join(', ');
  // The drawing of the server carries its own legend, and does not follow the filters.
  if (!carte) return;
  const classement = classify(density.features.map((feature) => feature.properties[FIGURE]));
  carte.setDensity(density, classement.classes, FIGURE);
  const shown = counted.filter((code) => !state.familles || state.familles.includes(code));
  drawLegend(byId('legende'), classement, shown, density.metadata.sources);
  if (inFrame !== state.territoire) carte.frame(state.territoire ? density.features : undefined);
  inFrame = state.territoire;
}

/** @param {any} density @param {any} around the answer about the point, if there is one */
function drawAround(density, around) {
  if (!state.point || !around) {
    const alone = state.territoire && density.features.length === 1 ? density.features[0] : null;
    carte?.setSearch(null, alone);
    clearResults(invitation);
    if (alone) card(alone, density);
    else hideCard();
    drawList();
    const placed = density.total.au_numero + density.total.a_la_voie;
    say(`${pluriel(density.total.structures, 'structure comptée', 'structures comptées')}, dont ${nombre(placed)} sur la carte`);
    return;
  }
  const { point } = state;
  const commune = density.features.find((feature) => contains(feature.geometry, point)) ?? null;
  carte?.setSearch(around, commune);
  drawResults(around, carte ? (structure) => carte?.show(structure) : undefined);
  if (commune) card(commune, density);
  else hideCard();
  if (around.exclus.communes.length === 0) {
    say('Point hors des communes de cet atlas');
    return;
  }
  const where = commune ? commune.properties.libelle : 'hors du territoire';
  say(`${pluriel(around.numberMatched, 'structure', 'structures')} autour du point (${where})`);
}

/** @param {any} commune @param {any} density */
function card(commune, density) {
  const territoire = `commune:${commune.properties.code}`;
  const only = state.territoire === territoire ? null : () => change({ territoire, point: null });
  drawCard(commune, density.metadata, density.laissees_de_cote, only);
}

/** The structures in sight, when no point is chosen. */
function drawList() {
  if (state.point || !drawn) return;
  const communes = new Set(drawn.features.map((feature) => feature.properties.code));
  const listed = located.filter((structure) => {
    const { famille, code_commune: commune } = structure.properties;
    return (!state.familles || state.familles.includes(famille)) && communes.has(commune) && (carte?.holds(structure) ?? true);
  });
  const show = carte ? (structure) => carte?.show(structure) : undefined;
  drawListing(listed, carte ? 'dans le cadre' : 'dans le territoire', api.tableUrl(filtre(state)), show);
}

/** @param {Partial<import('./state.mjs').State>} part @returns {Promise<void>} */
function change(part) {
  state = { ...state, ...part };
  const search = write(state, location.search);
  history.pushState(null, '', `${location.pathname}${search}${location.hash}`);
  return redraw();
}

/** @param {[number, number]} point @param {boolean} keyboard */
async function choose([lon, lat], keyboard) {
  await change({ point: [rounded(lon), rounded(lat)] });
  const card = byId('fiche');
  // With the mouse the page stays where it is: the reader is looking at the map.
  if (!card.hidden) card.focus({ preventScroll: !keyboard });
}

/** @param {Event} event */
function onFamily(event) {
  const all = boxes();
  const checked = all.filter((box) => box.checked).map((box) => box.value);
  if (checked.length === 0) {
    // The API reads an empty list as every family: the page cannot show none.
    /** @type {any} */ (event.target).checked = true;
    say('Au moins une famille reste affichée.');
    return;
  }
  change({ familles: checked.length === all.length ? null : checked });
}

/** @returns {Promise<void>} */
async function onCopy() {
  if (!state.point) return;
  await copy(api.withinUrl(state.point, state.rayon, filtre(state).famille));
  byId('copier').focus();
  say('URL de l’API copiée');
  byId('copier').textContent = 'URL copiée';
  setTimeout(() => {
    byId('copier').textContent = 'Copier l’URL de l’API';
  }, 2500);
}

/** Listens to the page. */
function listen() {
  for (const box of boxes()) box.addEventListener('change', onFamily);
  byId('rayon').addEventListener('change', () => change({ rayon: Number(byId('rayon').value) }));
  byId('copier').addEventListener('click', onCopy);
  byId('tout').addEventListener('click', () => change({ territoire: null }));
  window.addEventListener('popstate', () => {
    state = read(location.search);
    redraw();
  });
}

/** @param {any} aggregates counts by family */
function drawCounts(aggregates) {
  const counts = new Map(aggregates.lignes.map(({ code, structures }) => [code, structures]));
  counted = FAMILLES.map(({ code }) => code).filter((code) => counts.has(code));
  for (const output of document.querySelectorAll('output[data-famille]')) {
    output.textContent = nombre(counts.get(/** @type {HTMLElement} */ (output).dataset.famille) ?? 0);
  }
}

/** @param {any} a @param {any} b @returns {number} */
function byName(a, b) {
  return a.properties.nom.localeCompare(b.properties.nom, 'fr');
}

/** @returns {Promise<void>} */
async function startMap() {
  carte = await open(byId('carte'), await api.communes());
  if (!carte) return;
  carte.onChoice(choose);
  carte.onMove(drawList);
  carte.setStructures({ type: 'FeatureCollection', features: located });
  carte.setLandmarks(await api.landmarks());
}

/** @returns {Promise<void>} */
async function start() {
  listen();
  say('Chargement…');
  try {
    located = (await api.structures()).features.sort(byName);
    const refused = await redraw();
    // An address made by hand, or by another atlas, must not leave an empty map.
    if (refused) state = read('');
    await startMap();
    if (framed) inFrame = state.territoire;
    if (carte || refused) await redraw();
    if (!carte) say('Carte fixe : ce navigateur ne dessine pas la carte interactive (WebGL). Les chiffres sont complets.');
    if (refused) say(`Adresse incomprise : ${refused}. Vue par défaut.`);
    if (!carte) return;
    // Only now: the legend has just taken its room under the map.
    if (!framed) carte.frame(state.territoire ? drawn.features : undefined);
    // A test puts this object before the page loads; nobody else sees the map.
    const probe = /** @type {any} */ (window).__essaim;
    if (probe) probe.map = carte.map;
  } catch (error) {
    say(`Le service n’a pas répondu : ${error.message}`);
  }
}

start();
