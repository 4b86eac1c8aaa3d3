import { $, axis, chart, css, lang, read } from './site.js';

const words = lang === 'en' ? { seen: 'Measured', due: 'Required', now: 'twelve months to' } : { seen: '实际', due: '应到', now: '近十二个月，截至' };
const draw = () => {
  if (!$('#course') || $('#course').dataset.drawn) return;
  $('#course').dataset.drawn = '1';
  const { rows, unit, now } = read('coursedata');
  const last = rows.findLast((row) => row.value != null)?.year;
  const values = rows.flatMap((row) => [row.value, row.required]).concat(now.value).filter((v) => v != null);
  const low = Math.min(...values), high = Math.max(...values);
  chart($('#course'), {
    grid: { left: 40, right: 56, top: 26, bottom: 26 },
    tooltip: { trigger: 'axis', backgroundColor: '#fff', borderColor: css('--rule2'), textStyle: { color: css('--ink'), fontSize: 13 }, valueFormatter: (v) => (v == null ? '—' : `${v.toFixed(1)} ${unit}`) },
    xAxis: axis({ type: 'category', data: rows.map((row) => `${row.year}`) }),
    yAxis: axis({ type: 'value', splitNumber: 3, name: unit, min: Math.max(0, Math.floor((low - (high - low) * 0.4) / 5) * 5), nameTextStyle: { color: css('--ink3'), align: 'left' } }),
    series: [
      { type: 'line', name: words.due, data: rows.map((row) => row.required), symbol: 'none', lineStyle: { type: 'dashed', color: css('--ink3'), width: 1.5 }, itemStyle: { color: css('--ink3') }, endLabel: { show: true, formatter: words.due, color: css('--ink3') } },
      { type: 'line', name: words.seen, data: rows.map((row) => ({ value: row.value, label: { show: row.year === last } })), symbolSize: 7, connectNulls: false, label: { position: 'top', color: css('--accent'), formatter: ({ value }) => value.toFixed(1) }, lineStyle: { color: css('--accent'), width: 2 }, itemStyle: { color: css('--accent') } },
    ],
  });
};
const stand = () => {
  if (!$('#stood') || $('#stood').dataset.drawn) return;
  $('#stood').dataset.drawn = '1';
  const { days, values, required } = read('stooddata');
  chart($('#stood'), {
    grid: { left: 40, right: 56, top: 18, bottom: 26 },
    tooltip: { trigger: 'axis', backgroundColor: '#fff', borderColor: css('--rule2'), textStyle: { color: css('--ink'), fontSize: 13 } },
    xAxis: axis({ type: 'category', data: days }),
    yAxis: axis({ type: 'value', splitNumber: 3 }),
    series: [
      { type: 'line', name: words.due, data: required, symbol: 'none', lineStyle: { type: 'dashed', color: css('--ink3'), width: 1.5 }, endLabel: { show: true, formatter: words.due, color: css('--ink3') } },
      { type: 'line', name: words.seen, data: values, symbolSize: 7, connectNulls: false, lineStyle: { color: css('--accent'), width: 2 }, itemStyle: { color: css('--accent') } },
    ],
  });
};
draw();
stand();
document.addEventListener('htmx:after:swap', () => { draw(); stand(); });
