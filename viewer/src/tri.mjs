/**
 * Tables sorted by a click on a header. Without this script they stay in the order of the server.
 * @module
 */

const lang = document.documentElement.lang;
const collator = new Intl.Collator(lang, { numeric: true, sensitivity: 'base' });

/** @param {string} text @param {boolean} french @returns {number} the number that a cell begins with; NaN when it has none */
export function numberOf(text, french = lang !== 'en') {
  const bare = text.replace(/^[^\d+−-]*/, '').replace(/[\s\u202f\u00a0]/g, '').replace('−', '-');
  return Number.parseFloat(french ? bare.replace(',', '.') : bare.replaceAll(',', ''));
}

/** @param {string[]} texts @returns {boolean} most of the cells are numbers */
function areNumbers(texts) {
  const told = texts.filter((text) => text && !/^n\.[da]\./.test(text) && text !== '–');
  return told.length > 0 && told.every((text) => /^[≈+−-]?[\s\u202f\u00a0]*\d/.test(text) && !Number.isNaN(numberOf(text)));
}

/** @param {string} a @param {string} b @param {boolean} numeric @returns {number} */
function compare(a, b, numeric) {
  if (!numeric) return collator.compare(a, b);
  const [left, right] = [numberOf(a), numberOf(b)];
  return left - right;
}

/** @param {HTMLTableElement} table @param {number} column @param {HTMLElement} header */
function sortBy(table, column, header) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const text = (/** @type {HTMLTableRowElement} */ row) => row.cells[column]?.textContent?.trim() ?? '';
  const numeric = areNumbers(rows.map(text));
  const order = header.getAttribute('aria-sort');
  // Largest first, names from A; then the other way.
  const descending = order === null ? numeric : order === 'ascending';
  // Unknown last, whatever the direction.
  const known = rows.filter((row) => !numeric || !Number.isNaN(numberOf(text(row))));
  const unknown = rows.filter((row) => !known.includes(row));
  known.sort((a, b) => compare(text(a), text(b), numeric) * (descending ? -1 : 1));
  for (const other of table.tHead?.rows[0].cells ?? []) other.removeAttribute('aria-sort');
  header.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
  body.append(...known, ...unknown);
}

for (const table of /** @type {NodeListOf<HTMLTableElement>} */ (document.querySelectorAll('table[data-tri]'))) {
  if (table.tBodies[0]?.rows.length < 3) continue;
  [...(table.tHead?.rows[0].cells ?? [])].forEach((header, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'tri';
    button.append(...header.childNodes);
    button.addEventListener('click', () => sortBy(table, column, header));
    header.append(button);
  });
}
