/**
 * Elements. Data only ever becomes text: names come from open registers.
 * @module
 */

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  created.append(...children);
  return created;
}

/** @param {string} id @returns {any} an element of the server's page */
export function byId(id) {
  return document.getElementById(id);
}

/** @param {string} text @param {() => void} act @param {Record<string, string>} [attributes] @returns {HTMLElement} */
export function button(text, act, attributes = {}) {
  const created = element('button', { type: 'button', ...attributes }, text);
  created.addEventListener('click', act);
  return created;
}

/** @param {string} text said to everybody, read out loud too */
export function say(text) {
  byId('etat').textContent = text;
}

/** @param {string} text @returns {Promise<void>} once on the clipboard */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Over plain HTTP, on a local network, browsers have no clipboard API.
    const area = element('textarea', { class: 'hors-ecran', readonly: '' });
    /** @type {any} */ (area).value = text;
    document.body.append(area);
    /** @type {any} */ (area).select();
    document.execCommand('copy');
    area.remove();
  }
}

/** @param {Blob} blob @param {string} name of the file that the reader is given */
export function download(blob, name) {
  const href = URL.createObjectURL(blob);
  const link = element('a', { href, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
