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
// the direction with the most open ground: crowded labels are led there, the others stand beside their dot
const REACH = 56, CROWD = 26, FEW = 4;
const openGround = (map, at, rows, taken) => {
  const here = map.project(at), dots = rows.map((row) => map.project(row.at));
  const near = (x, y, r) => dots.filter((dot) => Math.hypot(dot.x - x, dot.y - y) < r).length;
  if (near(here.x + CROWD, here.y, CROWD) < FEW) return null;
  const { width, height } = map.getContainer().getBoundingClientRect();
  let best = null;
  for (const length of [REACH, REACH * 1.6, REACH * 2.2]) {
    for (let n = 0; n < 16; n += 1) {
      const x = Math.cos((n / 8) * Math.PI) * length, y = Math.sin((n / 8) * Math.PI) * length;
      const to = { x: here.x + x, y: here.y + y };
      if (to.x < 70 || to.x > width - 90 || to.y < 16 || to.y > height - 24) continue;
      const side = { x: to.x + Math.sign(x) * 34, y: to.y };
      const cost = near(side.x, side.y, 40) + taken.filter((other) => Math.hypot(other.x - side.x, (other.y - side.y) * 2) < 80).length * 20 + length / REACH;
      if (!best || cost < best.cost) best = { x, y, side, cost };
    }
  }
  if (best) taken.push(best.side);
  return best;
};
export const label = (ml, map, at, name, number, lead) => {
  const element = document.createElement('div');
  element.className = 'lab';
  const text = document.createElement('span');
  text.textContent = name;
  const bold = document.createElement('b');
  bold.className = 'num';
  bold.textContent = number;
  text.append(bold);
  element.append(text);
  if (lead) {
    element.classList.add('far');
    element.classList.toggle('l', lead.x < 0);
    const set = { '--x': `${lead.x}px`, '--y': `${lead.y}px`, '--w': `${Math.hypot(lead.x, lead.y)}px`, '--r': `${Math.atan2(lead.y, lead.x)}rad` };
    Object.entries(set).forEach(([key, value]) => element.style.setProperty(key, value));
  }
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
  const taken = [];
  labels.forEach((row) => {
    const lead = openGround(map, row.at, rows, taken), at = map.project(row.at), beside = { x: at.x + 44, y: at.y };
    const covered = taken.some((other) => Math.abs(other.x - beside.x) < 88 && Math.abs(other.y - beside.y) < 15);
    if (!lead && covered) return;
    if (!lead) taken.push(beside);
    label(ml, map, row.at, row.name, row.aqi, lead);
  });
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
