/**
 * Elements and French numbers. Data only ever becomes text: names come from open registers.
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

/** @param {string} couleur @param {string} [shape] @returns {HTMLElement} a patch of colour */
export function swatch(couleur, shape = 'aire') {
  const patch = element('span', { class: `pastille ${shape}`, 'aria-hidden': 'true' });
  // Through the object model: the content policy refuses style attributes.
  patch.style.borderColor = couleur;
  if (shape !== 'creux') patch.style.backgroundColor = couleur;
  return patch;
}

/** @param {number | null | undefined} value @param {number} [decimals] @returns {string} */
export function nombre(value, decimals = 0) {
  if (typeof value !== 'number') return 'non calculé';
  return value.toLocaleString('fr-FR', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** @param {number} count @param {string} one @param {string} many @returns {string} */
export function pluriel(count, one, many) {
  return `${nombre(count)} ${Math.abs(count) < 2 ? one : many}`;
}
