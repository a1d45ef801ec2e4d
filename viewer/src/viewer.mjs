/**
 * The map page: one state, read from the address; each change asks the service and redraws.
 * @module
 */

import * as api from './api.mjs';
import { drawTerritory, hideCard, link } from './card.mjs';
import * as compare from './compare.mjs';
import { listenPanel } from './controls.mjs';
import { button, byId, download, element, say } from './dom.mjs';
import { drawExports, listen as listenExports } from './exports.mjs';
import { all } from './familles.mjs';
import * as filtres from './filtres.mjs';
import { draw as drawLegend, legend } from './legend.mjs';
import { open } from './map.mjs';
import { drawListing, drawResults, PAGE } from './panel.mjs';
import { picture } from './picture.mjs';
import { FILTRES, filters, read, write } from './state.mjs';
import { drawSeveral, drawStructure, focusCard } from './structure.mjs';
import { choropleth, style } from './style.mjs';
import { nombre, pluriel, t } from './textes.mjs';

/** The whole atlas, as a territory: its ring is outside. */
const WHOLE = document.body.dataset.territoire ?? '';
/** Its box. @type {any} */
const WHOLE_BOX = (document.body.dataset.cadre ?? '').split(',').map(Number);
/** Choropleth of each choice of areas. @type {Record<string, {id: string, layer: string}>} */
const CHOROPLETHS = {
  commune: { id: 'communes', layer: 'communes' },
  iris: { id: 'iris', layer: 'iris' },
  h3: { id: 'densite', layer: 'densite' },
};

const found = read(location.search);
let state = found.state;
/** @type {import('./map.mjs').Carte | null} */
let carte = null;
const second = new compare.Second();
/** What was last framed: the territory, and whether what surrounds it is asked for. */
let framed = '';
/** Requests of the state before, dropped when another state comes. */
let turn = 0;
/** What is drawn on the map, and what the legend says of it. @type {any} */
let drawn = null;
/** What the list holds. @type {import('./exports.mjs').Listed} */
let listed = { url: '', count: 0, placeless: null };
/** Outlines that do not change. @type {any} */
let landmarks = null;

/** The address asks for a frame; without one the whole territory is shown. */
const hasFrame = location.hash !== '';

/** @param {Partial<import('./state.mjs').State>} part @returns {Promise<string | null>} */
function change(part) {
  state = { ...state, ...part };
  const search = write(state, location.search);
  history.pushState(null, '', `${location.pathname}${search}${location.hash}`);
  return redraw();
}

/** @param {[number, number]} point searched around, and shown */
async function goTo(point) {
  await change({ point, autour: false, siret: null });
  if (carte && drawn?.around) carte.frame(box(drawn.around.search.geometry));
}

/** @param {string} name @param {string[]} values */
const filter = (name, values) => void change({ filtres: { ...state.filtres, [name]: values } });

/** @returns {boolean} what is near a point, or near a commune, is listed */
const isAround = () => state.point !== null || (state.autour && state.territoire !== null);

/** Asks what the state needs and draws it. @returns {Promise<string | null>} what the service refused */
async function redraw() {
  turn += 1;
  const mine = turn;
  const current = () => mine === turn;
  filtres.drawChoices(state, filter);
  drawControls();
  try {
    const own = filters(state);
    const [counts, around, page, structure] = await Promise.all([
      api.aggregates(niveau(), own),
      isAround() ? api.get(api.withinUrl(state, own)) : null,
      isAround() ? null : api.get(listUrl({ limit: PAGE })),
      state.siret ? api.structure(state.siret) : null,
    ]);
    if (!current()) return null;
    drawZones(counts);
    if (around) await drawAround(around, counts);
    else drawList(page, counts);
    if (!current()) return null;
    if (structure) drawStructure(structure, closeStructure);
    await Promise.all([filtres.drawCounts(state, current), drawMap({ counts, around, structure }, current), drawComparison(current)]);
    return null;
  } catch (error) {
    if (!current()) return null;
    const { message } = /** @type {Error} */ (error);
    say(error instanceof api.Refused ? t('Refusé : {}', message) : t('Le service n’a pas répondu : {}. Ce qui est affiché reste celui d’avant.', message));
    return error instanceof api.Refused ? message : null;
  }
}

/** @param {api.Params} [more] @returns {string} the structures of the filters, of the frame when it is asked for */
function listUrl(more = {}) {
  const bbox = state.cadre && carte ? carte.bbox() : undefined;
  return api.url('/collections/structures/items', { ...filters(state), bbox, ...more });
}

