// One incident's score over time, with the thresholds that it crossed.
import { axis, draw } from "./charts.js";
import { durationStep, oneDecimal, percent, tickWords } from "./figures.js";
import { byId, stateOf } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";

const state = stateOf("score-state");
const times = state.points.map((/** @type {number[]} */ [seconds]) => seconds);
const step = durationStep(Math.max(...times) - Math.min(...times));

/**
 * @param {number} value
 * @param {string} name
 * @param {string} colour
 * @param {string} text
 */
function threshold(value, name, colour, text) {
  return {
    yAxis: value,
    lineStyle: { color: colour, type: "dashed" },
    label: { formatter: `${name} ${percent(value)}`, position: "insideEndTop", color: text },
  };
}

draw(byId("score-chart"), (colours) => ({
  xAxis: axis(colours, {
    type: "value",
    min: "dataMin",
    max: "dataMax",
    interval: step,
    axisLabel: {
      color: colours.soft,
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (/** @type {number} */ seconds) => tickWords(seconds, step),
    },
    splitLine: { show: false },
  }),
  yAxis: axis(colours, { type: "value", min: 0, max: 1, axisLabel: { color: colours.soft, formatter: percent } }),
  tooltip: {
    renderMode: "richText",
    trigger: "axis",
    backgroundColor: colours.surface,
    borderColor: colours.line,
    textStyle: { color: colours.text },
    formatter: (/** @type {{ value: number[] }[]} */ [point]) => gettext("{score} at {seconds} s", { score: percent(point.value[1]), seconds: oneDecimal(point.value[0]) }),
  },
  series: [
    {
      type: "line",
      data: state.points,
      showSymbol: state.points.length < 3,
      lineStyle: { color: colours.blue, width: 2 },
      itemStyle: { color: colours.blue },
      areaStyle: { color: colours.blue, opacity: 0.12 },
      markLine: {
        symbol: "none",
        silent: true,
        data: [
          ...(state.enter === null ? [] : [
            threshold(state.enter, gettext("trigger threshold"), colours.red, colours.text),
            threshold(state.exit, gettext("clear threshold"), colours.green, colours.text),
          ]),
          { xAxis: 0, lineStyle: { color: colours.soft }, label: { formatter: gettext("alert"), color: colours.text } },
        ],
      },
    },
  ],
}));
