// Draws the chart of a report from the plain data in its element, in the page's colours.
"use strict";
(function () {
  const element = document.getElementById("chart");
  if (!element) return;
  const data = JSON.parse(element.dataset.chart);
  const drawing = echarts.init(element, null, { renderer: "svg" });
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const palette = ["--accent", "--teal-fg", "--orange-fg", "--purple-fg", "--azure-fg", "--pink-fg", "--lime-fg", "--gray-fg"];

  function options() {
    const text = { color: style("--ink-2"), fontFamily: style("--font") };
    const base = { color: palette.map(style), textStyle: text, tooltip: { trigger: data.kind === "pie" ? "item" : "axis", confine: true },
      legend: { show: data.series.length > 1 || data.kind === "pie", bottom: 0, type: "scroll", textStyle: text }, animationDuration: 300 };
    if (data.kind === "pie") {
      const parts = data.categories.map((name, i) => ({ name, value: data.series[0].values[i] }));
      return { ...base, series: [{ type: "pie", radius: ["42%", "70%"], data: parts, label: { color: text.color } }] };
    }
    const names = { type: "category", data: data.categories, axisLabel: text, axisLine: { lineStyle: { color: style("--line-strong") } } };
    const values = { type: "value", minInterval: data.whole ? 1 : 0, axisLabel: { ...text, formatter: short }, splitLine: { lineStyle: { color: style("--line") } } };
    const flat = data.kind === "bar";
    return { ...base, grid: { left: 8, right: 16, top: 16, bottom: data.series.length > 1 ? 40 : 8, containLabel: true },
      // A vertical axis begins at its foot; read from above, bars stand in the order of the table.
      xAxis: flat ? values : names, yAxis: flat ? { ...names, inverse: true } : values,
      series: data.series.map((s) => ({ name: s.name, type: data.kind === "line" ? "line" : "bar", data: s.values, barMaxWidth: 36,
        smooth: true, stack: data.kind === "line" ? undefined : "all", itemStyle: { borderRadius: data.series.length > 1 ? 0 : 4 } })) };
  }

  function short(value) {
    const zh = document.documentElement.lang.startsWith("zh");
    const steps = zh ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "B"], [1e6, "M"], [1e3, "K"]];
    const step = steps.find(([size]) => Math.abs(value) >= size);
    return step ? `${+(value / step[0]).toFixed(1)}${step[1]}` : String(value);
  }

  const draw = () => drawing.setOption(options(), true);
  draw();
  new ResizeObserver(() => drawing.resize()).observe(element);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
