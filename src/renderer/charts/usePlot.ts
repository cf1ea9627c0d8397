import { useRafFn, useResizeObserver } from '@vueuse/core'
import { onBeforeUnmount, onMounted, shallowRef, watch, type Ref } from 'vue'
import type { ChartConfiguration } from 'chart.js'
import { useApp } from '../app/stores/app'
import { bandPlugin, bandsOf, datasetsOf } from './datasets'
import type { Series } from './series'
import { Chart, themeColours, themeFont, whenFontsReady } from './setup'
import { linearTicks, logarithmicText, niceStep, tickText, type Unit } from './ticks'
import type { Range } from './trace'
import { valueAxis, type Shown, type ValueAxis } from './valueAxis'

/** What a plot shows. */
export interface Drawing {
  series: readonly Series[]
  /** The part of the axis; null for `extent`. */
  range: Range | null
  extent: Range
  /** Steps are whole: so are their ticks. */
  whole: boolean
  unit: Unit
  logarithmic: boolean
  /** Outliers have a place on the axis too. */
  full: boolean
  highlighted: string | null
}

/** Where things are in a plot, in pixels of the canvas. */
export interface Plot {
  area: { left: number; right: number; top: number; bottom: number }
  xOf(place: number): number
  placeOf(pixel: number): number
  yOf(value: number): number
  range: Range
  axis: ValueAxis
}

/** Room of the labels beside the axis: fixed, so that plots stand below one another and don't jump while labels change. */
const LABELS = 56
const PIXELS_PER_TICK = { x: 64, y: 44 }
/** What labels of ticks are made of, in all languages. */
const LABEL_TEXT = '0123456789.,%-eKMBT万亿'

const lines = (series: readonly Series[]): Shown[] =>
  series.flatMap(({ trace, raw, band, dots }) => [
    { trace, ...(dots && { dots }), ...band },
    // Spikes of single steps don't say how long the axis must be.
    ...(raw ? [{ trace: raw, dots: true, ...(raw.low && { low: raw.low }), ...(raw.high && { high: raw.high }) }] : [])
  ])

/** Keeps a Chart.js chart on a canvas in step with what is to be drawn; drawn at most once a frame. */
export function usePlot(canvas: Ref<HTMLCanvasElement | null>, drawing: () => Drawing): Readonly<Ref<Plot | null>> {
  const app = useApp()
  const plot = shallowRef<Plot | null>(null)
  let chart: Chart<'line'> | null = null

  function configuration(): ChartConfiguration<'line'> {
    return {
      type: 'line',
      data: { datasets: [] },
      plugins: [bandPlugin(() => bandsOf(drawing().series, drawing().highlighted))],
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        normalized: true,
        // What is under the pointer is found in the traces, without drawing anything again.
        events: [],
        // Marks and labels at the ends are not cut.
        layout: { padding: { top: 6, right: 14 } },
        onResize: () => draw.resume()
      }
    }
  }

  function update(): void {
    if (!chart || !canvas.value || canvas.value.clientWidth === 0) return
    const { series, range, extent, whole, unit, logarithmic, full, highlighted } = drawing()
    const part = range ?? extent
    const width = Math.max(50, chart.width - LABELS)
    const axis = valueAxis(lines(series), range, {
      unit,
      logarithmic,
      full,
      ticks: Math.max(2, Math.floor((chart.height - 34) / PIXELS_PER_TICK.y))
    })
    const { muted, grid } = themeColours()
    const font = { family: themeFont(), size: 11 }
    const step = niceStep(part.to - part.from, Math.max(2, Math.floor(width / PIXELS_PER_TICK.x)), whole)
    const largest = Math.max(Math.abs(part.from), Math.abs(part.to))
    const look = { grid: { color: grid }, border: { color: grid } }
    const ticks = { color: muted, font, autoSkip: false, maxRotation: 0 }
    const most = Math.max(Math.abs(axis.min), Math.abs(axis.max))
    chart.data.datasets = datasetsOf(series, range, width, highlighted)
    chart.options.scales = {
      x: {
        ...look,
        type: 'linear',
        min: part.from,
        max: part.to,
        afterBuildTicks: (scale) => (scale.ticks = linearTicks(part.from, part.to, step).map((value) => ({ value }))),
        ticks: { ...ticks, callback: (value) => tickText(Number(value), step, largest, 'number') }
      },
      y: {
        ...look,
        type: axis.logarithmic ? 'logarithmic' : 'linear',
        min: axis.min,
        max: axis.max,
        afterFit: (scale) => (scale.width = LABELS),
        afterBuildTicks: (scale) => (scale.ticks = axis.ticks.map((value) => ({ value }))),
        ticks: {
          ...ticks,
          callback: (value) =>
            axis.logarithmic ? logarithmicText(Number(value), unit) : tickText(Number(value), axis.step, most, unit)
        }
      }
    }
    chart.update('none')
    const { left, right, top, bottom } = chart.chartArea
    const { y } = chart.scales
    const length = part.to - part.from
    plot.value = {
      area: { left, right, top, bottom },
      xOf: (place) => left + ((place - part.from) / length) * (right - left),
      placeOf: (pixel) => part.from + ((pixel - left) / (right - left)) * length,
      yOf: (value) => y!.getPixelForValue(value),
      range: part,
      axis
    }
  }

  const draw = useRafFn(
    () => {
      draw.pause()
      update()
    },
    { immediate: false }
  )
  const drawWithFonts = (): Promise<void> => whenFontsReady(LABEL_TEXT).then(() => draw.resume())

  onMounted(() => {
    chart = new Chart(canvas.value!, configuration())
    update()
    void drawWithFonts()
  })
  onBeforeUnmount(() => {
    chart?.destroy()
    chart = null
  })
  watch(drawing, () => draw.resume())
  watch([() => app.dark, () => app.language], drawWithFonts, { flush: 'post' })
  // A place that was kept in the background comes back with the size that it has now.
  useResizeObserver(canvas, () => draw.resume())
  return plot
}
