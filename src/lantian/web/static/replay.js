// The player of a replay: the measured hours up to the clock, then what was forecast at the last issue before it.
import { $, axis, chart, css, lang, read } from './site.js';

const { hours, steps, announced } = read('replay');
const ISSUE = 16;
const COLOURS = { blue: ['蓝色', 'blue'], yellow: ['黄色', 'yellow'], orange: ['橙色', 'orange'], red: ['红色', 'red'] };
const word = (level) => COLOURS[level][lang === 'en' ? 1 : 0];
const drawn = chart($('#course'), {});
const labels = hours.map((row) => row.time.slice(5, 16).replace('T', ' '));
const top = Math.ceil(Math.max(...hours.map((row) => row.pm25 || 0), ...steps.flatMap((step) => step.hours.map((row) => row.high))) / 100) * 100;
const index = new Map(hours.map((row, i) => [row.time, i]));

// the issue that spoke last at an hour: that of the day from 16:00 on, else that of the day before
const issueAt = (time) => {
  const day = time.slice(0, 10), hour = Number(time.slice(11, 13));
  const on = steps.findIndex((step) => step.date === day);
  return steps[hour >= ISSUE ? on : on - 1] || null;
};
const show = (i) => {
  const now = hours[i].time, step = issueAt(now);
  const low = Array(hours.length).fill(null), high = [...low], median = [...low];
  step?.hours.forEach((row) => {
    const at = index.get(row.time);
    if (at === undefined || at < i) return;
    [low[at], high[at], median[at]] = [row.low, row.high - row.low, row.median];
  });
  const band = { type: 'line', stack: 'band', symbol: 'none', lineStyle: { opacity: 0 }, silent: true };
  const areas = announced.map((each) => [{ xAxis: labels[Math.max(0, hours.findIndex((row) => row.time >= each.start))], itemStyle: { color: 'rgba(200,16,46,.08)' } }, { xAxis: labels[Math.max(0, hours.findLastIndex((row) => row.time <= each.end))] }]);
  drawn.setOption({
    xAxis: axis({ type: 'category', boundaryGap: false, data: labels }), yAxis: axis({ type: 'value', splitNumber: 3, max: top }),
    series: [
      { type: 'line', name: 'PM2.5', symbol: 'none', connectNulls: false, lineStyle: { color: css('--ink'), width: 1.5 }, data: hours.map((row, at) => (at <= i ? row.pm25 : null)), markArea: { silent: true, data: areas }, markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: css('--accent'), type: 'solid' }, data: [{ xAxis: labels[i] }] } },
      { ...band, data: low }, { ...band, areaStyle: { color: css('--accent-weak') }, data: high },
      { type: 'line', symbol: 'none', lineStyle: { color: css('--accent'), width: 2 }, data: median },
    ],
  });
  $('#say').textContent = now.slice(0, 16).replace('T', ' ');
  $('#at').setAttribute('aria-valuetext', $('#say').textContent);
  const real = announced.find((each) => each.start <= now && now < each.end);
  const proposed = step?.proposal?.level;
  const held = step?.held;
  const parts = lang === 'en'
    ? [step ? `issue of ${step.date} 16:00: ${proposed ? `${word(proposed)} warning proposed` : 'no warning proposed'}` : 'no issue yet', held ? `${word(held.level)} warning in force (rehearsal)` : '', real ? `${word(real.level)} warning really in force` : 'no red alert in force then']
    : [step ? `${step.date} 16时起报：${proposed ? `建议${word(proposed)}预警` : '不建议预警'}` : '还没有起报', held ? `${word(held.level)}预警生效中（排练）` : '', real ? `当年${word(real.level)}预警生效中` : '当年无红色预警'];
  $('#state').textContent = parts.filter(Boolean).join(lang === 'en' ? '; ' : '；');
};
let timer = 0;
const stop = () => { clearInterval(timer); timer = 0; $('#go').setAttribute('aria-pressed', 'false'); };
$('#at').addEventListener('input', (event) => show(Number(event.target.value)));
$('#go').addEventListener('click', () => {
  if (timer) return stop();
  if (Number($('#at').value) === hours.length - 1) $('#at').value = 0;
  $('#go').setAttribute('aria-pressed', 'true');
  timer = setInterval(() => {
    const next = Number($('#at').value) + 1;
    if (next >= hours.length) return stop();
    $('#at').value = next;
    show(next);
  }, 120);
});
show(hours.length - 1);
document.documentElement.dataset.ready = 'replay';
