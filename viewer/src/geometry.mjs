/**
 * The little geometry that the page needs: which commune holds a point, where a name is written.
 * Figures are measured by the service, never here.
 * @module
 */

/** @param {any} geometry @returns {number[][][][]} polygons */
function polygons(geometry) {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

/** @param {any} geometry @param {[number, number]} point @returns {boolean} */
export function contains(geometry, point) {
  // Even-odd over all the rings: holes come out by themselves.
  return polygons(geometry).flat().filter((ring) => crosses(ring, point)).length % 2 === 1;
}

/** @param {number[][]} ring @param {[number, number]} point @returns {boolean} */
function crosses(ring, [x, y]) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** @param {any[]} features @returns {[number, number, number, number]} west, south, east, north */
export function bounds(features) {
  const all = features.flatMap((feature) => polygons(feature.geometry).flat(2));
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** @param {any} geometry @returns {[number, number]} the centre of gravity of the largest outer ring */
export function anchor(geometry) {
  const centroids = polygons(geometry).map(([outer]) => centroid(outer));
  const [largest] = centroids.sort((a, b) => Math.abs(b.area) - Math.abs(a.area));
  return [largest.x, largest.y];
}

/** @param {number[][]} ring @returns {{area: number, x: number, y: number}} */
function centroid(ring) {
  // Relative to the first vertex: products of raw longitudes and latitudes would lose the digits.
  const [[x0, y0]] = ring;
  let [area, x, y] = [0, 0, 0];
  for (let i = 1; i < ring.length; i += 1) {
    const [ax, ay, bx, by] = [ring[i - 1][0] - x0, ring[i - 1][1] - y0, ring[i][0] - x0, ring[i][1] - y0];
    const cross = ax * by - bx * ay;
    area += cross / 2;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return area === 0 ? { area, x: x0, y: y0 } : { area, x: x0 + x / (6 * area), y: y0 + y / (6 * area) };
}
