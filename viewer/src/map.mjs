/**
 * The interactive map. It draws and reports clicks; what they mean is decided in `viewer.mjs`.
 * @module
 */

import { fillColor } from './classes.mjs';
import { anchor, bounds } from './geometry.mjs';
import { FAMILLES } from './state.mjs';
import { EMPTY, style } from './style.mjs';

const LOCALE = {
  'Map.Title': 'Carte. Flèches : déplacer ; plus et moins : zoomer ; Entrée : chercher autour du centre.',
  'NavigationControl.ZoomIn': 'Zoomer',
  'NavigationControl.ZoomOut': 'Dézoomer',
  'Popup.Close': 'Fermer',
  'ScaleControl.Meters': 'm',
  'ScaleControl.Kilometers': 'km',
};

/** Pixels left around the territory. */
const PADDING = 16;

/** @returns {boolean} the browser can draw the map */
function canDraw() {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

/**
 * @param {HTMLElement} host holds the drawing of the server until the map is ready
 * @param {any} communes
 * @returns {Promise<Carte | null>} null when the drawing of the server has to stay
 */
export async function open(host, communes) {
  if (!canDraw()) return null;
  const drawn = [...host.children];
  const container = document.createElement('div');
  container.className = 'carte-vive';
  host.append(container);
  try {
    const library = await import('./maplibre-gl.mjs');
    const map = await start(library, container, communes);
    for (const child of drawn) child.remove();
    return new Carte(library, map, communes);
  } catch {
    // MapLibre may be left out of the build, or the graphics card refused: the drawing stays.
    container.remove();
    return null;
  }
}

/** @returns {Promise<any>} the map, once it is drawn */
function start(library, container, communes) {
  const map = new library.Map({
    container,
    style: style(),
    bounds: bounds(communes.features),
    locale: LOCALE,
    hash: true,
    attributionControl: false,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    minZoom: 9,
    maxZoom: 18,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new library.ScaleControl({ unit: 'metric' }), 'bottom-left');
  return new Promise((resolve, reject) => {
    map.once('load', () => resolve(map));
    container.addEventListener('webglcontextlost', () => reject(new Error('WebGL')));
  });
}

/** The map once open. */
export class Carte {
  /** @param {any} library @param {any} map @param {any} communes */
  constructor(library, map, communes) {
    this.map = map;
    this.library = library;
    this.popup = new library.Popup({ closeButton: false, maxWidth: '260px', offset: 8 });
    const ring = communes.features.filter((feature) => feature.properties.couronne);
    this.#set('couronne', ring);
    this.#set('etiquettes', communes.features.map((feature) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: anchor(feature.geometry) },
      properties: feature.properties,
    })));
    this.inside = communes.features.filter((feature) => !feature.properties.couronne);
    this.#names();
  }

  /** Frames communes in the room that the page leaves to the map. @param {any[]} [communes] */
  frame(communes = this.inside) {
    this.map.resize();
    this.map.fitBounds(bounds(communes), { padding: PADDING, animate: false });
  }

  /** @param {string} name @param {any} data a collection, or its features */
  #set(name, data) {
    const collection = Array.isArray(data) ? { type: 'FeatureCollection', features: data } : data;
    this.map.getSource(name).setData(collection ?? EMPTY);
  }

  /** The name of a structure under the pointer. */
  #names() {
    const layers = FAMILLES.flatMap(({ code }) => [`trouvee-${code}`, `numero-${code}`, `voie-${code}`]);
    this.map.on('mousemove', (event) => {
      const [hit] = this.map.queryRenderedFeatures(event.point, { layers });
      if (hit) this.name(hit);
      else this.popup.remove();
    });
  }

  /** @param {any} structure whose name is shown over its point */
  name(structure) {
    // setText, never setHTML: names come from an open register.
    this.popup.setLngLat(structure.geometry.coordinates).setText(structure.properties.nom).addTo(this.map);
  }

  /** @param {any} structure shown at the centre */
  show(structure) {
    this.map.easeTo({ center: structure.geometry.coordinates, zoom: Math.max(this.map.getZoom(), 14) });
    this.name(structure);
  }

  /** @param {any} collection */
  setStructures(collection) {
    this.#set('structures', collection);
  }

  /** @param {any | null} collection */
  setLandmarks(collection) {
    this.#set('reperes', collection);
  }

  /** @param {any} density @param {any[]} classes @param {string} property */
  setDensity(density, classes, property) {
    this.#set('communes', density);
    this.map.setPaintProperty('communes', 'fill-color', fillColor(classes, property));
  }

  /** @param {string[] | null} familles shown; null for all */
  setFamilles(familles) {
    for (const { code } of FAMILLES) {
      const visibility = !familles || familles.includes(code) ? 'visible' : 'none';
      this.map.setLayoutProperty(`numero-${code}`, 'visibility', visibility);
      this.map.setLayoutProperty(`voie-${code}`, 'visibility', visibility);
    }
  }

  /** @param {any | null} around the answer about a point @param {any | null} commune its feature */
  setSearch(around, commune) {
    this.#set('cercle', around ? [{ type: 'Feature', geometry: around.search.geometry, properties: {} }] : []);
    this.#set('trouvees', around);
    this.#set('choix', commune ? [commune] : []);
  }

  /** @param {any} structure @returns {boolean} its point lies within the frame */
  holds(structure) {
    return this.map.getBounds().contains(structure.geometry.coordinates);
  }

  /** @param {() => void} moved */
  onMove(moved) {
    this.map.on('moveend', moved);
  }

  /** @param {(point: [number, number], keyboard: boolean) => void} choose */
  onChoice(choose) {
    this.map.on('click', ({ lngLat }) => choose([lngLat.lng, lngLat.lat], false));
    const canvas = this.map.getCanvas();
    canvas.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      const { lng, lat } = this.map.getCenter();
      choose([lng, lat], true);
    });
  }
}
