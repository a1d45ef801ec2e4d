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
import { clearResults, copy, drawResults } from './panel.mjs';
import { FAMILLES, familleParam, read, rounded, write } from './state.mjs';

/** The figure that the choropleth shows. */
const FIGURE = 'pour_10000_habitants';

/** @type {import('./state.mjs').State} */
let state = read(location.search);
/** @type {import('./map.mjs').Carte | null} */
let carte = null;
/** Families that the service counts. @type {string[]} */
let counted = [];
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
  byId('rayon').value = String(state.rayon);
  // An address may hold a radius that the list does not offer: it is kept, and shown.
  if (byId('rayon').selectedIndex < 0) {
    byId('rayon').append(new Option(`${nombre(state.rayon)} m`, String(state.rayon), true, true));
  }
}

/** Asks what the state needs and draws it. @returns {Promise<void>} */
async function redraw() {
  turn += 1;
  const mine = turn;
  drawControls();
  carte?.setFamilles(state.familles);
  const famille = familleParam(state);
  try {
    const [density, around] = await Promise.all([
      api.density(famille),
      state.point && api.get(api.withinUrl(state.point, state.rayon, famille)),
    ]);
    if (mine !== turn) return;
    drawDensity(density);
    drawAround(density, around);
  } catch (error) {
    if (mine === turn) say(`Le service n’a pas répondu : ${error.message}`);
  }
}

/** @param {any} density */
function drawDensity(density) {
  // The drawing of the server carries its own legend, and does not follow the filters.
  if (!carte) return;
  const classement = classify(density.features.map((feature) => feature.properties[FIGURE]));
  carte.setDensity(density, classement.classes, FIGURE);
  const shown = counted.filter((code) => !state.familles || state.familles.includes(code));
  drawLegend(byId('legende'), classement, shown);
}

/** @param {any} density @param {any} around the answer about the point, if there is one */
function drawAround(density, around) {
  if (!state.point || !around) {
    carte?.setSearch(null, null);
    clearResults(invitation);
    hideCard();
    say(pluriel(density.total.structures, 'structure affichée', 'structures affichées'));
    return;
  }
  const { point } = state;
  const commune = density.features.find((feature) => contains(feature.geometry, point)) ?? null;
  carte?.setSearch(around.search.geometry, commune);
  drawResults(around, carte ? (structure) => carte?.show(structure) : undefined);
  if (commune) drawCard(commune, density.essaim, density.laissees_de_cote);
  else hideCard();
  const where = commune ? commune.properties.libelle : 'hors du territoire';
  say(`${pluriel(around.numberMatched, 'structure', 'structures')} autour du point (${where})`);
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
  await copy(api.withinUrl(state.point, state.rayon, familleParam(state)));
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

/** @returns {Promise<void>} */
async function startMap() {
  carte = await open(byId('carte'), await api.communes());
  if (!carte) {
    say('Carte fixe : ce navigateur ne dessine pas la carte interactive (WebGL). Les chiffres sont complets.');
    return;
  }
  carte.onChoice(choose);
  const [structures, landmarks] = await Promise.all([api.structures(), api.landmarks()]);
  carte.setStructures(structures);
  carte.setLandmarks(landmarks);
}

/** @returns {Promise<void>} */
async function start() {
  listen();
  say('Chargement…');
  try {
    drawCounts(await api.familles());
    await redraw();
    await startMap();
    if (!carte) return;
    await redraw();
    // Only now: the legend has just taken its room under the map.
    if (!framed) carte.frame();
    // A test puts this object before the page loads; nobody else sees the map.
    const probe = /** @type {any} */ (window).__essaim;
    if (probe) probe.map = carte.map;
  } catch (error) {
    say(`Le service n’a pas répondu : ${error.message}`);
  }
}

start();
