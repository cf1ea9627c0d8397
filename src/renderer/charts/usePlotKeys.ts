import type { Range } from './trace'
import { ZOOM } from './usePlotGestures'
import { scaled, within, type ChartView } from './view'

interface Places {
  extent(): Range
  shortest(): number
  /** Whether there is nothing between two whole places. */
  whole(): boolean
}

/** What keys do on a plot that has the focus: arrows, Home and End read values, plus, minus and 0 zoom, Escape ends reading. */
export function usePlotKeys({ range, cursor }: ChartView, places: Places): (event: KeyboardEvent) => void {
  function zoom(factor: number): void {
    range.value = within(
      scaled(range.value ?? places.extent(), factor, cursor.value?.x),
      places.extent(),
      places.shortest()
    )
  }

  /** A hundredth of what is shown, and no less than a whole place; the part that is shown goes along. */
  function walk(way: 1 | -1): void {
    const { from, to } = range.value ?? places.extent()
    const step = (to - from) / 100
    const now = cursor.value?.x ?? (way > 0 ? from : to)
    const wanted = now + way * (places.whole() ? Math.max(1, step) : step)
    const x = Math.max(places.extent().from, Math.min(places.extent().to, wanted))
    cursor.value = { x, owners: null }
    if (range.value && (x < from || x > to)) {
      const shift = x < from ? x - from : x - to
      range.value = within({ from: from + shift, to: to + shift }, places.extent(), places.shortest())
    }
  }

  return function byKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { from, to } = range.value ?? places.extent()
    if (event.key === 'ArrowRight') walk(1)
    else if (event.key === 'ArrowLeft') walk(-1)
    else if (event.key === 'Home') cursor.value = { x: from, owners: null }
    else if (event.key === 'End') cursor.value = { x: to, owners: null }
    else if (event.key === '+' || event.key === '=') zoom(1 / ZOOM)
    else if (event.key === '-') zoom(ZOOM)
    else if (event.key === '0') range.value = null
    else if (event.key === 'Escape') cursor.value = null
    else return
    event.preventDefault()
  }
}
