/**
 * What readers do on the map page, with the mouse: see, filter, point at, compare, leave with a file.
 * @module
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { base, check, json, openPage, shoot } from './browser.mjs';
import * as tools from './checks.mjs';

/** What a first view may weigh, compressed, bytes. */
const FIRST_VIEW = 600_000;

/** The map alive, on a desk. */
export async function desk(browser) {
  const page = await openPage(browser);
  const counts = await json('/aggregates?par=commune');
  await check('the map draws areas, points and names', async () => {
    await tools.mapReady(page);
    const drawn = await tools.drawn(page);
    for (const layer of ['communes', 'couronne', 'noms', 'structures', 'zones-communes-classe-1']) {
      assert.ok(drawn[layer] > 0, `${layer}: ${JSON.stringify(drawn)}`);
    }
  });
  await check('the frame holds the whole territory', async () => {
    assert.ok(await tools.framed(page, await json('/collections/communes/items')));
  });
  await shoot(page, 'carte-bureau');
  await check('the points drawn are those of the frame, one by one', async () => {
    const bbox = await page.evaluate(() => window.__essaim.map.getBounds().toArray().flat().join(','));
    const { features } = await json(`/collections/structures/items?limit=10000&bbox=${bbox}`);
    const expected = features.map(({ id }) => id).sort();
    assert.ok(expected.length > 500);
    // A symbol is drawn whole when its point is just beyond the edge.
    const drawn = await tools.siretsDrawn(page);
    assert.deepEqual(expected.filter((siret) => !drawn.includes(siret)), []);
  });
  await check('the legend counts every commune', async () => {
    assert.equal(await tools.legendTotal(page), counts.lignes.length);
  });
  await check('counts by value are those of the service', async () => {
    for (const [par, name] of [['famille', 'famille'], ['secteur', 'secteur'], ['tranche', 'tranche_effectifs'], ['qualite_position', 'qualite_position']]) {
      for (const { code, structures } of (await json(`/aggregates?par=${par}`)).lignes) {
        const box = page.locator(`label:has(input[name="${name}"][value="${code}"]) output`);
        assert.equal(await box.textContent(), tools.french(structures), `${name}=${code}`);
      }
    }
  });
  await check('the figures shown and those on the map are told apart', async () => {
    const { total } = counts;
    const placed = tools.french(total.au_numero + total.a_la_voie);
    assert.equal(await page.textContent('#etat'), `${tools.french(total.structures)} structures comptées, dont ${placed} sur la carte`);
    assert.equal(await page.locator('#liste > li').count(), 20);
  });
  await filter(page);
  await search(page, counts);
  await layers(page);
  await compare(page);
  await check('no accessibility violation', async () => assert.deepEqual(await tools.violations(page), []));
  await check('no request elsewhere', async () => assert.deepEqual(page.elsewhere, []));
  await check('no error in the page', async () => assert.deepEqual(page.errors, []));
  await page.context().close();
}

