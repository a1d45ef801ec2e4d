/**
 * What the page says, in its language, and its numbers. French is the key: a sentence is written once, where it is
 * said; another language has a catalogue.
 * @module
 */

/** @typedef {string | number} Value */

/** Language of the page. */
export const LANGUE = globalThis.document?.body?.dataset.langue ?? 'fr';

/** @type {Record<string, string>} */
const catalogue = LANGUE === 'en' ? (await import('./en.mjs')).default : {};

/** As the numbers of the language are written. */
const LOCALE = LANGUE === 'en' ? 'en-GB' : 'fr-FR';

/**
 * @param {string} text in French; `{}` is a hole
 * @param {...Value} values of the holes
 * @returns {string} in the language of the page
 */
export function t(text, ...values) {
  let rank = 0;
  return (catalogue[text] ?? text).replaceAll('{}', () => String(values[rank++] ?? ''));
}

/** @param {number | null | undefined} value @param {number} [decimals] @returns {string} */
export function nombre(value, decimals = 0) {
  if (typeof value !== 'number') return t('non calculé');
  return value.toLocaleString(LOCALE, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/**
 * @param {number} count the first hole
 * @param {string} one below two, as French counts
 * @param {string} many
 * @param {...Value} values of the other holes
 * @returns {string}
 */
export function pluriel(count, one, many, ...values) {
  // English has none of this in its plural: 0 structures, 1 structure.
  const single = LANGUE === 'en' ? count === 1 : Math.abs(count) < 2;
  return t(single ? one : many, nombre(count), ...values);
}

/** @returns {string} today, as the language writes it */
export function today() {
  return new Date().toLocaleDateString(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' });
}
