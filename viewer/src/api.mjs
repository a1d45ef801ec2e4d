/**
 * Requests to the service, all within its origin.
 * @module
 */

/** Answers already received, by URL: going back to a state asks nothing again. */
const received = new Map();

/** @typedef {{territoire?: string, famille?: string}} Filtre the filter, as the API names it */

/** Structures asked for at once; the service pages beyond. */
const PAGE = 10000;

/**
 * @param {string} path
 * @param {Record<string, string | number | undefined>} [params] absent values are left out
 * @returns {string} the URL of a resource, absolute
 */
export function url(path, params = {}) {
  const absolute = new URL((document.body.dataset.base ?? '') + path, location.href);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) absolute.searchParams.set(name, String(value));
  }
  // Commas and colons are legal in a query, and the copied URL is meant to be read.
  absolute.search = absolute.search.replaceAll('%2C', ',').replaceAll('%3A', ':');
  return absolute.href;
}

/**
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} the JSON of an address
 */
export async function get(address, signal) {
  const known = received.get(address);
  if (known) return known;
  const response = await fetch(address, { headers: { Accept: 'application/json' }, signal });
  if (!response.ok) throw new Error(await reason(response));
  const body = await response.json();
  received.set(address, body);
  return body;
}

/** @param {Response} response @returns {Promise<string>} what the service says of a refusal */
async function reason(response) {
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? `erreur ${response.status}`;
  } catch {
    return `erreur ${response.status}`;
  }
}

/** @param {Filtre} filtre @returns {Promise<any>} figures by commune */
export function density(filtre) {
  return get(url('/density', { zone: 'commune', ...filtre }));
}

/** @returns {Promise<any>} the communes of the territory and those around it */
export function communes() {
  return get(url('/collections/communes/items', { couronne: 'true' }));
}

/** @param {string} [territoire] @returns {Promise<any>} counts by family */
export function familles(territoire) {
  return get(url('/aggregates', { par: 'famille', territoire }));
}

/** @param {Filtre} filtre @returns {string} the page that lists every structure that has a point */
export function tableUrl(filtre) {
  return url('/collections/structures/items', { f: 'html', ...filtre });
}

/** @returns {Promise<any | null>} the landmarks; a service without any answers with a refusal */
export async function landmarks() {
  try {
    return await get(url('/landmarks'));
  } catch {
    return null;
  }
}

/** @returns {Promise<any>} every structure that has a point */
export async function structures() {
  const features = [];
  for (;;) {
    const params = { limit: PAGE, offset: features.length || undefined };
    const page = await get(url('/collections/structures/items', params));
    features.push(...page.features);
    if (page.numberReturned === 0 || features.length >= page.numberMatched) break;
  }
  return { type: 'FeatureCollection', features };
}

/**
 * @param {[number, number]} point
 * @param {number} rayon
 * @param {string} [famille]
 * @returns {string} the URL of the structures around a point
 */
export function withinUrl([lon, lat], rayon, famille) {
  return url('/proximity/within', { lon, lat, rayon, famille });
}