/** Families and the other filters. */
async function filter(page) {
  await check('a filter changes the points, the list, the rates, the legend and the files alike; back restores', async () => {
    const before = await page.textContent('#liste-titre');
    await tools.asking(page, () => page.check('input[name="famille"][value="mutuelles"]'), '/styles/communes');
    await tools.mapReady(page);
    const { lignes } = await json('/aggregates?par=famille');
    const mutuals = await json('/collections/structures/items?famille=mutuelles&limit=10000');
    assert.match(await page.textContent('#liste-titre'), new RegExp(`^${tools.french(mutuals.numberMatched)} `));
    assert.deepEqual(await tools.siretsDrawn(page), mutuals.features.map(({ id }) => id).sort());
    assert.equal(new URL(page.url()).searchParams.get('famille'), 'mutuelles');
    assert.equal(await tools.legendTotal(page), 13);
    // The other families still say what checking them would give.
    const associations = lignes.find(({ code }) => code === 'associations').structures;
    assert.equal(await page.textContent('output[data-famille="associations"]'), tools.french(associations));
    const csv = await page.getAttribute('#export-csv', 'href');
    const rows = tools.csvRows(await (await fetch(csv)).text());
    assert.equal(rows.length - 1, mutuals.numberMatched);
    assert.equal(await page.textContent('#export-csv'), `CSV (${tools.french(mutuals.numberMatched)})`);
    assert.deepEqual(rows.slice(1).map(([siret]) => siret).sort(), mutuals.features.map(({ id }) => id).sort());
    const { lignes: towns } = await json('/aggregates?par=commune&famille=mutuelles');
    for (const { code, structures } of towns) {
      assert.equal(await page.textContent(`#zones tr:has(a[data-territoire="commune:${code}"]) td`), tools.french(structures));
    }
    await page.goBack();
    await page.waitForFunction((text) => document.querySelector('#liste-titre').textContent === text, before);
    assert.ok(!(await page.isChecked('input[name="famille"][value="mutuelles"]')));
  });
  await check('two sectors are one or the other', async () => {
    await page.click('#filtres summary');
    const names = await page.$$eval('input[name="secteur"]', (boxes) => boxes.slice(0, 2).map(({ value }) => value));
    for (const name of names) await page.check(`input[name="secteur"][value="${name}"]`);
    const query = names.map((name) => `secteur=${encodeURIComponent(name)}`).join('&');
    const { numberMatched } = await json(`/collections/structures/items?limit=1&${query}`);
    await page.waitForFunction((count) => document.querySelector('#liste-titre').textContent.startsWith(`${count} `), tools.french(numberMatched));
    await page.click('#reinitialiser');
    await page.waitForFunction(() => document.querySelector('#puces').hidden);
    await page.click('#filtres summary');
  });
  await check('filters are chips, taken off one by one; filters that leave nothing say which to take off', async () => {
    await page.click('#filtres summary');
    await page.check('input[name="famille"][value="fondations"]');
    await page.check('input[name="tranche_effectifs"][value="51"], input[name="tranche_effectifs"][value="32"]');
    await page.waitForFunction(() => document.querySelector('#liste').textContent.includes('Aucune structure'));
    assert.equal(await page.locator('#puces button').count(), 2);
    await page.click('#liste button');
    await page.waitForFunction(() => document.querySelectorAll('#liste .nom').length > 0);
    await page.click('#puces button');
    await page.waitForFunction(() => document.querySelector('#puces').hidden);
    await page.click('#filtres summary');
  });
}

