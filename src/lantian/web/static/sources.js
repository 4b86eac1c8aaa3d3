import * as ml from '/static/vendor/maplibre-gl.mjs';
import { $, baseStyle, css, lang, read } from './site.js';

// every state has a shape of its own, as in the list: nothing depends on the colour
const SIZE = 40;
const ORDER = { unknown: 0, stopped: 1, normal: 2, silent: 3, exceeding: 4 };
const COLOUR = { exceeding: '--breached', silent: '--behind', normal: '--met', stopped: '--notdue', unknown: '--nodata' };
const outline = {
  exceeding: (c) => { for (let n = 0; n < 8; n += 1) c.lineTo(20 + 15 * Math.cos(((n + 0.5) / 4) * Math.PI), 20 + 15 * Math.sin(((n + 0.5) / 4) * Math.PI)); c.closePath(); },
  silent: (c) => { c.moveTo(20, 5); c.lineTo(36, 33); c.lineTo(4, 33); c.closePath(); },
  normal: (c) => c.arc(20, 20, 12, 0, 2 * Math.PI),
  stopped: (c) => c.rect(10, 10, 20, 20),
  unknown: (c) => c.arc(20, 20, 12, 0, 2 * Math.PI),
};
const drawShape = (state) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  const c = canvas.getContext('2d');
  c.beginPath();
  outline[state](c);
  c.lineWidth = 3;
  if (state === 'unknown') {
    c.setLineDash([4, 3]);
    c.fillStyle = '#fff';
    c.strokeStyle = css(COLOUR[state]);
  } else {
    c.fillStyle = css(COLOUR[state]);
    c.strokeStyle = '#fff';
  }
  c.fill();
  c.stroke();
  return c.getImageData(0, 0, SIZE, SIZE);
};

const start = async () => {
  const rows = read('points');
  const xs = rows.map((row) => row.longitude), ys = rows.map((row) => row.latitude);
  // one source alone is shown within its province, not in an empty field
  const around = (values, least) => { const low = Math.min(...values), high = Math.max(...values), pad = Math.max(0.35, (least - (high - low)) / 2); return [low - pad, high + pad]; };
  const [west, east] = around(xs, 5), [south, north] = around(ys, 4);
  const bounds = [[west, south], [east, north]];
  const beijing = new URLSearchParams(location.search).get('place') === '110000';
  const land = await (await fetch(`/static/map/${beijing ? 'beijing_districts' : 'provinces'}.json`)).json();
  ml.setWorkerUrl?.('/static/vendor/maplibre-gl-worker.mjs');
  const map = new ml.Map({ container: 'map', style: baseStyle(land), bounds, fitBoundsOptions: { padding: 16 }, attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: innerWidth < 720, renderWorldCopies: false });
  map.addControl(new ml.NavigationControl({ showCompass: false }), 'top-right');
  await new Promise((done) => map.on('load', done));
  Object.keys(COLOUR).forEach((state) => map.addImage(state, drawShape(state), { pixelRatio: 2 }));
  const features = rows.map((row) => ({
    type: 'Feature', geometry: { type: 'Point', coordinates: [row.longitude, row.latitude] },
    properties: { id: row.outlet, s: row.state, o: ORDER[row.state], n: row.title },
  }));
  map.addSource('points', { type: 'geojson', data: { type: 'FeatureCollection', features } });
  map.addLayer({ id: 'points', type: 'symbol', source: 'points', layout: { 'icon-image': ['get', 's'], 'icon-size': ['match', ['get', 's'], 'exceeding', 1, 0.8], 'icon-allow-overlap': true, 'symbol-sort-key': ['get', 'o'] } });
  const words = Object.fromEntries([...document.querySelectorAll('.states a')].map((each) => [each.dataset.state, each.textContent]));
  const popup = new ml.Popup({ closeButton: false, offset: 12 });
  map.on('mousemove', 'points', (event) => {
    const { n, s } = event.features[0].properties;
    map.getCanvas().style.cursor = 'pointer';
    popup.setLngLat(event.lngLat).setText(`${n}　${words[s] || ''}`).addTo(map);
  });
  map.on('mouseleave', 'points', () => { popup.remove(); map.getCanvas().style.cursor = ''; });
  map.on('click', 'points', (event) => location.assign(`/source/${encodeURIComponent(event.features[0].properties.id)}${location.search.replace(/[?&](q|place|sector|state|after)=[^&]*/g, '').replace(/^&/, '?')}`));
  document.documentElement.dataset.ready = 'map';
};
if ($('#map')) start();