/** Brings the other controls to the state. */
function drawControls() {
  for (const name of ['zone', 'per', 'classes']) byId(name).value = /** @type {any} */ (state)[name];
  byId('per').disabled = !['commune', 'iris'].includes(state.zone);
  byId('classes').disabled = !(state.zone in CHOROPLETHS);
  byId('montrer-points').checked = state.points;
  byId('montrer-cercles').checked = state.cercles;
  if (byId('montrer-fond')) byId('montrer-fond').checked = state.fond;
  byId('dans-cadre').checked = state.cadre;
  byId('option-cadre').hidden = isAround() || !carte;
  byId('territoire').hidden = !state.territoire;
  byId('sans-point').hidden = !isAround();
  byId('commune-autour').hidden = !state.territoire || isAround();
  const rayon = byId('rayon');
  rayon.value = String(state.rayon);
  // An address may hold a radius that the list does not offer: it is kept, and shown.
  if (rayon.selectedIndex < 0) rayon.append(new Option(`${nombre(state.rayon)} m`, String(state.rayon), true, true));
  const chiffres = document.querySelector('.chiffres');
  // They are those of the whole territory, without filters.
  if (chiffres) /** @type {HTMLElement} */ (chiffres).hidden = state.territoire !== null || FILTRES.some((name) => state.filtres[name].length > 0);
}

/** @returns {string} level of the zones counted: those of a part of a large atlas are its communes */
const niveau = () => (state.territoire ? 'commune' : (document.body.dataset.niveau ?? 'commune'));

/** The table of zones, after the filters. @param {any} counts */
function drawZones({ lignes }) {
  const rows = lignes.map((/** @type {any} */ { code, libelle, structures, pour_10000_habitants: rate }) => {
    const territoire = `${niveau()}:${code}`;
    const anchor = link(libelle, `/portrait/${territoire}?lang=${document.body.dataset.langue}`);
    anchor.dataset.territoire = territoire;
    return element('tr', {}, element('th', { scope: 'row' }, anchor), element('td', {}, nombre(structures)), element('td', {}, nombre(rate, 1)));
  });
  document.querySelector('#zones tbody')?.replaceChildren(...rows);
  const names = lignes.map((/** @type {any} */ { libelle }) => libelle);
  byId('territoire-nom').textContent = names.length > 3 ? pluriel(names.length, '{} commune', '{} communes') : names.join(', ');
}

/** @param {any} page @param {any} counts */
function drawList(page, counts) {
  const { total } = counts;
  listed = { url: listUrl(), count: page.numberMatched, placeless: state.cadre ? null : total.non_localisees };
  drawListing(page, {
    where: state.cadre && carte ? t('dans le cadre') : t('dans le territoire'),
    table: listUrl({ f: 'html' }),
    next: api.get,
    show: showStructure,
    empty: emptiness(),
  });
  drawExports(state, listed);
  if (!state.siret) {
    if (state.territoire) drawTerritory({ territoire: state.territoire, nom: byId('territoire-nom').textContent }, counts, null);
    else hideCard();
  }
  const placed = total.au_numero + total.a_la_voie;
  say(t('{}, dont {} sur la carte', pluriel(total.structures, '{} structure comptée', '{} structures comptées'), nombre(placed)));
}

/** @returns {Node[]} what to do when the filters let nothing through */
function emptiness() {
  const name = FILTRES.findLast((one) => state.filtres[one].length > 0);
  const message = element('p', {}, t('Aucune structure localisée ne correspond à ces filtres.'));
  if (!name) return [message];
  const value = /** @type {string} */ (state.filtres[name].at(-1));
  const remove = () => filter(name, state.filtres[name].slice(0, -1));
  return [message, element('p', {}, button(t('Retirer « {} »', filtres.labelOf(name, value)), remove))];
}

/** @param {any} around @param {any} counts */
async function drawAround(around, counts) {
  const { point } = state;
  const communes = point ? await api.communesAt(point) : [];
  const commune = communes[0]?.properties;
  const nom = commune?.nom ?? byId('territoire-nom').textContent;
  const where = point ? t('ce point') : nom;
  listed = { url: api.withinUrl(state, filters(state)), count: around.numberMatched, placeless: null };
  drawResults(around, where, showStructure);
  drawExports(state, listed);
  if (around.exclus.communes.length === 0) {
    hideCard();
    say(t('Point hors des communes de cet atlas'));
    return;
  }
  const place = commune ? nom : t('hors du territoire');
  say(point
    ? pluriel(around.numberMatched, '{} structure autour du point ({})', '{} structures autour du point ({})', place)
    : pluriel(around.numberMatched, '{} structure à {} et autour', '{} structures à {} et autour', nom));
  if (state.siret) return;
  if (commune && !commune.couronne) {
    const territoire = `commune:${commune.code_commune}`;
    const figures = await api.aggregates('commune', { ...filters(state, 'territoire'), territoire });
    const only = state.territoire === territoire ? null : () => void change({ territoire, point: null, autour: false });
    drawTerritory({ territoire, nom }, figures, only);
  } else if (!point && state.territoire) {
    drawTerritory({ territoire: state.territoire, nom }, counts, null);
  } else {
    hideCard();
  }
}

