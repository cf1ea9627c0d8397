import { useEventListener } from '@vueuse/core'
import { shallowRef, type Ref } from 'vue'
import type { Plot } from './usePlot'
import type { Range } from './trace'
import { scaled, within, type ChartView } from './view'

/** A shorter way is a click. */
const LEAST_DRAG = 4
/** What one press of a key or a button makes of a range. */
export const ZOOM = 1.6

interface Places {
  extent(): Range
  /** No shorter part can be looked at. */
  shortest(): number
  /** Whose lines are next to a point of the canvas. */
  ownersAt(x: number, pixel: { x: number; y: number }): readonly string[]
}

/**
 * Pointer and wheel on a plot: a drag chooses a part, with Shift moves it; Ctrl and the wheel (or two fingers) zoom where the
 * pointer is; a double click shows all again. Gives what of the plot is being chosen, in pixels.
 */
export function usePlotGestures(
  element: Ref<HTMLElement | null>,
  plot: Readonly<Ref<Plot | null>>,
  view: ChartView,
  places: Places
): Readonly<Ref<{ from: number; to: number } | null>> {
  const chosen = shallowRef<{ from: number; to: number } | null>(null)
  let drag: { start: number; moved: Range | null } | null = null

  const pixelOf = (event: MouseEvent): { x: number; y: number } => {
    const box = element.value!.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const show = (range: Range): void => {
    view.range.value = within(range, places.extent(), places.shortest())
  }

  useEventListener(element, 'pointerdown', (event) => {
    if (event.button !== 0 || !plot.value) return
    const { area, range } = plot.value
    const { x, y } = pixelOf(event)
    if (x < area.left || x > area.right || y < area.top || y > area.bottom) return
    element.value!.setPointerCapture(event.pointerId)
    drag = { start: x, moved: event.shiftKey ? range : null }
  })
  useEventListener(element, 'pointermove', (event) => {
    if (!plot.value) return
    const { area, placeOf } = plot.value
    const pixel = pixelOf(event)
    const x = Math.max(area.left, Math.min(area.right, pixel.x))
    if (drag?.moved) {
      const { from, to } = drag.moved
      const way = ((pixel.x - drag.start) / (area.right - area.left)) * (to - from)
      if (view.range.value) show({ from: from - way, to: to - way })
      return
    }
    if (drag && Math.abs(x - drag.start) >= LEAST_DRAG) {
      chosen.value = { from: Math.min(x, drag.start), to: Math.max(x, drag.start) }
    }
    const place = placeOf(x)
    const over = pixel.x >= area.left - 1 && pixel.x <= area.right + 1
    view.cursor.value = over ? { x: place, owners: places.ownersAt(place, pixel) } : null
  })
  const end = (): void => {
    if (chosen.value && plot.value) {
      const { placeOf } = plot.value
      show({ from: placeOf(chosen.value.from), to: placeOf(chosen.value.to) })
    }
    cancel()
  }
  const cancel = (): void => {
    drag = null
    chosen.value = null
  }
  useEventListener(element, 'pointerup', end)
  useEventListener(element, 'pointercancel', cancel)
  useEventListener(element, 'pointerleave', () => {
    if (!drag) view.cursor.value = null
  })
  useEventListener(window, 'keydown', ({ key }) => {
    if (key === 'Escape' && drag) cancel()
  })
  useEventListener(
    element,
    'wheel',
    (event) => {
      if (!(event.ctrlKey || event.metaKey) || !plot.value) return
      event.preventDefault()
      const { placeOf, range } = plot.value
      show(scaled(range, Math.exp(Math.max(-100, Math.min(100, event.deltaY)) / 250), placeOf(pixelOf(event).x)))
    },
    { passive: false }
  )
  useEventListener(element, 'dblclick', () => (view.range.value = null))
  return chosen
}
