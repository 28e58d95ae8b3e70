/** Charts of counts, occupancy and stays, as ECharts takes them. Told apart by place and shape, not by colour
 *  alone: in stands above the axis, out below it, what was earlier is a dashed line. */
import type { EChartsCoreOption } from "echarts/core";

import type { Look } from "./look";

/** Whatever is drawn over buckets of time. */
interface Timed {
  /** Beneath the axis. */
  labels: readonly string[];
  /** In full, where one points. */
  titles: readonly string[];
  /** Shaded. */
  closed: readonly boolean[];
}

type Numbers = readonly (number | null)[];

export interface CountsChart extends Timed {
  names: { in: string; out: string; inside: string; inThen: string; outThen: string; closed: string };
  ins: Numbers;
  outs: Numbers;
  inside: Numbers | null;
  then: { ins: Numbers; outs: Numbers } | null;
}

export function countsOption(chart: CountsChart, look: Look): EChartsCoreOption {
  const { names } = chart;
  const below = (values: Numbers): Numbers => values.map((value) => (value === null ? null : -value));
  const bar = (name: string, data: Numbers, color: string) => ({
    name,
    type: "bar",
    stack: "ways",
    data,
    itemStyle: { color },
    barMaxWidth: 2.5 * look.size,
    barMinWidth: 1,
  });
  const earlier = (name: string, data: Numbers, color: string) => ({
    ...line(name, data, color),
    step: "middle",
    lineStyle: { color, type: [4, 3], width: 1.5 },
  });
  const series = [
    bar(names.in, chart.ins, look.first),
    bar(names.out, below(chart.outs), look.second),
    ...(chart.then
      ? [
          earlier(names.inThen, chart.then.ins, look.ink),
          earlier(names.outThen, below(chart.then.outs), look.muted),
        ]
      : []),
    ...(chart.inside ? [line(names.inside, chart.inside, look.ink)] : []),
  ];
  return framed(chart, look, series, names.closed);
}

export interface OccupancyChart extends Timed {
  names: { mean: string; most: string; closed: string };
  mean: Numbers;
  most: Numbers;
}

export function occupancyOption(chart: OccupancyChart, look: Look): EChartsCoreOption {
  const most = {
    ...line(chart.names.most, chart.most, look.first),
    step: "middle",
    areaStyle: { color: look.first, opacity: 0.14 },
    lineStyle: { color: look.first, width: 1.5 },
  };
  const mean = {
    ...line(chart.names.mean, chart.mean, look.second),
    lineStyle: { color: look.second, width: 3 },
  };
  return framed(chart, look, [most, mean], chart.names.closed);
}

export interface BarsChart {
  labels: readonly string[];
  name: string;
  values: Numbers;
}

export function barsOption({ labels, name, values }: BarsChart, look: Look): EChartsCoreOption {
  const bars = {
    name,
    type: "bar",
    data: values,
    itemStyle: { color: look.first },
    barCategoryGap: "12%",
    label: { show: true, position: "top", color: look.ink, fontSize: 0.78 * look.size },
  };
  const timed = { labels, titles: labels, closed: [] };
  const grid = { left: 4, right: 12, top: 1.5 * look.size, bottom: 4, outerBoundsMode: "same" };
  return { ...framed(timed, look, [bars], ""), legend: { show: false }, grid };
}

function line(name: string, data: Numbers, color: string) {
  return {
    name,
    type: "line",
    data,
    symbol: data.length > 1 ? "none" : "circle",
    color,
    lineStyle: { color, width: 2 },
    connectNulls: false,
  };
}

/** Axes, legend and what is said where one points. */
function framed(timed: Timed, look: Look, series: object[], closed: string): EChartsCoreOption {
  const small = 0.78 * look.size;
  const words = { color: look.muted, fontSize: small, fontFamily: look.font };
  const axis = { data: timed.labels, type: "category" };
  const isShaded = timed.closed.some(Boolean);
  const shade = {
    name: closed,
    type: "bar",
    xAxisIndex: 1,
    yAxisIndex: 1,
    data: timed.closed.map((is) => (is ? 1 : null)),
    barWidth: "101%",
    silent: true,
    z: 0,
    itemStyle: { color: look.muted, opacity: 0.16 },
  };
  return {
    textStyle: { fontFamily: look.font },
    grid: { left: 4, right: 12, top: 2.75 * look.size, bottom: 4, outerBoundsMode: "same" },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 18,
      itemHeight: 10,
      textStyle: { ...words, color: look.ink },
      inactiveColor: look.muted,
      type: "plain",
    },
    tooltip: {
      trigger: "axis",
      renderMode: "richText", // the policy allows no styles in what is put into the page
      confine: true,
      backgroundColor: look.raised,
      borderColor: look.rule,
      textStyle: { color: look.ink, fontSize: small, fontFamily: look.font },
      formatter: (points: Point | Point[]) =>
        pointed(timed, Array.isArray(points) ? points : [points], closed),
    },
    xAxis: [
      {
        ...axis,
        axisLabel: { ...words, hideOverlap: true },
        axisLine: { onZero: true, lineStyle: { color: look.muted } },
        axisTick: { show: false },
      },
      { ...axis, show: false, axisPointer: { show: false } },
    ],
    yAxis: [
      {
        type: "value",
        minInterval: 1,
        axisLabel: { ...words, formatter: (value: number) => String(Math.abs(value)) },
        splitLine: { lineStyle: { color: look.rule } },
      },
      { type: "value", show: false, min: 0, max: 1 },
    ],
    series: isShaded ? [...series, shade] : series,
  };
}

interface Point {
  dataIndex: number;
  seriesName?: string;
  value: unknown;
}

function pointed(timed: Timed, points: Point[], closed: string): string {
  const at = points[0]?.dataIndex ?? 0;
  const says = points
    .filter((point) => typeof point.value === "number" && point.seriesName !== closed)
    .map((point) => `${point.seriesName}: ${shown(Math.abs(Number(point.value)))}`);
  return [timed.titles[at] ?? "", ...says, ...(timed.closed[at] ? [closed] : [])].join("\n");
}

const shown = (value: number): string => String(Math.round(100 * value) / 100);
