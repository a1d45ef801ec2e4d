/**
 * An interactive map. It draws a style and reports clicks; what they mean is decided in `viewer.mjs`.
 * @module
 */

import { image } from './familles.mjs';
import { GROUPS, STRUCTURES } from './style.mjs';
import { t } from './textes.mjs';

/** @typedef {[number, number]} LonLat */

/**
 * What stands under a click.
 * @typedef {object} Hit
 * @property {LonLat} point
 * @property {string[]} structures SIRET of the structures there
 * @property {LonLat | null} group where a group stands
 * @property {boolean} keyboard
 */

/** Pixels left around the territory. */
const PADDING = 16;
/** Pixels around the pointer in which a symbol is under it. */
const REACH = 5;
/** Zooms gained by a click on a group. */
const CLOSER = 2;

/** @returns {Record<string, string>} names of the controls */
function locale() {
  return {
    'Map.Title': t('Carte. Flèches : déplacer ; plus et moins : zoomer ; Entrée : chercher autour du centre.'),
    'NavigationControl.ZoomIn': t('Zoomer'),
    'NavigationControl.ZoomOut': t('Dézoomer'),
    'Popup.Close': t('Fermer'),
    'ScaleControl.Meters': 'm',
    'ScaleControl.Kilometers': 'km',
    'CooperativeGesturesHandler.WindowsHelpText': t('Ctrl et la molette pour zoomer'),
    'CooperativeGesturesHandler.MacHelpText': t('⌘ et la molette pour zoomer'),
    'CooperativeGesturesHandler.MobileHelpText': t('Deux doigts pour déplacer la carte'),
  };
}

/** @returns {boolean} the browser can draw the map */
function canDraw() {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

/**
 * @param {HTMLElement} host holds the drawing of the server until the map is ready
 * @param {any} style
 * @param {{bounds: [number, number, number, number], hash: boolean, embedded: boolean}} options
 * @returns {Promise<Carte | null>} null when the drawing of the server has to stay
 */
export async function open(host, style, options) {
  if (!canDraw()) return null;
  const drawn = [...host.children];
  const container = document.createElement('div');
  container.className = 'carte-vive';
  host.append(container);
  try {
    // MapLibre is a file of the same folder of the service, not of the sources.
    const library = await import(/** @type {any} */ ('./maplibre-gl.mjs'));
    const map = await start(library, container, style, options);
    for (const child of drawn) child.remove();
    return new Carte(library, map);
  } catch {
    // MapLibre may be left out of the build, or the graphics card refused: the drawing stays.
    container.remove();
    return null;
  }
}

/**
 * @param {any} library @param {HTMLElement} container @param {any} style
 * @param {{bounds: [number, number, number, number], hash: boolean, embedded: boolean}} options
 * @returns {Promise<any>} the map, once it is drawn
 */
function start(library, container, style, { bounds, hash, embedded }) {
  const map = new library.Map({
    container,
    style,
    bounds,
    fitBoundsOptions: { padding: PADDING },
    locale: locale(),
    hash,
    attributionControl: false,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    minZoom: 4,
    maxZoom: 18,
    // A page that scrolls past an embedded map must not be held by it.
    cooperativeGestures: embedded,
    // Else the picture of the map, and the map on paper, would be blank.
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new library.ScaleControl({ unit: 'metric' }), 'bottom-left');
  map.setMissingStyleImageResolver((/** @type {string} */ id) => {
    const made = image(id);
    if (made && !map.hasImage(id)) map.addImage(id, made.image, { pixelRatio: made.pixelRatio });
  });
  return new Promise((resolve, reject) => {
    map.once('load', () => resolve(map));
    container.addEventListener('webglcontextlost', () => reject(new Error('WebGL')));
  });
}

/** The map once open. */
export class Carte {
  /** @param {any} library @param {any} map */
  constructor(library, map) {
    this.map = map;
    this.popup = new library.Popup({ closeButton: false, maxWidth: '260px', offset: 8 });
  }

  /** @param {any} style drawn from now on; what did not change stays */
  setStyle(style) {
    this.map.setStyle(style, { diff: true });
  }

  /** Frames a box in the room that the page leaves to the map. @param {[number, number, number, number]} bounds */
  frame(bounds) {
    this.map.resize();
    this.map.fitBounds(bounds, { padding: PADDING, animate: false });
  }

  /** @param {LonLat} at shown at the centre, near enough to tell it from its neighbours */
  show(at) {
    this.map.easeTo({ center: at, zoom: Math.max(this.map.getZoom(), 14) });
  }

  /** @returns {string} west, south, east, north of the frame, as the API takes it */
  bbox() {
    const [[west, south], [east, north]] = this.map.getBounds().toArray();
    return [west, south, east, north].map((degrees) => degrees.toFixed(5)).join(',');
  }

  /** @param {() => void} moved */
  onMove(moved) {
    this.map.on('moveend', moved);
  }

  /** @param {any} point pixels @param {string[]} layers @returns {any[]} features under it */
  #under({ x, y }, layers) {
    const drawn = layers.filter((id) => this.map.getLayer(id));
    return this.map.queryRenderedFeatures([[x - REACH, y - REACH], [x + REACH, y + REACH]], { layers: drawn });
  }

  /** @param {(hit: Hit) => void} choose */
  onChoice(choose) {
    const { map } = this;
    map.on('click', (/** @type {any} */ { point, lngLat }) => {
      const structures = new Set(this.#under(point, STRUCTURES).map(({ properties }) => properties.siret));
      const [group] = this.#under(point, [GROUPS]);
      choose({
        point: [lngLat.lng, lngLat.lat],
        structures: [...structures],
        group: group?.geometry.coordinates ?? null,
        keyboard: false,
      });
    });
    map.getCanvas().addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      const { lng, lat } = map.getCenter();
      choose({ point: [lng, lat], structures: [], group: null, keyboard: true });
    });
  }

  /** @param {LonLat} at a group, brought nearer until it comes apart */
  closer(at) {
    this.map.easeTo({ center: at, zoom: this.map.getZoom() + CLOSER });
  }

  /**
   * Says what is under the pointer.
   * @param {(properties: any) => Promise<string>} say the text of a feature
   */
  onPointer(say) {
    let turn = 0;
    this.map.on('mousemove', async (/** @type {any} */ { point }) => {
      turn += 1;
      const mine = turn;
      const areas = this.map.getStyle().layers.filter((/** @type {any} */ { id }) => id.startsWith('zones-'));
      const [hit] = [STRUCTURES, [GROUPS], areas.map((/** @type {any} */ { id }) => id)].flatMap((layers) => this.#under(point, layers));
      this.map.getCanvas().style.cursor = hit ? 'pointer' : '';
      const text = hit ? await say(hit.properties).catch(() => '') : '';
      if (mine !== turn) return;
      if (!text) {
        this.popup.remove();
        return;
      }
      const at = hit.geometry.type === 'Point' ? hit.geometry.coordinates : this.map.unproject(point);
      // setText, never setHTML: names come from an open register.
      this.popup.setLngLat(at).setText(text).addTo(this.map);
    });
    this.map.on('mouseout', () => {
      turn += 1;
      this.popup.remove();
    });
  }

  /** Sets the map aside for good. */
  remove() {
    this.map.remove();
  }
}
