/**
 * The parts of the viewer that need no browser: `node --test`.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { classify, fillColor, NO_VALUE } from '../../viewer/src/classes.mjs';
import { anchor, bounds, contains } from '../../viewer/src/geometry.mjs';
import { review } from '../../viewer/src/review.mjs';
import { read, write } from '../../viewer/src/state.mjs';

const SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]];
const HOLE = [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]];

test('quartiles are those of the service', () => {
  const { classes, sansValeur } = classify([1, 2, 3, 4, 5, 6, 7, 8, null]);
  assert.deepEqual(classes.map(({ haut }) => haut), [2.75, 4.5, 6.25, 8]);
  assert.deepEqual(classes.map(({ effectif }) => effectif), [2, 2, 2, 2]);
  assert.equal(sansValeur, 1);
});

test('every value falls in one class, tied or not', () => {
  for (const values of [[1, 1, 1, 1, 9], [0, 0], [5], [0, 0, 0.1, 0.1, 0.4, 1]]) {
    const { classes } = classify(values);
    assert.equal(classes.reduce((sum, { effectif }) => sum + effectif, 0), values.length);
    assert.ok(classes.every(({ effectif }) => effectif > 0), JSON.stringify(values));
  }
});

test('without a value there is no class', () => {
  assert.deepEqual(classify([null, null]), { classes: [], sansValeur: 2 });
  assert.equal(fillColor([], 'taux'), NO_VALUE);
});

test('a state survives its address', () => {
  const state = { territoire: 'commune:94052', familles: ['associations', 'mutuelles'], point: [2.4836, 48.8369], rayon: 1000 };
  assert.deepEqual(read(write(state, '?lang=fr')), state);
  assert.equal(write(state, '?lang=fr'), '?lang=fr&territoire=commune:94052&famille=associations,mutuelles&point=2.4836,48.8369&rayon=1000');
});

test('an address that says nothing, or nonsense, shows everything', () => {
  const all = { territoire: null, familles: null, point: null, rayon: 500 };
  for (const search of ['', '?famille=', '?famille=inconnue', '?point=2.48', '?point=a,b', '?point=2,95', '?rayon=x']) {
    assert.deepEqual(read(search), all, search);
  }
});

test('what was corrected and what is to review are said in words', () => {
  assert.deepEqual(review({ a_verifier: null, corrige: null }), []);
  assert.deepEqual(review({}), []);
  assert.deepEqual(review({ a_verifier: 'point_hors_commune,sources_contradictoires', corrige: 'nom' }), [
    'Corrigé par l’observatoire : nom.',
    'À vérifier : point à plus d’un kilomètre de sa commune, sources contradictoires sur l’ESS.',
  ]);
  assert.deepEqual(review({ a_verifier: 'autre' }), ['À vérifier : autre.']);
});

test('a hole is outside', () => {
  const geometry = { type: 'Polygon', coordinates: [SQUARE, HOLE] };
  assert.ok(contains(geometry, [3, 3]));
  assert.ok(!contains(geometry, [1.5, 1.5]));
  assert.ok(!contains({ type: 'MultiPolygon', coordinates: [[SQUARE, HOLE]] }, [5, 1]));
});

test('a name stands on the largest part', () => {
  const small = SQUARE.map(([x, y]) => [10 + x / 10, y / 10]);
  const geometry = { type: 'MultiPolygon', coordinates: [[small], [SQUARE]] };
  assert.deepEqual(anchor(geometry), [2, 2]);
  assert.deepEqual(bounds([{ geometry }]), [0, 0, 10.4, 4]);
});
