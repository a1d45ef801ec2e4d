/**
 * The parts of the viewer that need no browser: `node --test`.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { correctionCsv } from '../../viewer/src/correction.mjs';
import english from '../../viewer/src/en.mjs';
import { legend } from '../../viewer/src/legend.mjs';
import { review, rule } from '../../viewer/src/review.mjs';
import { FILTRES, filters, read, readPoint, write } from '../../viewer/src/state.mjs';
import { choropleth, style } from '../../viewer/src/style.mjs';
import { nombre, pluriel, t } from '../../viewer/src/textes.mjs';

const SOURCES = new URL('../../viewer/src/', import.meta.url);

test('a state survives its address, under the names of the API', () => {
  const address = '?territoire=commune:94052&famille=associations,mutuelles&secteur=Sports+et+loisirs&secteur=Bois,+papier&tranche_effectifs=01&qualite_position=voie'
    + '&zone=iris&per=km2&classes=jenks&lon=2.4836&lat=48.8369&rayon=1000&with=commune:94058&siret=00000000000000'
    + '&points=false&cercles=true&fond=true&autour=true&cadre=true&integre=true&lang=en';
  const { state, refused } = read(address);
  assert.deepEqual(refused, []);
  assert.equal(write(state, address), address);
  assert.deepEqual(read(write(state, '')).state, state);
});

test('what is by default is not in the address', () => {
  assert.equal(write(read('').state, ''), '');
  assert.equal(write(read('?zone=commune&rayon=500&points=true').state, '?lang=fr'), '?lang=fr');
});

test('nonsense shows everything, and is told', () => {
  const { state } = read('');
  for (const [search, told] of [['?famille=', []], ['?lon=a&lat=b', ['lon=a', 'lat=b']], ['?lon=2&lat=95', ['lon=2', 'lat=95']],
    ['?rayon=x', ['rayon=x']], ['?rayon=-5', ['rayon=-5']], ['?zone=quartier', ['zone=quartier']], ['?points=oui', ['points=oui']]]) {
    assert.deepEqual(read(search), { state, refused: told }, search);
  }
});

test('a point is read however it is separated, and only on the earth', () => {
  for (const text of ['2.4836, 48.8369', '2.4836 48.8369', '2.4836;48.8369']) assert.deepEqual(readPoint(text), [2.4836, 48.8369]);
  for (const text of ['', ',', '2.4836', '2,48,3', '48.8369, 200', 'ici']) assert.equal(readPoint(text), null, text);
});

test('the filter of a facet leaves itself out of its own counts', () => {
  const { state } = read('?territoire=commune:94052&famille=mutuelles&secteur=Commerce');
  assert.deepEqual(filters(state), { territoire: 'commune:94052', famille: ['mutuelles'], secteur: ['Commerce'] });
  assert.deepEqual(filters(state, 'famille'), { territoire: 'commune:94052', secteur: ['Commerce'] });
  assert.deepEqual(filters(state, 'territoire'), { famille: ['mutuelles'], secteur: ['Commerce'] });
  assert.equal(FILTRES.length, 4);
});

test('every sentence of the viewer has its English, with as many holes', () => {
  const said = new Set();
  for (const name of readdirSync(SOURCES).filter((file) => file.endsWith('.mjs') && file !== 'en.mjs')) {
    const text = readFileSync(new URL(name, SOURCES), 'utf8');
    for (const [, key] of text.matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)) said.add(key);
    for (const [, one, many] of text.matchAll(/\bpluriel\([^']*?'((?:[^'\\]|\\.)*)',\s*'((?:[^'\\]|\\.)*)'/g)) said.add(one).add(many);
  }
  // Words kept in tables, by the code of the service that they stand for.
  for (const name of ['review.mjs', 'compare.mjs', 'legend.mjs', 'correction.mjs']) {
    const text = readFileSync(new URL(name, SOURCES), 'utf8');
    const entry = name === 'correction.mjs' ? /^ {2}\['\w+', '([^']+)',/gm : /^ {2}[\w':-]+: '([^']+)',/gm;
    for (const [, key] of text.matchAll(entry)) said.add(key);
  }
  assert.ok(said.size > 150, `${said.size}`);
  assert.deepEqual([...said].filter((key) => !(key in english)), []);
  const holes = (text) => text.split('{}').length;
  assert.deepEqual(Object.entries(english).filter(([key, value]) => holes(key) !== holes(value)), []);
});

test('holes are filled in order, numbers are French', () => {
  assert.equal(t('{} : {}.', 'a', 2), 'a : 2.');
  assert.equal(pluriel(1, '{} commune', '{} communes'), '1 commune');
  assert.equal(pluriel(0, '{} commune', '{} communes'), '0 commune');
  assert.equal(pluriel(1145, '{} commune', '{} communes'), '1\u202f145 communes');
  assert.equal(nombre(null), 'non calculé');
  assert.equal(nombre(22.06, 1), '22,1');
});

test('what was corrected and what is to review are said in words', () => {
  assert.deepEqual(review({ a_verifier: null, corrige: null }), []);
  assert.deepEqual(review({}), []);
  assert.deepEqual(review({ a_verifier: 'point_hors_commune,sources_contradictoires', corrige: 'nom' }), [
    'Corrigé par l’observatoire : nom.',
    'À vérifier : point à plus d’un kilomètre de sa commune, sources contradictoires sur l’ESS.',
  ]);
  assert.deepEqual(review({ a_verifier: 'autre' }), ['À vérifier : autre.']);
  assert.equal(
    rule({ regle: 'forme', accord_sources: 'forme+mention', categorie_juridique: '9220' }),
    'retenue par sa forme juridique (9220) ; sources qui le disent : forme juridique, mention du répertoire',
  );
});

test('a correction is a line of CSV whatever is written in it', () => {
  const [header, line] = correctionCsv({ siret: '00095001400019', champ: 'nom', valeur: 'A "B", C;\nD', motif: 'x' }).split(/\n(?=[0-9s])/);
  assert.equal(header, 'siret,champ,valeur,lon,lat,auteur,date,motif,valeur_source');
  assert.equal(line.trimEnd(), '00095001400019,nom,"A ""B"", C;\nD",,,,,x,');
});

const DOCUMENT = {
  name: 'Communes',
  sources: { essaim: { type: 'vector', tiles: ['/t'] } },
  layers: [
    { id: 'fond', type: 'background', paint: {} },
    { id: 'communes-classe-1', type: 'fill', source: 'essaim', 'source-layer': 'communes', paint: { 'fill-color': '#eaf2fb' }, metadata: { 'essaim:libelle': '20,0 et moins', 'essaim:effectif': 4, 'essaim:unite': 'structures pour 10 000 habitants', 'essaim:methode': 'quantiles' } },
    { id: 'communes-sans-valeur', type: 'fill', source: 'essaim', 'source-layer': 'communes', paint: { 'fill-color': '#cfcfcf' }, metadata: { 'essaim:libelle': 'sans valeur', 'essaim:effectif': 1, 'essaim:unite': 'structures pour 10 000 habitants', 'essaim:methode': 'quantiles' } },
  ],
};
const SHOWN = { base: '/b', zones: null, kernel: null, structures: null, circles: null, around: null, chosen: [], structure: null, landmarks: null, planIgn: false };

test('the classes of the service are drawn as they are, what has no value hatched', () => {
  const zones = choropleth(DOCUMENT);
  assert.deepEqual(zones.layers.map(({ id, source, paint }) => [id, source, paint]), [
    ['zones-communes-classe-1', 'zones', { 'fill-color': '#eaf2fb', 'fill-antialias': false }],
    ['zones-communes-sans-valeur', 'zones', { 'fill-pattern': 'hachures', 'fill-antialias': false }],
  ]);
  const told = legend({ ...SHOWN, zones }, { zoom: 11, familles: [], sources: [], ensemble: false });
  assert.equal(told.titre, 'Structures pour 10 000 habitants par commune');
  assert.deepEqual(told.classes.map(({ libelle, nombre: count, forme }) => [libelle, count, forme]), [
    ['20,0 et moins', '4 communes', 'aire'],
    ['sans valeur', '1 commune', 'hachures'],
  ]);
});

test('a style draws only from the sources that it has, and nothing from elsewhere unless it is asked for', () => {
  const variants = [SHOWN, { ...SHOWN, zones: choropleth(DOCUMENT), structures: '/s', circles: { url: '/c', most: 0 } }, { ...SHOWN, planIgn: true }];
  for (const shown of variants) {
    const { sources, layers } = style(shown);
    for (const { id, type, source } of layers) assert.ok(type === 'background' || source in sources, id);
    assert.equal(new Set(layers.map(({ id }) => id)).size, layers.length);
    assert.equal(JSON.stringify(sources).includes('https://'), shown.planIgn);
  }
});
