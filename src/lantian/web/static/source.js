import { $, axis, chart, css, lang, onPalette, read } from './site.js';

const WEEK = read('week');
const say = (zh, en) => (lang === 'en' ? en : zh);
const CELL = {
  C: say('校准', 'calibration'), S: say('替代值只计排放量', 'substituted for tonnes only'), M: say('维护或故障', 'maintenance or fault'),
  F: say('停运或启停', 'stopped, starting or stopping'), X: say('缺失', 'missing'),
};
const one = (value) => value.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const plain = (value) => String(Math.round(value * 10) / 10);

const draw = () => {
  const { times, values, limits, cells, bands } = WEEK;
  const over = cells.map((cell) => cell === 'E');
  const known = limits.filter((limit) => limit != null);
  const steady = known.length > 0 && known.every((limit) => limit === known[0]);
  const peaks = bands.map(([from, to]) => {
    let best = null;
    for (let i = from; i <= to; i += 1) if (over[i] && (best == null || values[i] > values[best])) best = i;
    return best;
  });
  const top = Math.max(0, ...values.filter((value) => value != null), ...known) * 1.25;
  const step = [0.5, 1, 2, 5, 10, 20, 25, 40, 50, 100, 200, 250, 500, 1000, 2000].find((each) => each * 5 >= top) || top / 5;
  // days are named where they begin; on a narrow screen every second one
  const few = innerWidth < 720 ? 2 : 1;
  const days = times.map((time, i) => i).filter((i) => times[i].endsWith('00:00') && i < times.length - 4);
  const named = new Set(days.filter((i, n) => n % few === 0));
  const series = [{
    type: 'line', name: WEEK.name, data: values, connectNulls: false, showSymbol: true, symbolSize: 3,
    // a valid hour between two gaps has no line to stand in: it is drawn as a point
    symbol: (value, { dataIndex: i }) => (value != null && values[i - 1] == null && values[i + 1] == null ? 'circle' : 'none'),
    lineStyle: { color: css('--accent'), width: 1.6 }, itemStyle: { color: css('--accent') },
    markLine: steady ? { silent: true, symbol: 'none', lineStyle: { color: css('--ink'), type: 'solid', width: 1 }, label: { formatter: say(`限值 ${plain(known[0])}`, `limit ${plain(known[0])}`), position: 'insideStartTop', color: css('--ink'), fontSize: 12 }, data: [{ yAxis: known[0] }] } : undefined,
    markArea: { silent: true, itemStyle: { color: 'rgba(179,38,30,.08)' }, data: bands.map(([from, to]) => [{ xAxis: times[from] }, { xAxis: times[to] }]) },
  }, {
    type: 'scatter', data: values.map((value, i) => (over[i] ? value : null)), symbolSize: 7, itemStyle: { color: css('--breached'), borderColor: '#fff', borderWidth: 1 }, tooltip: { show: false },
    label: { show: true, position: 'top', color: css('--breached'), fontWeight: 700, formatter: ({ dataIndex, value }) => (peaks.includes(dataIndex) ? one(value) : '') },
  }];
  if (!steady && known.length) {
    series.push({ type: 'line', step: 'middle', data: limits, connectNulls: false, symbol: 'none', silent: true, lineStyle: { color: css('--ink'), width: 1 }, tooltip: { show: false }, endLabel: { show: true, formatter: ({ value }) => say(`限值 ${plain(value)}`, `limit ${plain(value)}`), color: css('--ink') } });
  }
  return {
    grid: { left: 40, right: 2, top: 26, bottom: 26, outerBoundsMode: 'none' },
    xAxis: axis({ type: 'category', boundaryGap: true, data: times, axisLabel: { color: css('--ink3'), interval: (i) => named.has(i), formatter: (time) => time.slice(0, 5), hideOverlap: true } }),
    yAxis: axis({ type: 'value', min: 0, max: step * Math.max(2, Math.ceil(top / step)), interval: step, name: 'mg/m³', nameTextStyle: { color: css('--ink3') } }),
    tooltip: {
      trigger: 'axis', backgroundColor: '#fff', borderColor: css('--rule2'), textStyle: { color: css('--ink'), fontSize: 13 },
      formatter: (all) => {
        const i = all[0].dataIndex, value = values[i];
        if (value == null) return `${times[i]}<br>${say('无浓度值：', 'no concentration: ')}${CELL[cells[i]] || CELL.X}`;
        const past = over[i] && limits[i] ? say(`，超 ${Math.round((value / limits[i] - 1) * 100)}%`, `, over by ${Math.round((value / limits[i] - 1) * 100)}%`) : '';
        return `${times[i]}<br><b>${one(value)}</b> mg/m³${past}`;
      },
    },
    series,
  };
};
const drawn = chart($('#c'), draw());
onPalette(() => drawn.setOption(draw()));
document.documentElement.dataset.drawn = 'source';
