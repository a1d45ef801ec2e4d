/**
 * Reporting an error: a line for the file of corrections of the observatory, which applies it at each ingestion.
 * Nothing is sent: the reader hands the line to whoever keeps the file.
 * @module
 */

import { button, byId, copy, element, say } from './dom.mjs';
import { all } from './familles.mjs';
import { readPoint } from './state.mjs';
import { t } from './textes.mjs';

/** Columns of the file of corrections, in their order. */
const COLUMNS = ['siret', 'champ', 'valeur', 'lon', 'lat', 'auteur', 'date', 'motif', 'valeur_source'];

/** What can be mended: field, what is said of it, what its value is. @type {[string, string, 'point' | 'famille' | 'oui-non' | 'texte' | 'rien'][]} */
const FIELDS = [
  ['position', 'La position', 'point'],
  ['famille', 'La famille', 'famille'],
  ['secteur', 'Le secteur', 'texte'],
  ['employeur', 'Elle a des salariés, ou n’en a pas', 'oui-non'],
  ['nom', 'Le nom', 'texte'],
  ['exclure', 'Elle n’est pas de l’ESS', 'rien'],
];

/** What the source says of each, kept beside the correction. @type {Record<string, (feature: any) => string>} */
const SOURCE = {
  position: ({ geometry }) => (geometry ? geometry.coordinates.join(' ') : ''),
  famille: ({ properties }) => properties.famille,
  secteur: ({ properties }) => properties.secteur ?? '',
  nom: ({ properties }) => properties.nom,
};

/**
 * @param {Record<string, string>} values by column
 * @returns {string} the header and the line, RFC 4180
 */
export function correctionCsv(values) {
  const quoted = (/** @type {string} */ text) => (/[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${COLUMNS.join(',')}\n${COLUMNS.map((name) => quoted(values[name] ?? '')).join(',')}\n`;
}

/** @param {string} id @param {string} text @param {HTMLElement} control @returns {HTMLElement} */
function field(id, text, control) {
  control.id = id;
  return element('p', { class: 'outil' }, element('label', { for: id }, text), ' ', control);
}

/** @param {[string, string][]} options @returns {HTMLElement} */
function select(options) {
  return element('select', {}, ...options.map(([value, text]) => element('option', { value }, text)));
}

/** @param {string} kind @returns {HTMLElement | null} where the right value is given */
function valueControl(kind) {
  if (kind === 'famille') return select(all().map(({ code, libelle }) => [code, libelle]));
  if (kind === 'oui-non') return select([['oui', t('oui')], ['non', t('non')]]);
  if (kind === 'rien') return null;
  return element('input', { type: 'text', ...(kind === 'point' ? { placeholder: '2.4836, 48.8369' } : {}) });
}

/** @param {any} feature of a structure @returns {HTMLElement} the form, folded */
export function reporter(feature) {
  const champ = select(FIELDS.map(([code, text]) => [code, t(text)]));
  const place = element('div');
  const draw = () => {
    const kind = FIELDS.find(([code]) => code === byValue(champ))?.[2] ?? 'texte';
    const control = valueControl(kind);
    const name = kind === 'point' ? t('Longitude puis latitude') : t('Valeur juste');
    place.replaceChildren(...(control ? [field('correction-valeur', name, control)] : []));
  };
  champ.addEventListener('change', draw);
  draw();
  const line = element('textarea', { readonly: '', rows: '3', 'aria-label': t('Ligne pour corrections.csv') });
  line.hidden = true;
  const make = async () => {
    const values = read(feature);
    if (!values) return;
    const csv = correctionCsv(values);
    /** @type {HTMLTextAreaElement} */ (line).value = csv;
    line.hidden = false;
    await copy(csv);
    say(t('Ligne de correction copiée : à ajouter à corrections.csv'));
  };
  return element(
    'details',
    { id: 'signaler' },
    element('summary', {}, t('Signaler une erreur')),
    element('p', {}, t('Rien n’est envoyé : la ligne est à remettre à l’observatoire, qui l’ajoute à corrections.csv.')),
    field('correction-champ', t('Ce qui est faux'), champ),
    place,
    field('correction-auteur', t('Votre nom'), element('input', { type: 'text', autocomplete: 'name' })),
    field('correction-motif', t('Motif'), element('input', { type: 'text' })),
    element('p', {}, button(t('Faire la ligne'), make, { id: 'correction-faire' })),
    line,
  );
}

/** @param {HTMLElement} control @returns {string} */
const byValue = (control) => /** @type {HTMLInputElement} */ (control).value.trim();

/** @param {any} feature @returns {Record<string, string> | null} null when something is missing, which is said */
function read(feature) {
  const champ = byValue(byId('correction-champ'));
  const [, , kind] = FIELDS.find(([code]) => code === champ) ?? FIELDS[0];
  const valeur = byId('correction-valeur') ? byValue(byId('correction-valeur')) : '';
  const [auteur, motif] = [byValue(byId('correction-auteur')), byValue(byId('correction-motif'))];
  const point = kind === 'point' ? readPoint(valeur) : null;
  const wrong = [
    kind === 'point' && !point && t('la longitude et la latitude'),
    kind === 'texte' && !valeur && t('la valeur juste'),
    !auteur && t('votre nom'),
    !motif && t('le motif'),
  ].filter(Boolean);
  if (wrong.length > 0) {
    say(t('Il manque : {}.', wrong.join(', ')));
    return null;
  }
  /** @type {Record<string, string>} */
  const place = point ? { lon: String(point[0]), lat: String(point[1]) } : { valeur };
  const date = new Date().toISOString().slice(0, 10);
  return { siret: feature.properties.siret, champ, ...place, auteur, date, motif, valeur_source: SOURCE[champ]?.(feature) ?? '' };
}
