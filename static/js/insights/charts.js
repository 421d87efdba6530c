// What all charts share: the page's colours in both themes, a size that follows the page, and no motion where none is wanted.
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** @typedef {ReturnType<typeof palette>} Palette */

export function palette() {
  return {
    text: colour("--tblr-body-color"),
    soft: colour("--tblr-secondary-color"),
    line: colour("--am-line"),
    surface: colour("--am-surface") || "transparent",
    grey: colour("--am-grey-soft"),
    blue: colour("--am-blue"),
    red: colour("--am-red"),
    green: colour("--am-green"),
    amber: colour("--am-amber"),
  };
}

/** @param {Palette} colours */
function base(colours) {
  return {
    animation: !calm.matches,
    animationDuration: 300,
    textStyle: { fontFamily: "inherit", color: colours.text },
    grid: { left: 8, right: 16, top: 24, bottom: 8, containLabel: true },
    // Drawn, not written as HTML: the page's content policy allows no inline style.
    tooltip: {
      renderMode: "richText",
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.text },
    },
  };
}

/**
 * @param {Palette} colours
 * @param {object} [options]
 */
export function axis(colours, options = {}) {
  return {
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: { color: colours.soft },
    splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
    ...options,
  };
}

/**
 * Drawn again when the theme changes.
 * @param {Element} element
 * @param {(colours: Palette) => object} options Those of ECharts.
 */
export function draw(element, options) {
  const chart = globalThis.echarts.init(element, null, { renderer: "canvas" });
  const redraw = () => {
    const colours = palette();
    chart.setOption({ ...base(colours), ...options(colours) }, true);
  };
  redraw();
  new ResizeObserver(() => chart.resize()).observe(element);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  addEventListener("beforeprint", () => chart.resize({ animation: { duration: 0 } }));
}
