import * as ml from '/static/vendor/maplibre-gl.mjs';
import { $, drawMap, lang, read } from './site.js';

const rows = read('cities').map(([x, y, zh, en, aqi, level]) => ({ at: [x, y], name: lang === 'en' ? en : zh, zh, aqi, level }));
const small = innerWidth < 720;
const named = new Set(small ? ['北京', rows[0]?.zh] : ['北京', rows[0]?.zh, '上海', '广州', '成都', '乌鲁木齐', '哈尔滨', '拉萨', '西安']);
drawMap(ml, '/static/map/provinces.json', rows, [[74, 17.6], [134.8, 53.4]], small ? 0.72 : 1, rows.filter((row) => named.has(row.zh)));

const range = $('#rng');
const bars = [...document.querySelectorAll('#bars li')];
range?.addEventListener('change', () => {
  const address = new URL(location.href);
  address.searchParams.set('on', bars[range.value].dataset.day);
  location.assign(address);
});
range?.addEventListener('input', () => range.setAttribute('aria-valuetext', bars[range.value].dataset.said));

// play: a day every second and a half, until stopped or the data end
const play = $('#play');
const next = $('#next');
const go = () => sessionStorage.getItem('play') && next && location.assign(next.href);
const show = () => {
  const on = Boolean(sessionStorage.getItem('play'));
  play?.setAttribute('aria-pressed', on);
  if (play) play.textContent = lang === 'en' ? (on ? 'Stop' : 'Play') : (on ? '停止' : '播放');
  if (on) setTimeout(go, 1500);
};
play?.addEventListener('click', () => {
  if (sessionStorage.getItem('play')) sessionStorage.removeItem('play');
  else sessionStorage.setItem('play', '1');
  show();
});
if (!next) sessionStorage.removeItem('play');
show();
