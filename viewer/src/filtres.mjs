/**
 * The filters: boxes with live counts, and what is filtered as chips that are removed at a touch.
 * @module
 */

import * as api from './api.mjs';
import { button, byId, element } from './dom.mjs';
import { FILTRES, filters } from './state.mjs';
import { nombre, t } from './textes.mjs';

/** Dimension of `/aggregates` that counts the values of a parameter. @type {Record<string, string>} */
const DIMENSION = { famille: 'famille', secteur: 'secteur', tranche_effectifs: 'tranche', qualite_position: 'qualite_position' };

/** @param {string} name @returns {HTMLInputElement[]} */
function boxes(name) {
  return [...document.querySelectorAll(`#panneau input[name="${name}"]`)].map((box) => /** @type {HTMLInputElement} */ (box));
}

/** @param {HTMLInputElement} box @returns {HTMLElement} where its count is */
function output(box) {
  return /** @type {HTMLElement} */ (box.closest('label')?.querySelector('output'));
}

/** @param {HTMLInputElement} box @returns {string} what its label says, without the count */
function label(box) {
  const text = [...(box.closest('label')?.childNodes ?? [])].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  return text.map(({ textContent }) => textContent).join('').trim();
}

/** @param {string} name @param {string} value @returns {string} a value, as the page names it */
export function labelOf(name, value) {
  const box = boxes(name).find((one) => one.value === value);
  return box ? label(box) : value;
}

/** @param {(name: string, values: string[]) => void} changed */
export function listen(changed) {
  for (const name of FILTRES) {
    for (const box of boxes(name)) {
      box.addEventListener('change', () => changed(name, boxes(name).filter(({ checked }) => checked).map(({ value }) => value)));
    }
  }
}

/**
 * Brings the boxes and the chips to the state.
 * @param {import('./state.mjs').State} state
 * @param {(name: string, values: string[]) => void} change
 */
export function drawChoices(state, change) {
  const chips = [];
  for (const name of FILTRES) {
    const chosen = state.filtres[name];
    for (const box of boxes(name)) box.checked = chosen.includes(box.value);
    for (const value of chosen) {
      const said = labelOf(name, value);
      const remove = () => {
        change(name, chosen.filter((other) => other !== value));
        // The chip that had the focus is gone: the reader stays among the filters.
        /** @type {HTMLElement | null} */ (byId('puces').querySelector('button') ?? byId('recherche-saisie'))?.focus();
      };
      const chip = button(`${said} ×`, remove, { 'aria-label': t('Retirer le filtre {}', said), 'data-filtre': name });
      chips.push(element('li', {}, chip));
    }
  }
  byId('puces').replaceChildren(...chips);
  byId('puces').hidden = chips.length === 0;
  byId('reinitialiser').disabled = chips.length === 0;
}

/**
 * Counts of each value under the other filters: what checking it would give.
 * @param {import('./state.mjs').State} state
 * @param {() => boolean} current this is still the state
 */
export async function drawCounts(state, current) {
  await Promise.all(
    FILTRES.map(async (name) => {
      const { lignes } = await api.aggregates(DIMENSION[name], filters(state, name));
      if (!current()) return;
      const counts = new Map(lignes.map((/** @type {any} */ { code, structures }) => [code, structures]));
      for (const box of boxes(name)) {
        const count = counts.get(box.value) ?? 0;
        output(box).textContent = nombre(count);
        box.closest('label')?.classList.toggle('vide', count === 0);
      }
    }),
  );
}
