import type { ShallowRef } from 'vue'
import { useEditor } from '../../app/stores/editor'
import { connectNodes } from '../editing/commands'
import type { Placement, Point } from '../drawing/layout'
import { useSignals } from '../editing/signals'
import { walk } from './walk'

/** Pixels between two places of a moved node. */
export const GRID = 8
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] } as const

/** What keys do on the canvas: walk, move, connect, enter and leave blocks, or begin to type a layer's name. */
export function useCanvasKeys(
  placement: ShallowRef<Placement>,
  move: (places: ReadonlyMap<string, Point>, merge: string) => void
): (event: KeyboardEvent) => void {
  const editor = useEditor()
  const signals = useSignals()

  function byKey(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event
    const arrow = ARROWS[key as keyof typeof ARROWS]
    const [only] = editor.selection
    if (arrow) {
      event.preventDefault()
      if (ctrlKey || metaKey || altKey) nudge(arrow, shiftKey ? 4 * GRID : GRID)
      else step(key as keyof typeof ARROWS, shiftKey)
    } else if (key === 'Enter' && only !== undefined) {
      event.preventDefault()
      const from = editor.connecting
      editor.connecting = null
      if (from !== null) connectNodes(from, only)
      else if (editor.selection.size === 1) editor.enter(only)
    } else if (key === 'Escape') {
      if (editor.connecting !== null) editor.connecting = null
      else if (editor.selection.size > 0 || editor.selectedEdges.length > 0) editor.select([])
      else if (editor.trail.length > 0) editor.leave()
    } else if (/^[a-z0-9]$/i.test(key) && !ctrlKey && !metaKey && !altKey) {
      event.preventDefault()
      void signals.insert.trigger(key)
    }
  }

  /** Walks to a neighbour; with Shift it joins the selection. */
  function step(key: keyof typeof ARROWS, extend: boolean): void {
    const last = [...editor.selection].at(-1)
    const next = walk(editor.graph, placement.value, last, key)
    if (next !== null) editor.select(extend ? [...new Set([...editor.selection, next])] : [next])
  }

  function nudge([x, y]: readonly [number, number], by: number): void {
    const places = [...editor.selection].flatMap((id): [string, Point][] => {
      const place = placement.value.places.get(id)
      return place ? [[id, { x: Math.round(place.x) + x * by, y: Math.round(place.y) + y * by }]] : []
    })
    // Keys in a row are one step to undo.
    if (places.length > 0) move(new Map(places), `nudge ${[...editor.selection].join(' ')}`)
  }
  return byKey
}
