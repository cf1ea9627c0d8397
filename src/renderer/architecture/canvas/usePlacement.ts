import { shallowRef, watch, type ShallowRef } from 'vue'
import { useEditor } from '../../app/stores/editor'
import { isPlacedByHand, layoutKey, layOutDrawing, provisional } from '../drawing/placement'
import type { Placement } from '../drawing/layout'

/** A layout that takes longer is waited for with nodes one below the other. */
const LATE_MS = 200

/**
 * Where the nodes of the shown drawing stand. It is laid out where nobody has placed it by hand; until that is
 * there, new nodes lie below what they read.
 */
export function usePlacement(): ShallowRef<Placement> {
  const editor = useEditor()
  /** Drawings that were laid out, by name, with what that was made for. */
  let laidOut = new Map<string, Placement & { key: string }>()
  const placement = shallowRef<Placement>({ direction: 'down', places: new Map(), routes: new Map() })

  watch(
    () => editor.source,
    (now, before) => {
      if (!isSame(now, before)) laidOut = new Map()
    }
  )

  async function place(): Promise<void> {
    const { graph } = editor
    const name = editor.drawing ?? ''
    const known = laidOut.get(name)
    if (isPlacedByHand(graph)) {
      placement.value = { direction: 'down', places: provisional(graph, known?.places ?? new Map()), routes: new Map() }
      return
    }
    const key = layoutKey(graph)
    if (known?.key === key) {
      placement.value = known
      return
    }
    // A route serves until an end of it has moved.
    if (known) placement.value = { direction: 'down', places: provisional(graph, known.places), routes: known.routes }
    const meanwhile = (): Placement => ({
      direction: 'down',
      places: provisional(graph, known?.places ?? new Map()),
      routes: new Map()
    })
    // What stood here before is another drawing: it must not stay while a long one is laid out.
    const late = setTimeout(() => {
      if (graph === editor.graph && !known) placement.value = meanwhile()
    }, LATE_MS)
    // A chain of thousands is too deep for the layout's recursion.
    const placed = await layOutDrawing(graph).catch(meanwhile)
    clearTimeout(late)
    const next = { ...placed, key }
    laidOut.set(name, next)
    if (graph === editor.graph) placement.value = next
  }
  watch(() => editor.graph, place, { immediate: true })
  return placement
}

type Source = ReturnType<typeof useEditor>['source']

/** Whether two sources are one architecture, in whatever version. */
const isSame = (a: Source, b: Source | undefined): boolean =>
  a.type === 'saved' ? b?.type === 'saved' && a.id === b.id : b?.type === 'preset' && a.name === b.name