/** A click on the map, on a structure, on a group. */
async function search(page, counts) {
  await check('a click gives what the copied URL gives', async () => {
    await page.evaluate(() => window.__essaim.map.jumpTo({ center: [2.4836, 48.8369], zoom: 14 }));
    await tools.mapReady(page);
    const { x, y } = await tools.emptyPlace(page);
    await tools.asking(page, () => page.mouse.click(x, y), '/proximity/within');
    await tools.said(page, 'autour du point');
    await page.click('#partager summary');
    await page.click('#copier');
    await tools.said(page, 'copiée');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const answer = await (await fetch(copied)).json();
    assert.match(await page.textContent('#compte'), new RegExp(`^${tools.french(answer.numberMatched)} `));
    assert.ok((await page.textContent('#exclus')).startsWith(tools.french(answer.exclus.total)));
    assert.match(await page.textContent('#liste-titre'), /à vol d’oiseau/);
    while (await page.isVisible('#suite')) await page.click('#suite');
    const listed = await page.$$eval('#liste [data-siret]', (names) => names.map(({ dataset }) => dataset.siret));
    assert.deepEqual(listed, answer.features.map(({ id }) => id), 'nearest first');
    assert.deepEqual(await tools.siretsDrawn(page, 'trouvees'), [...listed].sort());
  });
  await shoot(page, 'carte-point');
  await check('the card gives the figures of its commune', async () => {
    const { code, figures } = await tools.card(page);
    const commune = counts.lignes.find((row) => row.code === code);
    assert.deepEqual(figures, tools.expectedCard(commune));
  });
  await check('the address brings the view back in another browser: same counts, same legend', async () => {
    const again = await openPage(page.context().browser(), { path: page.url() });
    await tools.mapReady(again);
    await tools.said(again, 'autour du point');
    for (const part of ['#compte', '#legende', '#liste-titre', '#exclus']) {
      assert.equal(await again.textContent(part), await page.textContent(part), part);
    }
    const frame = (view) => view.evaluate(() => window.__essaim.map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(3)));
    assert.deepEqual(await frame(again), await frame(page));
    await again.context().close();
  });
  await check('a click on a structure opens its card: quality, rule, numbers, and no link for an invented one', async () => {
    await page.click('#sans-point');
    await page.waitForFunction(() => document.querySelector('#sans-point').hidden);
    const { features } = await json('/collections/structures/items?territoire=commune:94052&limit=200');
    const [structure] = features;
    await page.evaluate((at) => window.__essaim.map.jumpTo({ center: at, zoom: 16 }), structure.geometry.coordinates);
    await tools.mapReady(page);
    const { x, y } = await tools.project(page, structure.geometry.coordinates);
    await tools.asking(page, () => page.mouse.click(x, y), '/items/');
    if ((await page.locator('#fiche .ici').count()) > 0) await page.click(`#fiche [data-siret="${structure.id}"]`);
    await page.waitForFunction((siret) => document.querySelector('#fiche').dataset.siret === siret, structure.id);
    const { figures } = await tools.card(page);
    assert.equal(figures.siret, structure.id);
    assert.ok(figures.position.includes(structure.properties.qualite_position === 'numero' ? 'au numéro' : 'à la voie'), figures.position);
    assert.match(figures.regle, /^retenue par /);
    assert.equal(await page.getAttribute('body', 'data-fictif'), 'true');
    assert.equal(await page.locator('a[href*="annuaire-entreprises"]').count(), 0);
    assert.equal(new URL(page.url()).searchParams.get('siret'), structure.id);
  });
  await shoot(page, 'carte-fiche');
  await check('an error is reported as a line of the file of corrections', async () => {
    const { siret } = await tools.card(page);
    await page.click('#signaler summary');
    await page.fill('#correction-valeur', '2.4891315, 48.8344621');
    await page.click('#correction-faire');
    await tools.said(page, 'Il manque : votre nom, le motif');
    await page.fill('#correction-auteur', 'A. "Essai"');
    await page.fill('#correction-motif', 'vu sur place, le 4 mai');
    await page.click('#correction-faire');
    await tools.said(page, 'corrections.csv');
    const [header, line] = (await page.inputValue('#signaler textarea')).split('\n');
    assert.equal(header, 'siret,champ,valeur,lon,lat,auteur,date,motif,valeur_source');
    assert.match(line, new RegExp(`^${siret},position,,2\\.489132,48\\.834462,"A\\. ""Essai""",\\d{4}-\\d\\d-\\d\\d,"vu sur place, le 4 mai",[\\d. ]+$`));
    await page.click('#fermer-fiche');
    await page.waitForFunction(() => !document.querySelector('#fiche').dataset.siret);
  });
  await check('a structure is found by a piece of its name', async () => {
    const found = await json('/recherche?q=conservatoire');
    await page.fill('#recherche-saisie', 'conservatoire');
    await page.waitForSelector('#recherche-choix [role="option"]');
    await page.click('#recherche-choix [role="option"]');
    await page.waitForFunction((siret) => document.querySelector('#fiche').dataset.siret === siret, found.structures[0].siret);
    await page.click('#fermer-fiche');
  });
}

/** What the areas and the circles show. */
async function layers(page) {
  await page.evaluate(() => window.__essaim.map.setZoom(11));
  await page.click('#couches summary');
  await check('rates by IRIS, hexagons, kernel, circles: each drawn, each in the legend', async () => {
    for (const [zone, layer, unit] of [['iris', /^zones-iris-classe/, 'IRIS'], ['h3', /^zones-densite-h3/, 'hexagone'], ['noyau', /^noyau$/, 'Densité lissée']]) {
      await page.selectOption('#zone', zone);
      await page.waitForFunction((word) => document.querySelector('#legende').textContent.includes(word), unit);
      await tools.mapReady(page);
      const drawn = Object.keys(await tools.drawn(page));
      assert.ok(drawn.some((id) => layer.test(id)), `${zone}: ${drawn}`);
    }
    const iris = await json('/aggregates?par=iris');
    await page.selectOption('#zone', 'iris');
    await page.waitForFunction((count) => [...document.querySelectorAll('#legende [data-effectif]')]
      .reduce((sum, row) => sum + Number(row.dataset.effectif), 0) === count, iris.lignes.length);
    await page.check('#montrer-cercles');
    await page.waitForFunction(() => document.querySelector('#legende').textContent.includes('cercle'));
    await tools.mapReady(page);
    assert.ok((await tools.drawn(page)).cercles > 5);
  });
  await shoot(page, 'carte-iris');
  await check('the method of the classes changes the classes, and stays in the address', async () => {
    const before = await page.textContent('#legende .classes');
    await tools.asking(page, () => page.selectOption('#classes', 'egales'), '/styles/iris');
    await page.waitForFunction((text) => document.querySelector('#legende .classes').textContent !== text, before);
    assert.equal(new URL(page.url()).searchParams.get('classes'), 'egales');
    await page.selectOption('#classes', 'quantiles');
    await page.selectOption('#zone', 'commune');
    await page.uncheck('#montrer-cercles');
  });
}

