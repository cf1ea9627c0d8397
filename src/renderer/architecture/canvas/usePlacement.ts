import type { VueFlowStore } from '@vue-flow/core'
import { shallowRef, watch, type ShallowRef } from 'vue'
import { readsAcross } from '../../../shared/architecture/edit'
import type { ArchitectureGraph } from '../../../shared/architecture/schema'
import { useApp } from '../../app/stores/app'
import { useEditor } from '../../app/stores/editor'
import type { Layout, Placement } from '../drawing/layout'
import { isPlacedByHand, layoutKey, layOutDrawing, provisional } from '../drawing/placement'
import { isBetter, useStage } from '../drawing/useStage'
import { useSignals } from '../editing/signals'

export interface EditorPlacement extends Placement {
  /** Null where the nodes were placed by hand. */
  layout: Layout | null
  /** Counts layouts that do not keep what stood: each is shown from its beginning. */
  epoch: number
}

/**
 * Where the nodes of the shown drawing stand. Where nobody has placed them by hand they are laid out for the canvas's
 * shape; from then on what stands keeps its place through edits, and undone edits give back the former ones. Until the
 * user moves the view or changes the drawing, the layout follows the shape of the canvas.
 */
export function usePlacement(flow: Pick<VueFlowStore, 'dimensions' | 'onMoveStart'>): ShallowRef<EditorPlacement> {
  const app = useApp()
  const editor = useEditor()
  const { stage, onReshaped, touched } = useStage(flow)
  /** The last layout of each drawing, by name. */
  let last = new Map<string, { key: string; layout: Layout }>()
  /** That of each state of a drawing: undo brings the very same back. */
  let former = new WeakMap<ArchitectureGraph, Layout>()
  const placement = shallowRef<EditorPlacement>({
    direction: 'across',
    places: new Map(),
    routes: new Map(),
    layout: null,
    epoch: 0
  })

  function show(layout: Layout, epoch = placement.value.epoch): void {
    const { graph } = editor
    last.set(editor.drawing ?? '', { key: layoutKey(graph), layout })
    former.set(graph, layout)
    placement.value = { ...layout, layout, epoch }
  }

  function place(): void {
    const { graph } = editor
    const known = last.get(editor.drawing ?? '')
    if (isPlacedByHand(graph)) {
      const direction = readsAcross(graph) ? 'across' : 'down'
      const places = provisional(graph, known?.layout.places ?? new Map(), direction)
      // A route serves until an end of it has moved.
      const routes = known?.layout.routes ?? new Map()
      placement.value = { direction, places, routes, layout: null, epoch: placement.value.epoch }
    } else if (stage.value) {
      const before = former.get(graph)
      if (before) show(before)
      else if (known?.key === layoutKey(graph)) show(known.layout)
      else show(layOutDrawing(graph, stage.value, { former: known?.layout ?? null }))
    }
  }

  function forget(): void {
    last = new Map()
    former = new WeakMap()
  }

  /** Makes all layouts anew, for the canvas as it is. */
  function layOutAnew(): void {
    forget()
    if (isPlacedByHand(editor.graph) || !stage.value) return
    show(layOutDrawing(editor.graph, stage.value), placement.value.epoch + 1)
    touched.value = false
  }

  watch(
    () => editor.source,
    (now, before) => {
      if (!isSame(now, before)) forget()
    }
  )
  watch(
    () => editor.graph,
    () => {
      touched.value = last.has(editor.drawing ?? '')
      place()
    },
    { immediate: true }
  )
  watch(stage, () => placement.value.places.size === 0 && place())
  watch(() => app.settings.editor.direction, layOutAnew)
  useSignals().layOut.on(layOutAnew)
  onReshaped((now) => {
    const { layout } = placement.value
    if (layout && isBetter(layOutDrawing(editor.graph, now), layout, now)) layOutAnew()
  })
  return placement
}

type Source = ReturnType<typeof useEditor>['source']

/** Whether two sources are one architecture, in whatever version. */
const isSame = (a: Source, b: Source | undefined): boolean =>
  a.type === b?.type && (a.type === 'preset' ? a.name : a.id) === (b.type === 'preset' ? b.name : b.id)
