// The charts of the insights; what they show stands in words and in a table beside each.
/** @import { Palette } from "./insights/charts.js" */
import { axis, draw } from "./insights/charts.js";
import { duration, durationStep, oneDecimal, percent, tickWords } from "./insights/figures.js";
import { findAll, stateOf } from "./lib/dom.js";
import { gettext } from "./lib/i18n.js";

/**
 * @param {Palette} colours
 * @param {object} options
 */
function tip(colours, options) {
  const box = { backgroundColor: colours.surface, borderColor: colours.line, textStyle: { color: colours.text } };
  return { renderMode: "richText", ...box, ...options };
}

/**
 * @param {Palette} colours
 * @param {string[]} values
 * @param {object} [options]
 */
function names(colours, values, options = {}) {
  return axis(colours, { type: "category", data: values, splitLine: { show: false }, ...options });
}

/**
 * @param {Palette} colours
 * @param {number[]} values
 * @param {object} [options]
 */
function bar(colours, values, options = {}) {
  return { type: "bar", data: values, barMaxWidth: 36, itemStyle: { color: colours.blue, borderRadius: 3 }, ...options };
}

/**
 * @param {Palette} colours
 * @param {object} [options]
 */
const counted = (colours, options = {}) => axis(colours, { type: "value", minInterval: 1, ...options });

/**
 * An axis of durations, with ticks at round numbers of one unit.
 * @param {Palette} colours
 * @param {number} longestS
 * @param {number} [unitS] How many seconds a value of the axis is.
 */
function timed(colours, longestS, unitS = 1) {
  const step = durationStep(longestS);
  const formatter = (/** @type {number} */ value) => tickWords(value * unitS, step);
  // Without an end of its own the axis would stop at the longest, with one more tick there.
  const end = Math.max(1, Math.ceil(longestS / step)) * step;
  return axis(colours, { type: "value", interval: step / unitS, max: end / unitS, axisLabel: { color: colours.soft, formatter } });
}

const shortened = { width: 110, overflow: "truncate" };

/**
 * @param {Palette} colours
 * @param {{ names: string[], values: number[] }} data
 * @param {object} valueAxis
 * @param {(value: number) => string} [format]
 */
function lyingBars(colours, { names: labels, values }, valueAxis, format) {
  return {
    tooltip: tip(colours, { trigger: "axis", valueFormatter: format }),
    xAxis: valueAxis,
    yAxis: names(colours, labels, { inverse: true, axisLabel: { color: colours.soft, ...shortened } }),
    series: [bar(colours, values)],
  };
}

/**
 * The highest of bars that stand on each other.
 * @param {number[][]} series
 */
const mostAtOnce = (series) => Math.max(...series[0].map((_first, place) => series.reduce((sum, values) => sum + values[place], 0)));

/** @type {Record<string, (colours: Palette, data: any) => object>} */
const CHARTS = {
  "by-day": (colours, { names: days, values }) => ({
    tooltip: tip(colours, { trigger: "axis" }),
    xAxis: names(colours, days),
    yAxis: counted(colours),
    series: [bar(colours, values, { name: gettext("Incidents") })],
  }),
  "by-hour": (colours, { hours, days, cells, most }) => ({
    tooltip: tip(colours, { formatter: (/** @type {{ value: number[] }} */ { value }) => `${days[value[1]]} ${hours[value[0]]}: ${value[2]}` }),
    grid: { left: 8, right: 16, top: 8, bottom: 52, containLabel: true },
    xAxis: names(colours, hours),
    yAxis: names(colours, days.map((/** @type {string} */ day) => day.slice(0, 3)), { inverse: true }),
    visualMap: {
      min: 0,
      max: Math.max(1, most),
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: 120,
      text: [gettext("most"), gettext("none")],
      textStyle: { color: colours.soft },
      inRange: { color: [colours.grey, colours.blue] },
    },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: colours.surface, borderWidth: 2 } }],
  }),
  "by-camera": (colours, data) => lyingBars(colours, data, counted(colours)),
  outcomes: (colours, data) => lyingBars(colours, data, counted(colours)),
  "false-alarms": (colours, data) => {
    const share = axis(colours, { type: "value", min: 0, max: 1, axisLabel: { color: colours.soft, formatter: percent } });
    return lyingBars(colours, data, share, percent);
  },
  waiting: (colours, { names: labels, p50, p95 }) => ({
    tooltip: tip(colours, { trigger: "axis", valueFormatter: duration }),
    legend: { top: 0, textStyle: { color: colours.text } },
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    xAxis: names(colours, labels),
    yAxis: timed(colours, Math.max(...p50, ...p95)),
    series: [
      bar(colours, p50, { name: gettext("Median") }),
      bar(colours, p95, { name: gettext("95th percentile"), itemStyle: { color: colours.amber, borderRadius: 3 } }),
    ],
  }),
  sentiment: (colours, { hours, names: labels, series, minutes }) => ({
    tooltip: tip(colours, {
      trigger: "axis",
      formatter: (/** @type {{ dataIndex: number, seriesName: string, value: number | null }[]} */ parts) =>
        [
          `${hours[parts[0].dataIndex]}: ${oneDecimal(minutes[parts[0].dataIndex])} min`,
          ...parts.filter(({ value }) => value !== null && value !== undefined).map(({ seriesName, value }) => `${seriesName}: ${percent(value ?? 0)}`),
        ].join("\n"),
    }),
    legend: { top: 0, textStyle: { color: colours.text } },
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    color: ["#009E73", "#8a94a3", "#D55E00"],
    xAxis: names(colours, hours),
    yAxis: axis(colours, { type: "value", min: 0, max: 1, axisLabel: { color: colours.soft, formatter: percent } }),
    series: labels.map((/** @type {string} */ name, /** @type {number} */ index) => ({ type: "bar", stack: "sentiment", name, data: series[index], barMaxWidth: 36 })),
  }),
  seen: (colours, { hours, names: labels, series }) => ({
    tooltip: tip(colours, { trigger: "axis", valueFormatter: (/** @type {number} */ value) => `${oneDecimal(value)} min` }),
    legend: { top: 0, type: "scroll", textStyle: { color: colours.text }, pageTextStyle: { color: colours.text } },
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    // One colour an expression, told apart by people who see colours differently (Okabe and Ito, 2008).
    color: ["#D55E00", "#999933", "#CC79A7", "#E69F00", "#0072B2", "#56B4E9", "#8a94a3"],
    xAxis: names(colours, hours),
    yAxis: timed(colours, 60 * mostAtOnce(series), 60),
    series: labels.map((/** @type {string} */ name, /** @type {number} */ index) => ({ type: "bar", stack: "seen", name, data: series[index], barMaxWidth: 36 })),
  }),
};

for (const element of findAll(document, "[data-chart]")) {
  const key = element.dataset.chart ?? "";
  const data = stateOf(`${key}-data`);
  draw(element, (colours) => CHARTS[key](colours, data));
}