/** Two territories. */
async function compare(page) {
  await check('two territories: a table, two maps that move together, the same classes', async () => {
    await page.fill('#territoire-saisie', 'nogent');
    await page.waitForSelector('#territoire-choix [role="option"]');
    await page.click('#territoire-choix [role="option"]');
    await page.waitForFunction(() => document.querySelector('#territoire-nom').textContent.startsWith('Nogent'));
    await page.fill('#comparer-saisie', '94058');
    await page.waitForSelector('#comparer-choix [role="option"]');
    await page.click('#comparer-choix [role="option"]');
    await page.waitForSelector('#carte-comparee canvas');
    const compared = await json('/portrait/commune:94052/compare?with=commune:94058&f=json');
    const row = compared.lignes.find(({ section, indicateur }) => section === 'territoire' && indicateur === 'structures');
    const cells = await page.$$eval('#comparaison tbody tr:nth-child(2) td', (all) => all.map(({ textContent }) => textContent));
    assert.deepEqual(cells, ['commune:94052', 'commune:94058'].map((code) => tools.french(row[`valeur ${code}`])));
    // The classes are those of the thirteen communes, on both maps.
    assert.equal(await tools.legendTotal(page), 13);
    assert.match(await page.textContent('#legende'), /les mêmes sur les deux cartes/);
    const box = await page.locator('#carte canvas').boundingBox();
    await page.waitForTimeout(1000);
    const before = await page.locator('#carte-comparee').screenshot();
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 160, box.y + 140, { steps: 5 });
    await page.mouse.up();
    await page.waitForTimeout(1000);
    assert.ok(!before.equals(await page.locator('#carte-comparee').screenshot()), 'the second map did not follow');
  });
  await shoot(page, 'carte-comparaison');
  await check('the way back to one map and the whole territory', async () => {
    await page.click('#ne-plus-comparer');
    await page.waitForFunction(() => document.querySelector('#carte-comparee').hidden);
    await page.click('#tout');
    await page.waitForFunction(() => document.querySelector('#territoire').hidden);
  });
}

/** What a reader leaves with. */
export async function files(browser) {
  const page = await openPage(browser, { path: '/?famille=cooperatives', acceptDownloads: true });
  await tools.mapReady(page);
  await check('the picture is a PNG larger than the map: title, legend and sources are in it', async () => {
    await page.click('#partager summary');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#image')]);
    assert.equal(download.suggestedFilename(), 'essaim-carte.png');
    const png = readFileSync(await download.path());
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    const map = await page.locator('#carte canvas').boundingBox();
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    assert.ok(width >= map.width && height > map.height + 100, `${width} × ${height}`);
    assert.ok(png.length > 30_000, 'a blank picture is lighter');
  });
  await check('a file of the filtered list is downloaded under its name', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#export-csv')]);
    assert.match(download.suggestedFilename(), /\.csv$/);
    const rows = tools.csvRows(readFileSync(await download.path(), 'utf8'));
    const { numberMatched } = await json('/collections/structures/items?famille=cooperatives&limit=1');
    assert.equal(rows.length - 1, numberMatched);
  });
  await check('the embedding code shows the same map in another page', async () => {
    await page.click('#copier-iframe');
    await tools.said(page, 'intégration');
    const code = await page.evaluate(() => navigator.clipboard.readText());
    const src = /src="([^"]+)"/.exec(code)[1].replaceAll('&amp;', '&');
    assert.equal(new URL(src).searchParams.get('integre'), 'true');
    const embedded = await openPage(browser, { path: src, width: 700, height: 520 });
    await tools.mapReady(embedded);
    assert.ok(await embedded.isHidden('#panneau') && await embedded.isVisible('#ouvrir'));
    assert.ok((await tools.siretsDrawn(embedded)).length > 20);
    assert.deepEqual(await tools.violations(embedded), []);
    const box = await embedded.locator('#carte').boundingBox();
    assert.ok(box.height > 200 && box.width > 600, JSON.stringify(box));
    await shoot(embedded, 'carte-integree');
    await embedded.context().close();
  });
  await check('the map prints with its legend on a sheet', async () => {
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    const pages = Buffer.from(pdf).toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length;
    assert.ok(pages >= 1 && pages <= 3, `${pages} pages`);
  });
  await page.context().close();
}

