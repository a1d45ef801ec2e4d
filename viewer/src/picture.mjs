/**
 * The map as a picture, with all that a picture needs to be read alone: title, legend, sources, date.
 * @module
 */

import { famille } from './familles.mjs';
import { CIRCLE } from './style.mjs';
import { t, today } from './textes.mjs';

const FONT = 'system-ui, "DejaVu Sans", sans-serif';
const MARGIN = 20;
const LINE = 20;
/** Columns of the legend. */
const COLUMN = 290;

/**
 * @param {HTMLCanvasElement[]} maps drawn side by side
 * @param {{titre: string, soustitre: string}} said above
 * @param {import('./legend.mjs').Legend} legend
 * @returns {Promise<Blob>} a PNG
 */
export async function picture(maps, { titre, soustitre }, legend) {
  const ratio = maps[0].width / maps[0].clientWidth;
  const widths = maps.map((map) => map.clientWidth);
  const wide = widths.reduce((sum, width) => sum + width, 0) + (maps.length - 1) * 8;
  const tall = Math.max(...maps.map((map) => map.clientHeight));
  const rows = [...legend.classes, ...legend.symboles];
  const columns = Math.max(1, Math.floor((wide - 2 * MARGIN) / COLUMN));
  const measure = brushOf(document.createElement('canvas'));
  measure.font = `11px ${FONT}`;
  const credits = wrapped(measure, [legend.sources, t('Essaim, {}', today())].join(' '), wide - 2 * MARGIN);
  measure.font = `700 18px ${FONT}`;
  const titles = wrapped(measure, titre, wide - 2 * MARGIN);
  const heading = MARGIN + titles.length * 24 + 24;
  const legendTop = heading + tall + 22;
  const notes = legend.note ? 1 : 0;
  const bottom = legendTop + LINE * (1 + notes + Math.ceil(rows.length / columns)) + 10;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(wide * ratio);
  canvas.height = Math.round((bottom + credits.length * 15 + MARGIN) * ratio);
  const brush = brushOf(canvas);
  brush.scale(ratio, ratio);
  brush.fillStyle = '#ffffff';
  brush.fillRect(0, 0, canvas.width, canvas.height);
  const write = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ font, colour = '#1d2733') => {
    brush.font = `${font} ${FONT}`;
    brush.fillStyle = colour;
    brush.fillText(text, x, y);
  };
  titles.forEach((line, rank) => write(line, MARGIN, MARGIN + 12 + rank * 24, '700 18px'));
  write(soustitre, MARGIN, heading - 14, '13px', '#55606e');
  let left = 0;
  maps.forEach((map, rank) => {
    brush.drawImage(map, left, heading, widths[rank], map.clientHeight);
    left += widths[rank] + 8;
  });
  write(legend.titre, MARGIN, legendTop, '600 13px');
  if (legend.note) write(legend.note, MARGIN, legendTop + LINE, '12px', '#55606e');
  rows.forEach((row, rank) => {
    const x = MARGIN + (rank % columns) * COLUMN;
    const y = legendTop + LINE * (1 + notes + Math.floor(rank / columns));
    patch(brush, row, x, y - 10);
    const text = row.nombre ? `${row.libelle} (${row.nombre})` : row.libelle;
    brush.font = `12px ${FONT}`;
    brush.fillStyle = '#1d2733';
    brush.fillText(text, x + 28, y, COLUMN - 34);
  });
  credits.forEach((line, rank) => write(line, MARGIN, bottom + rank * 15, '11px', '#55606e'));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('PNG'))), 'image/png');
  });
}

/** @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
function brushOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
}

/** @param {CanvasRenderingContext2D} brush @param {string} text @param {number} width @returns {string[]} lines */
function wrapped(brush, text, width) {
  /** @type {string[]} */
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && brush.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** @param {CanvasRenderingContext2D} brush @param {import('./legend.mjs').Row} row @param {number} x @param {number} y */
function patch(brush, { forme, couleur, code }, x, y) {
  brush.save();
  brush.translate(x, y);
  if (forme === 'famille' || forme === 'creux') {
    const { couleur: colour, forme: path } = famille(code ?? '');
    brush.translate(4, 0);
    brush.fillStyle = forme === 'creux' ? '#ffffff' : colour;
    brush.strokeStyle = colour;
    brush.lineWidth = 2;
    if (forme === 'creux') brush.stroke(new Path2D(path));
    brush.fill(new Path2D(path));
  } else if (forme === 'cercle' || forme === 'groupe') {
    brush.beginPath();
    brush.arc(10, 6, 6, 0, 2 * Math.PI);
    brush.fillStyle = forme === 'cercle' ? CIRCLE : '#2f5f83';
    brush.fill();
  } else {
    brush.fillStyle = couleur ?? '#f1f0ee';
    brush.fillRect(0, 0, 20, 12);
    brush.strokeStyle = '#7d8894';
    brush.strokeRect(0, 0, 20, 12);
    if (forme === 'hachures') {
      brush.beginPath();
      for (const start of [0, 6, 12]) {
        brush.moveTo(start, 12);
        brush.lineTo(start + 8, 0);
      }
      brush.stroke();
    }
  }
  brush.restore();
}
