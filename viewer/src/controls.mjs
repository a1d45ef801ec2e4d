/**
 * The controls of the panel: territory, search, layers, radius, comparison, the sheet of a phone.
 * @module
 */

import * as api from './api.mjs';
import { combobox } from './combobox.mjs';
import { byId, say } from './dom.mjs';
import { famille } from './familles.mjs';
import { FILTRES, readPoint } from './state.mjs';
import { pluriel, t } from './textes.mjs';

/**
 * @typedef {object} Page
 * @property {(part: Partial<import('./state.mjs').State>) => Promise<string | null>} change
 * @property {(point: [number, number]) => Promise<void>} goTo
 * @property {() => Promise<void>} picture
 * @property {(unfolded: boolean) => void} openSheet
 * @property {(feature: any) => void} showStructure
 */

/** Levels of territories, as the list says them. @type {Record<string, string>} */
const LEVELS = { commune: 'commune', ept: 'EPT', epci: 'EPCI', departement: 'département', region: 'région' };

/** Several codes of communes make a territory of their own. */
const CODES = /^\d[\dAB]\d{3}([\s,;]+\d[\dAB]\d{3})+$/;
/** Where the lists of a reader are kept, in this browser only. */
const MINE = 'essaim:territoires';
/** Lists kept. */
const MINE_MAX = 5;

/** @returns {string[]} the lists of communes that this reader made */
function mine() {
  try {
    const kept = JSON.parse(localStorage.getItem(MINE) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string' && CODES.test(one)) : [];
  } catch {
    return [];
  }
}

/** @param {string} territoire a list of codes, kept for another day */
function keep(territoire) {
  if (!CODES.test(territoire)) return;
  try {
    const others = mine().filter((other) => other !== territoire);
    localStorage.setItem(MINE, JSON.stringify([territoire, ...others].slice(0, MINE_MAX)));
  } catch {
    // A browser may keep nothing: the address does.
  }
}

/** @param {string} codes @returns {import('./combobox.mjs').Option} */
function listOption(codes) {
  const count = codes.split(',').length;
  return { value: codes, label: pluriel(count, 'Liste de {} commune', 'Liste de {} communes'), detail: codes };
}

/** The zones that the page of the server lists. @type {import('./combobox.mjs').Option[]} */
const whole = [...document.querySelectorAll('#zones a[data-territoire]')].map((anchor) => {
  const value = /** @type {HTMLElement} */ (anchor).dataset.territoire ?? '';
  return { value, label: anchor.textContent ?? '', detail: level(value) };
});

/** @param {string} territoire @returns {string} its level, in words */
function level(territoire) {
  const [niveau] = territoire.split(':');
  return t(LEVELS[niveau] ?? niveau);
}

/** @param {string} text @returns {Promise<import('./combobox.mjs').Option[]>} */
async function territories(text) {
  if (CODES.test(text)) return [listOption(text.split(/[\s,;]+/).join(','))];
  if (text === '') {
    return [...mine().map(listOption), ...whole];
  }
  const { territoires } = await api.search(text, { limit: 20 });
  return territoires.map((/** @type {any} */ { territoire, nom, communes }) => ({
    value: territoire,
    label: nom,
    detail: [level(territoire), territoire.split(':')[1], communes > 1 ? pluriel(communes, '{} commune', '{} communes') : ''].filter(Boolean).join(' · '),
  }));
}

/** @param {string} text @returns {Promise<import('./combobox.mjs').Option[]>} */
async function structures(text) {
  if (text === '') return [];
  const { structures: rows, numberMatched } = await api.search(text, { limit: 10 });
  say(pluriel(numberMatched, '{} structure porte ce nom', '{} structures portent ce nom'));
  return rows.map((/** @type {any} */ { siret, nom, nom_commune: where, famille: code, lon }) => ({
    value: siret,
    label: nom,
    detail: [famille(code).libelle, where, lon === null ? t('sans point') : ''].filter(Boolean).join(' · '),
  }));
}

/** @param {Page} page */
export function listenPanel({ change, goTo, picture, openSheet, showStructure }) {
  const go = (/** @type {string} */ territoire) => {
    keep(territoire);
    change({ territoire: territoire === document.body.dataset.territoire ? null : territoire, point: null, autour: false, siret: null });
  };
  combobox(byId('territoire-saisie'), territories, ({ value }) => go(value));
  combobox(byId('comparer-saisie'), territories, ({ value }) => change({ with: value }));
  combobox(byId('recherche-saisie'), structures, async ({ value }) => showStructure(await api.structure(value)));
  byId('tout').addEventListener('click', () => change({ territoire: null, autour: false }));
  byId('reinitialiser').addEventListener('click', () => {
    change({ filtres: Object.fromEntries(FILTRES.map((name) => [name, []])) });
  });
  for (const name of ['zone', 'per', 'classes']) {
    byId(name).addEventListener('change', () => change({ [name]: byId(name).value }));
  }
  for (const [id, name] of [['montrer-points', 'points'], ['montrer-cercles', 'cercles'], ['montrer-fond', 'fond'], ['dans-cadre', 'cadre']]) {
    byId(id)?.addEventListener('change', () => change({ [name]: byId(id).checked }));
  }
  byId('rayon').addEventListener('change', () => change({ rayon: Number(byId('rayon').value) }));
  byId('sans-point').addEventListener('click', () => change({ point: null, autour: false }));
  byId('autour').addEventListener('click', () => change({ autour: true, point: null, siret: null }));
  const search = () => {
    const point = readPoint(byId('point-saisie').value);
    if (point) goTo(point);
    else say(t('Point illisible : longitude puis latitude, en degrés, comme 2.4836, 48.8369'));
  };
  byId('chercher').addEventListener('click', search);
  byId('point-saisie').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter') search();
  });
  byId('image').addEventListener('click', picture);
  byId('feuille').addEventListener('click', () => openSheet(!document.body.classList.contains('feuille-ouverte')));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && document.body.classList.contains('feuille-ouverte') && byId('panneau').contains(document.activeElement)) {
      openSheet(false);
      byId('feuille').focus();
    }
  });
  byId('autre-langue')?.addEventListener('click', (/** @type {Event} */ event) => {
    // The same view in the other language.
    event.preventDefault();
    const target = new URL(byId('autre-langue').href);
    const address = new URL(location.href);
    address.searchParams.set('lang', target.searchParams.get('lang') ?? 'fr');
    location.href = address.href;
  });
}