/** Addresses: a territory, a point outside of it, a mistake, English. */
export async function addresses(browser) {
  const view = async (path, look) => {
    const page = await openPage(browser, { path });
    try {
      await look(page);
    } finally {
      await page.context().close();
    }
  };
  await check('a territory in the address is shown alone', () => view('/?territoire=commune:94052', async (page) => {
    await tools.mapReady(page);
    await page.waitForFunction(() => document.querySelector('#fiche').dataset.commune === '94052');
    assert.equal(await tools.legendTotal(page), 1);
    assert.equal(await page.locator('#zones tbody tr:visible').count(), 1);
  }));
  await check('a list of communes is a territory', () => view('/?territoire=94052,94058', async (page) => {
    await tools.mapReady(page);
    assert.equal(await tools.legendTotal(page), 2);
    const { total } = await json('/aggregates?par=commune&territoire=94052,94058');
    assert.ok((await page.textContent('#etat')).startsWith(tools.french(total.structures)));
  }));
  await check('around a commune is the commune and what is near its edge, drawn whole', () => view('/?territoire=commune:94052&autour=true&rayon=250', async (page) => {
    await tools.mapReady(page);
    const around = await json('/proximity/within?territoire=commune:94052&rayon=250');
    assert.ok((await page.textContent('#compte')).startsWith(tools.french(around.numberMatched)));
    assert.deepEqual(await tools.siretsDrawn(page, 'trouvees'), around.features.map(({ id }) => id).sort());
  }));
  await check('around a point in a neighbouring commune, all that is listed is drawn', async () => {
    const ring = (await json('/collections/structures/items?couronne=true&limit=10000')).features;
    const [lon, lat] = ring.find(({ properties }) => properties.couronne && properties.qualite_position === 'numero').geometry.coordinates;
    await view(`/?lon=${lon}&lat=${lat}`, async (page) => {
      await tools.mapReady(page);
      const answer = await json(`/proximity/within?lon=${lon}&lat=${lat}&rayon=500`);
      assert.deepEqual(await tools.siretsDrawn(page, 'trouvees'), answer.features.map(({ id }) => id).sort());
    });
  });
  await check('out of the atlas nothing is known, which is not zero', () => view('/?lon=-4.5&lat=48.4', async (page) => {
    await page.waitForFunction(() => document.querySelector('#compte').textContent.startsWith('Hors des communes'));
  }));
  await check('an address that the service refuses still shows a map, and says so', () => view('/?territoire=commune:99999', async (page) => {
    await tools.mapReady(page);
    await tools.said(page, 'Adresse incomprise');
  }));
  await check('a value that the page does not know is said', () => view('/?zone=quartier&lon=abc', async (page) => {
    await tools.mapReady(page);
    await tools.said(page, 'zone=quartier');
    await tools.said(page, 'lon=abc');
  }));
  await check('in English: the page, its messages, its controls, and no French left among them', () => view('/?lang=en', async (page) => {
    await tools.mapReady(page);
    assert.match(await page.textContent('#etat'), /^1,145 structures counted/);
    assert.equal(await page.getAttribute('.maplibregl-ctrl-zoom-in', 'aria-label'), 'Zoom in');
    assert.match(await page.textContent('#legende'), /per 10,000 inhabitants by commune/);
    assert.deepEqual(await tools.violations(page), []);
    await page.click('#autre-langue');
    await page.waitForURL(/lang=fr/);
  }));
  await check('in French the controls of the map are French', () => view('/', async (page) => {
    await tools.mapReady(page);
    assert.equal(await page.getAttribute('.maplibregl-ctrl-zoom-in', 'aria-label'), 'Zoomer');
    assert.match(await page.getAttribute('#carte canvas', 'aria-label'), /^Carte/);
  }));
}

/** What a first view weighs. */
export async function weight(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.addInitScript(() => {
    window.__essaim = {};
  });
  const start = Date.now();
  await page.goto(base);
  await tools.mapReady(page);
  console.log(`      usable map after ${Date.now() - start} ms, ${Math.round(bytes / 1000)} kB compressed`);
  await check('the first view weighs at most 600 kB, compressed', async () => {
    // The worker of the map is asked for by the page, yet counted apart.
    const worker = await page.evaluate(() => performance.getEntriesByType('resource').find(({ name }) => name.includes('worker'))?.encodedBodySize ?? 0);
    assert.ok(bytes + worker <= FIRST_VIEW, `${bytes} + ${worker} bytes`);
    assert.ok(bytes > 100_000, `${bytes} bytes: nothing was counted`);
  });
  await context.close();
}
