import type { VueFlowStore } from '@vue-flow/core'
import { useDebounceFn } from '@vueuse/core'
import { shallowRef, watch, type ShallowRef } from 'vue'
import { useApp } from '../../app/stores/app'
import type { Layout, Size, Stage } from './layout'
import { directionFor, stageOf } from './placement'

interface CanvasStage {
  /** Null while the canvas has no size. */
  stage: ShallowRef<Stage | null>
  /** Calls while the drawing is as it was first shown and the canvas takes another shape. */
  onReshaped(listen: (stage: Stage) => void): void
  /** Whether the user has moved the view, or changed what it shows, since it was shown from its beginning. */
  touched: { value: boolean }
}

/** Where a canvas shows its drawing: its shape, and which way the user wants drawings to be read. */
export function useStage({ dimensions, onMoveStart }: Pick<VueFlowStore, 'dimensions' | 'onMoveStart'>): CanvasStage {
  const app = useApp()
  const stage = shallowRef<Stage | null>(null)
  const touched = { value: false }
  onMoveStart(({ event }) => {
    if (event) touched.value = true
  })

  function measure({ width, height }: Size): void {
    if (width === 0 || height === 0) return
    const wanted = app.settings.editor.direction
    const direction = wanted === 'auto' ? directionFor({ width, height }, stage.value?.direction) : wanted
    stage.value = stageOf({ width, height }, direction)
  }
  watch([() => ({ ...dimensions.value }), () => app.settings.editor.direction], ([size]) => measure(size), {
    immediate: true
  })

  function onReshaped(listen: (stage: Stage) => void): void {
    const tell = useDebounceFn(() => {
      if (stage.value && !touched.value) listen(stage.value)
    }, 100)
    watch(stage, () => void tell())
  }
  return { stage, onReshaped, touched }
}

/** What is won, in zoom, by a layout for another shape of the canvas, so that it takes the place of the one there is. */
const WORTH = 1.05

export const isBetter = (fresh: Layout, now: Layout, stage: Stage): boolean =>
  fresh.direction !== now.direction || zoomOf(fresh, stage) > zoomOf(now, stage) * WORTH

const zoomOf = ({ extent }: Layout, { width, height }: Stage): number =>
  Math.min(1, width / extent.width, height / extent.height)
