// What every page shares: palette, tokens, one look for charts, one base for maps.
export const lang = document.documentElement.lang === 'en' ? 'en' : 'zh';
export const NAMES = { zh: ['', '优', '良', '轻度污染', '中度污染', '重度污染', '严重污染'], en: ['', 'Excellent', 'Good', 'Light', 'Moderate', 'Heavy', 'Severe'] };
export const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const $ = (selector) => document.querySelector(selector);
export const read = (id) => JSON.parse($(`#${id}`).textContent);

const listeners = [];
export const onPalette = (redraw) => listeners.push(redraw);
const paint = (palette) => {
  document.documentElement.dataset.pal = palette;
  $('#pal')?.setAttribute('aria-pressed', palette === 'cb');
  listeners.forEach((redraw) => redraw());
};
paint(localStorage.getItem('pal') || 'official');
$('#pal')?.addEventListener('click', () => {
  const palette = document.documentElement.dataset.pal === 'cb' ? 'official' : 'cb';
  localStorage.setItem('pal', palette);
  paint(palette);
});

// moving the date goes there at once; the button stays for those without scripts
$('#on')?.addEventListener('change', (event) => event.target.value && event.target.form.requestSubmit());

export const axis = (more = {}) => ({
  axisLine: { lineStyle: { color: css('--rule2') } }, axisTick: { show: false }, axisLabel: { color: css('--ink3'), fontSize: 12, hideOverlap: true },
  splitLine: { lineStyle: { color: css('--rule') } }, ...more,
});
export const chart = (element, option) => {
  const drawn = window.echarts.init(element, null, { renderer: 'svg' });
  drawn.setOption({ animation: false, aria: { enabled: true }, textStyle: { fontFamily: css('--sans'), color: css('--ink2'), fontSize: 12 }, grid: { left: 40, right: 12, top: 20, bottom: 26 }, ...option });
  addEventListener('resize', () => drawn.resize());
  addEventListener('beforeprint', () => drawn.resize({ width: Math.min(element.clientWidth, 680) }));
  addEventListener('afterprint', () => drawn.resize({ width: 'auto' }));
  return drawn;
};
export const baseStyle = (land) => ({
  version: 8, sources: { land: { type: 'geojson', data: land } },
  layers: [
    { id: 'bg', type: 'background', paint: { 'background-color': '#FAFBFC' } },
    { id: 'land', type: 'fill', source: 'land', filter: ['!', ['has', 'inset']], paint: { 'fill-color': css('--land') } },
    { id: 'edge', type: 'line', source: 'land', filter: ['!', ['has', 'inset']], paint: { 'line-color': '#fff', 'line-width': 1.1 } },
    { id: 'inset', type: 'fill', source: 'land', filter: ['has', 'inset'], paint: { 'fill-color': '#8A97A3' } },
  ],
});
export const levelPaint = (scale = 1) => ({
  'circle-color': ['match', ['get', 'l'], ...[1, 2, 3, 4, 5].flatMap((l) => [l, css(`--l${l}`)]), css('--l6')],
  'circle-radius': ['match', ['get', 'l'], ...[[1, 2.6], [2, 3.2], [3, 4.4], [4, 5.6], [5, 7]].flatMap(([l, r]) => [l, r * scale]), 8.2 * scale],
  'circle-stroke-color': ['match', ['get', 'l'], [5, 6], '#fff', 'rgba(22,32,42,.55)'], 'circle-stroke-width': 0.7,
});
export const label = (ml, map, at, name, number) => {
  const element = document.createElement('div');
  element.className = 'lab';
  const text = document.createElement('span');
  text.textContent = name;
  const bold = document.createElement('b');
  bold.className = 'num';
  bold.textContent = number;
  text.append(bold);
  element.append(text);
  return new ml.Marker({ element, anchor: 'center' }).setLngLat(at).addTo(map);
};
export const points = (rows) => ({
  type: 'FeatureCollection',
  features: rows.map(({ at, name, aqi, level }) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { n: name, a: aqi, l: level } })),
});
export const drawMap = async (ml, landFile, rows, bounds, scale, labels) => {
  const land = await (await fetch(landFile)).json();
  ml.setWorkerUrl?.('/static/vendor/maplibre-gl-worker.mjs');
  const map = new ml.Map({ container: 'map', style: baseStyle(land), bounds, fitBoundsOptions: { padding: 10 }, attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: innerWidth < 720, renderWorldCopies: false });
  map.addControl(new ml.NavigationControl({ showCompass: false }), 'top-right');
  await new Promise((done) => map.on('load', done));
  map.addSource('points', { type: 'geojson', data: points(rows) });
  map.addLayer({ id: 'points', type: 'circle', source: 'points', layout: { 'circle-sort-key': ['get', 'a'] }, paint: levelPaint(scale) });
  labels.forEach((row) => label(ml, map, row.at, row.name, row.aqi));
  const popup = new ml.Popup({ closeButton: false, offset: 10 });
  map.on('mousemove', 'points', (event) => {
    const { n, a, l } = event.features[0].properties;
    map.getCanvas().style.cursor = 'pointer';
    popup.setLngLat(event.lngLat).setText(`${n}　AQI ${a}　${NAMES[lang][l]}`).addTo(map);
  });
  map.on('mouseleave', 'points', () => { popup.remove(); map.getCanvas().style.cursor = ''; });
  onPalette(() => Object.entries(levelPaint(scale)).forEach(([key, value]) => map.setPaintProperty('points', key, value)));
  document.documentElement.dataset.ready = 'map';
};
