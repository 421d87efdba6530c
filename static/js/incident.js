// One incident's score over time, with the thresholds that it crossed.
import { axis, draw, stateOf } from "./insights/charts.js";
import { gettext, locale } from "./lib/i18n.js";

const ONE_DECIMAL = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const state = stateOf("score-state");
const percent = (value) => `${Math.round(value * 100)} %`;

function threshold(value, name, colour, text) {
  return {
    yAxis: value,
    lineStyle: { color: colour, type: "dashed" },
    label: { formatter: `${name} ${percent(value)}`, position: "insideEndTop", color: text },
  };
}

draw(document.getElementById("score-chart"), (colours) => ({
  xAxis: axis(colours, {
    type: "value",
    min: "dataMin",
    max: "dataMax",
    axisLabel: {
      color: colours.soft,
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (seconds) => `${Math.round(seconds)} s`,
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
    formatter: ([point]) => gettext("{score} at {seconds} s", { score: percent(point.value[1]), seconds: point.value[0].toLocaleString(locale, ONE_DECIMAL) }),
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
          threshold(state.enter, gettext("begins above"), colours.red, colours.text),
          threshold(state.exit, gettext("ends below"), colours.green, colours.text),
          { xAxis: 0, lineStyle: { color: colours.soft }, label: { formatter: gettext("alert"), color: colours.text } },
        ],
      },
    },
  ],
}));
