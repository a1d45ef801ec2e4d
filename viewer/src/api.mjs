/**
 * Requests to the service, all within its origin.
 * @module
 */

import { pairs, readable } from './state.mjs';
import { t } from './textes.mjs';

/** Answers already received, by URL: going back to a state asks nothing again. @type {Map<string, any>} */
const received = new Map();
/** Answers kept: enough for a session, too few to weigh. */
const KEPT = 200;

/** @typedef {Record<string, string | number | string[] | undefined | null>} Params */

/**
 * @param {string} path
 * @param {Params} [params] absent values are left out
 * @returns {string} the URL of a resource, absolute
 */
export function url(path, params = {}) {
  const absolute = new URL((document.body.dataset.base ?? '') + path, location.href);
  for (const [name, value] of pairs(params)) absolute.searchParams.append(name, value);
  absolute.search = readable(absolute.search);
  return absolute.href;
}

/** What the service refused, in its words; an error of the network is none of these. */
export class Refused extends Error {}

/**
 * @param {string} address
 * @returns {Promise<any>} the JSON of an address
 */
export async function get(address) {
  const known = received.get(address);
  if (known) return known;
  const response = await fetch(address, { headers: { Accept: 'application/geo+json, application/json' } });
  if (!response.ok) throw new Refused(await reason(response));
  const body = await response.json();
  const [oldest] = received.keys();
  if (received.size >= KEPT) received.delete(oldest);
  received.set(address, body);
  return body;
}

/** @param {Response} response @returns {Promise<string>} what the service says of a refusal */
async function reason(response) {
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title;
  } catch {
    return t('erreur {}', response.status);
  }
}

/** @param {string} par dimension @param {Params} filters @returns {Promise<any>} counts */
export function aggregates(par, filters) {
  return get(url('/aggregates', { par, ...filters }));
}

/** @param {string} siret @returns {Promise<any>} a structure, whether it has a point or not */
export async function structure(siret) {
  const item = (/** @type {string} */ collection) => get(url(`/collections/${collection}/items/${encodeURIComponent(siret)}`));
  try {
    return await item('structures');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return item('structures_non_localisees');
  }
}

/** @param {[number, number]} point @returns {Promise<any[]>} the communes that hold it */
export async function communesAt([lon, lat]) {
  return (await get(url('/collections/communes/items', { bbox: [lon, lat, lon, lat].join(',') }))).features;
}

/** @param {string} territoire @returns {Promise<[number, number, number, number]>} west, south, east, north */
export async function bounds(territoire) {
  return (await get(url('/tiles/communes', { territoire }))).bounds;
}

/** @param {string} q @param {Params} [params] @returns {Promise<any>} territories and structures called so */
export function search(q, params = {}) {
  return get(url('/recherche', { q, ...params }));
}

/** @returns {Promise<any | null>} the landmarks; a service without any answers with a refusal */
export async function landmarks() {
  try {
    return await get(url('/landmarks'));
  } catch {
    return null;
  }
}

/**
 * @param {import('./state.mjs').State} state that searches around a point or a commune
 * @param {Params} filters
 * @returns {string} the URL of what is near
 */
export function withinUrl(state, { territoire, ...filters }) {
  const [lon, lat] = state.point ?? [];
  const around = state.point ? { lon, lat } : { territoire };
  return url('/proximity/within', { ...around, rayon: state.rayon, ...filters });
}