/** @param {string | null} territoire @param {any} classes the style of the service @returns {any} */
function areas(territoire, classes) {
  if (!classes) return null;
  const params = { ...filters(state), territoire };
  return choropleth(classes, state.with ? api.url(`/tiles/${CHOROPLETHS[state.zone].layer}`, params) : undefined);
}

/** @param {string | null} territoire @param {any} answers @returns {import('./style.mjs').Shown} */
function shownOn(territoire, { counts, around, structure, classes, kernel, most }) {
  const params = { ...filters(state), territoire };
  const alone = niveau() === 'commune' && counts.lignes.length === 1 ? counts.lignes.map((/** @type {any} */ { code }) => code) : [];
  return {
    base: api.url('/tiles/communes,noms', { couronne: 'true' }),
    zones: areas(territoire, classes),
    kernel,
    structures: state.points ? api.url('/tiles/structures', params) : null,
    circles: state.cercles ? { url: api.url('/tiles/noms', params), most } : null,
    around,
    chosen: territoire === state.territoire ? alone : [],
    structure,
    landmarks,
    planIgn: state.fond && document.body.dataset.fond === 'plan-ign',
  };
}

/** @param {{counts: any, around: any, structure: any}} answers @param {() => boolean} current */
async function drawMap(answers, current) {
  const chosen = CHOROPLETHS[state.zone];
  const per = state.zone === 'h3' ? undefined : state.per;
  // Compared, the two maps have the classes of the whole, so that a colour says the same on both.
  const of = state.with ? filters(state, 'territoire') : filters(state);
  const [classes, kernel, communes] = await Promise.all([
    chosen ? api.get(api.url(`/styles/${chosen.id}`, { ...of, per, classes: state.classes })) : null,
    state.zone === 'noyau' ? api.get(api.url('/density/kernel', filters(state))) : null,
    state.cercles ? api.aggregates('commune', of) : null,
  ]);
  if (!current()) return;
  const most = Math.max(0, ...(communes?.lignes ?? []).map((/** @type {any} */ { structures }) => structures));
  drawn = { ...answers, classes, kernel, most };
  const shown = shownOn(state.territoire, drawn);
  if (!carte) return;
  carte.setStyle(style(shown));
  drawnLegend();
  const wanted = `${state.territoire} ${state.autour}`;
  if (framed === wanted) return;
  framed = wanted;
  carte.frame(await frameOf(answers.around));
}

/** @param {any} around the answer about a point or a commune @returns {Promise<[number, number, number, number]>} */
async function frameOf(around) {
  if (around) return box(around.search.geometry);
  return state.territoire ? api.bounds(state.territoire) : WHOLE_BOX;
}

