import * as ml from '/static/vendor/maplibre-gl.mjs';
import { $, axis, chart, css, drawMap, lang, read } from './site.js';

if ($('#h24')) {
  const values = read('hours');
  const times = [...document.querySelectorAll('#hourtable [data-time]')].map((cell) => cell.dataset.time.slice(11, 16)).reverse();
  chart($('#h24'), {
    tooltip: { trigger: 'axis', backgroundColor: '#fff', borderColor: css('--rule2'), textStyle: { color: css('--ink'), fontSize: 13 }, valueFormatter: (v) => (v == null ? (lang === 'en' ? 'missing' : '缺测') : `${Math.round(v)} µg/m³`) },
    xAxis: axis({ type: 'category', data: times }), yAxis: axis({ type: 'value', splitNumber: 3 }),
    series: [{ type: 'bar', name: 'PM2.5', barCategoryGap: '22%', data: values.map((value, i) => ({ value, itemStyle: { color: css(i === values.length - 1 ? '--accent' : '--slate') } })) }],
  });
}
if ($('#d30')) {
  const { days, limit } = read('days');
  chart($('#d30'), {
    tooltip: { trigger: 'axis', backgroundColor: '#fff', borderColor: css('--rule2'), textStyle: { color: css('--ink'), fontSize: 13 }, valueFormatter: (v) => (v == null ? (lang === 'en' ? 'unknown' : '未知') : `${Math.round(v)} µg/m³`) },
    xAxis: axis({ type: 'category', data: days.map((row) => row.date.slice(5)) }), yAxis: axis({ type: 'value', splitNumber: 3 }),
    series: [{
      type: 'bar', name: 'PM2.5', barCategoryGap: '22%', data: days.map((row, i) => ({ value: row.values['PM2.5'], itemStyle: { color: css(i === days.length - 1 ? '--accent' : '--slate') } })),
      markLine: limit ? { silent: true, symbol: 'none', lineStyle: { type: 'solid', color: css('--ink'), width: 1 }, label: { position: 'insideStartTop', formatter: `${limit}`, color: css('--ink') }, data: [{ yAxis: limit }] } : undefined,
    }],
  });
}
if ($('#h72')) {
  const hours = read('ahead');
  const band = { type: 'line', stack: 'band', symbol: 'none', lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  chart($('#h72'), {
    tooltip: { trigger: 'axis', backgroundColor: '#fff', borderColor: css('--rule2'), textStyle: { color: css('--ink'), fontSize: 13 }, formatter: ([{ dataIndex: i }]) => `${hours[i].time.slice(5, 16).replace('T', ' ')}<br><b>${Math.round(hours[i].median)}</b> (${Math.round(hours[i].low)}–${Math.round(hours[i].high)}) µg/m³` },
    xAxis: axis({ type: 'category', boundaryGap: false, data: hours.map((row) => row.time.slice(5, 16).replace('T', ' ')) }), yAxis: axis({ type: 'value', splitNumber: 3, name: 'PM2.5 µg/m³', nameTextStyle: { color: css('--ink3'), align: 'left' } }),
    series: [{ ...band, data: hours.map((row) => row.low) }, { ...band, areaStyle: { color: css('--accent-weak') }, data: hours.map((row) => row.high - row.low) }, { type: 'line', name: 'PM2.5', symbol: 'none', lineStyle: { color: css('--accent'), width: 2 }, data: hours.map((row) => row.median) }],
  });
}
if ($('#map')) {
  const rows = read('points').filter((s) => s.longitude && s.level).map((s) => ({ at: [s.longitude, s.latitude], name: lang === 'en' ? s.name_en : s.name, aqi: s.aqi, level: s.level }));
  if (rows.length) {
    const xs = rows.map((r) => r.at[0]), ys = rows.map((r) => r.at[1]);
    const bounds = [[Math.min(...xs) - 0.15, Math.min(...ys) - 0.1], [Math.max(...xs) + 0.2, Math.max(...ys) + 0.1]];
    const beijing = location.pathname.endsWith('/110000');
    drawMap(ml, `/static/map/${beijing ? 'beijing_districts' : 'provinces'}.json`, rows, bounds, 1.1, innerWidth < 720 ? rows.slice(0, 2) : rows.slice(0, 9));
  }
}
