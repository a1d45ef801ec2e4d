/**
 * The families, as the page of the server shows them: code, name, colour and shape are written there only.
 * @module
 */

import { element } from './dom.mjs';

/**
 * @typedef {object} Famille
 * @property {string} code
 * @property {string} libelle
 * @property {string} couleur
 * @property {string} forme path of its symbol, in a square of 12
 */

/** A family that the page does not name. */
const OTHER = { libelle: '', couleur: '#4a4a4a', forme: 'M1 1h10v10H1z' };

const SVG = 'http://www.w3.org/2000/svg';
/** Side of the square of the paths. */
const SIDE = 12;
/** Pixels of an image for one of the page: sharp on any screen. */
const RATIO = 3;

/** @type {Famille[]} */
const familles = [...(globalThis.document?.querySelectorAll('#familles label') ?? [])].map((label) => {
  const path = label.querySelector('path');
  const code = /** @type {HTMLElement} */ (label.querySelector('output')).dataset.famille ?? '';
  const text = [...label.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  return {
    code,
    libelle: text.map(({ textContent }) => textContent).join('').trim(),
    couleur: path?.getAttribute('fill') ?? OTHER.couleur,
    forme: path?.getAttribute('d') ?? OTHER.forme,
  };
});

/** @returns {Famille[]} those of the territory, in its order */
export function all() {
  return familles;
}

/** @param {string} code @returns {Famille} */
export function famille(code) {
  return familles.find((one) => one.code === code) ?? { ...OTHER, code };
}

/** @param {string} code @param {boolean} [hollow] @returns {Element} its symbol, for a list or a legend */
export function symbol(code, hollow = false) {
  const { couleur, forme } = famille(code);
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', forme);
  path.setAttribute('fill', hollow ? '#ffffff' : couleur);
  path.setAttribute('stroke', couleur);
  path.setAttribute('stroke-width', hollow ? '2' : '0');
  svg.setAttribute('viewBox', `-1 -1 ${SIDE + 2} ${SIDE + 2}`);
  svg.setAttribute('class', 'puce');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path);
  return svg;
}

/** Name of an image of the map: the family, and whether only the street is known. */
const IMAGE = /^famille-(\w+?)(-creux)?$/;

/**
 * @param {string} id `famille-associations`, `famille-associations-creux` or `hachures`
 * @returns {{image: ImageData, pixelRatio: number} | null} drawn when the map asks for it
 */
export function image(id) {
  if (id === 'hachures') return { image: hatching(), pixelRatio: 2 };
  const [, code, hollow] = IMAGE.exec(id) ?? [];
  if (!code) return null;
  const { couleur, forme } = famille(code);
  const brush = canvas((SIDE + 4) * RATIO);
  brush.scale(RATIO, RATIO);
  brush.translate(2, 2);
  const path = new Path2D(forme);
  // A rim of the other colour: a symbol stays visible over any class, and over its neighbours.
  brush.lineWidth = 2.5;
  brush.strokeStyle = '#ffffff';
  brush.stroke(path);
  brush.fillStyle = hollow ? '#ffffff' : couleur;
  brush.fill(path);
  if (hollow) {
    brush.lineWidth = 2;
    brush.strokeStyle = couleur;
    brush.stroke(path);
  }
  return { image: pixels(brush), pixelRatio: RATIO };
}

/** @returns {ImageData} oblique lines: no value, which is not a small value */
function hatching() {
  const brush = canvas(16);
  brush.fillStyle = '#f1f0ee';
  brush.fillRect(0, 0, 16, 16);
  brush.strokeStyle = '#8d8d8d';
  brush.lineWidth = 2;
  for (const start of [-16, 0, 16]) {
    brush.moveTo(start, 16);
    brush.lineTo(start + 16, 0);
  }
  brush.stroke();
  return pixels(brush);
}

/** @param {number} side @returns {CanvasRenderingContext2D} */
function canvas(side) {
  const made = /** @type {HTMLCanvasElement} */ (element('canvas', { width: String(side), height: String(side) }));
  return /** @type {CanvasRenderingContext2D} */ (made.getContext('2d', { willReadFrequently: true }));
}

/** @param {CanvasRenderingContext2D} brush @returns {ImageData} */
function pixels(brush) {
  return brush.getImageData(0, 0, brush.canvas.width, brush.canvas.height);
}