/** @param {any} geometry a multipolygon @returns {[number, number, number, number]} west, south, east, north */
function box({ coordinates }) {
  const all = coordinates.flat(2);
  const [xs, ys] = [0, 1].map((axis) => all.map((/** @type {number[]} */ at) => at[axis]));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** @returns {import('./legend.mjs').Legend} */
function told() {
  const { famille: asked } = state.filtres;
  const familles = all().map(({ code }) => code).filter((code) => asked.length === 0 || asked.includes(code));
  return legend(shownOn(state.territoire, drawn), {
    zoom: carte?.map.getZoom() ?? 11,
    familles,
    sources: drawn.counts.metadata.sources,
    ensemble: state.with !== null,
  });
}

/** Writes the legend; that of the drawing of the server stays where there is no map. */
function drawnLegend() {
  if (carte && drawn) drawLegend(byId('legende'), told());
}

/** @param {() => boolean} current */
async function drawComparison(current) {
  if (!state.with) {
    compare.hide();
    second.close(carte);
    return;
  }
  const of = state.with;
  await compare.drawTable(state.territoire ?? WHOLE, of, () => void change({ with: null }));
  if (!carte || !current()) return;
  await second.draw(style({ ...shownOn(of, drawn), chosen: [] }), of, carte);
}

/** @param {any} feature */
function showStructure(feature) {
  const { geometry, properties } = feature;
  state = { ...state, siret: properties.siret };
  history.pushState(null, '', `${location.pathname}${write(state, location.search)}${location.hash}`);
  drawStructure(feature, closeStructure);
  focusCard(true);
  openSheet(true);
  if (!geometry || !carte) return;
  drawn = { ...drawn, structure: feature };
  carte.setStyle(style(shownOn(state.territoire, drawn)));
  carte.show(geometry.coordinates);
}

function closeStructure() {
  const { siret } = state;
  change({ siret: null }).then(() => {
    const row = document.querySelector(`#liste [data-siret="${siret}"]`);
    /** @type {HTMLElement} */ (row ?? byId('resultats')).focus();
  });
}

/** @param {import('./map.mjs').Hit} hit */
async function choose({ point: [lon, lat], structures, group, keyboard }) {
  if (group) {
    carte?.closer(group);
    return;
  }
  if (structures.length > 0) {
    const features = await Promise.all(structures.slice(0, PAGE).map((siret) => api.structure(siret)));
    if (features.length === 1) showStructure(features[0]);
    else drawSeveral(features, showStructure, closeStructure);
  } else {
    await change({ point: [Number(lon.toFixed(6)), Number(lat.toFixed(6))], autour: false, siret: null });
  }
  openSheet(true);
  focusCard(keyboard);
}

/** @param {boolean} unfolded the sheet of a phone */
function openSheet(unfolded) {
  document.body.classList.toggle('feuille-ouverte', unfolded);
  byId('feuille').setAttribute('aria-expanded', String(unfolded));
}

/** @param {any} properties of what is under the pointer @returns {Promise<string>} */
async function pointed({ siret, structures, nom, pour_10000_habitants: rate, densite_km2: density, ...rest }) {
  if (siret) return (await api.structure(siret)).properties.nom;
  const count = pluriel(structures, '{} structure', '{} structures');
  const split = all().filter(({ code }) => rest[code]).map(({ code, libelle }) => `${libelle} ${nombre(rest[code])}`);
  if (split.length > 0) return t('{} : {}', count, split.join(', '));
  const value = state.per === 'km2' || state.zone === 'h3' ? t('{} par km²', nombre(density, 1)) : t('{} pour 10 000 habitants', nombre(rate, 1));
  return [nom, count, value].filter(Boolean).join(' · ');
}

async function takePicture() {
  if (!carte || !drawn) return;
  const maps = [carte.map.getCanvas(), ...(state.with ? document.querySelectorAll('#carte-comparee canvas') : [])];
  const place = state.territoire ? byId('territoire-nom').textContent : document.body.dataset.nom;
  const chips = [...byId('puces').querySelectorAll('button')].map(({ textContent }) => textContent?.replace(' ×', ''));
  const { total } = drawn.counts;
  const soustitre = [pluriel(total.structures, '{} structure', '{} structures'), ...chips].join(' · ');
  const titre = t('L’ESS employeuse : {}', place ?? '');
  const warning = drawn.counts.metadata.avertissement;
  const said = warning ? { titre: `${titre} — ${t('données fictives')}`, soustitre } : { titre, soustitre };
  download(await picture(maps, said, told()), 'essaim-carte.png');
  say(t('Image enregistrée'));
}

async function startMap() {
  const [bounds, marks] = await Promise.all([frameOf(drawn.around), api.landmarks()]);
  landmarks = marks;
  framed = `${state.territoire} ${state.autour}`;
  const opened = await open(byId('carte'), style(shownOn(state.territoire, drawn)), { bounds, hash: true, embedded: state.integre });
  if (!opened) return;
  carte = opened;
  carte.onChoice(choose);
  carte.onPointer(pointed);
  carte.onMove(() => {
    drawnLegend();
    if (state.cadre && !isAround()) redraw();
  });
  drawnLegend();
  drawControls();
  // Only now: the legend has just taken its room under the map.
  if (!hasFrame) opened.frame(bounds);
  await drawComparison(() => true);
  // A test puts this object before the page loads; nobody else sees the map.
  const probe = /** @type {any} */ (window).__essaim;
  if (probe) probe.map = opened.map;
}

async function start() {
  document.body.classList.add('vive');
  document.body.classList.toggle('integre', state.integre);
  // In a small frame the legend scrolls: the keyboard has to reach it.
  if (state.integre) byId('legende').tabIndex = 0;
  byId('ouvrir').href = write({ ...state, integre: false }, location.search) || byId('ouvrir').href;
  filtres.listen(filter);
  listenExports(() => state, () => listed);
  listenPanel({ change, goTo, picture: takePicture, openSheet, showStructure });
  window.addEventListener('popstate', () => {
    state = read(location.search).state;
    redraw();
  });
  say(t('Chargement…'));
  const refused = await redraw();
  // An address made by hand, or by another atlas, must not leave an empty map.
  if (refused) {
    state = { ...read('').state, integre: state.integre };
    await redraw();
  }
  if (drawn) await startMap();
  const wrong = [...found.refused, ...(refused ? [refused] : [])];
  if (wrong.length > 0) say(t('Adresse incomprise : {}. Vue par défaut.', wrong.join(', ')));
  else if (!carte && drawn) say(t('Carte fixe, sans les filtres : ce navigateur ne dessine pas la carte interactive (WebGL). La liste et les chiffres sont complets.'));
}

start();
