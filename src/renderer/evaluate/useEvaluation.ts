import { computed, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { describeError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/errorRecord'
import { confusionMatrix } from '../../shared/evaluation/confusion'
import { classNames, predictedOf } from '../../shared/evaluation/predictions'
import type { RunEvaluation, RunSummary } from '../../shared/run/schema'
import { request } from '../app/bridge'
import { onceShown } from '../app/shown'

/** Predictions of a run after an epoch with what the screen works out of them. */
export interface Predictions extends Omit<RunEvaluation, 'classes'> {
  run: string
  /** The epoch that was asked for; null for the best. */
  asked: number | null
  /** What every class is called, by its number. */
  classes: string[]
  /** The most probable class of each picture. */
  predicted: Uint16Array
  /** `matrix[true class][predicted class]`. */
  matrix: number[][]
}

/**
 * The predictions of the run after the epoch, null for the best, kept up with the run. They come in one request and are
 * shown as one value: names, matrix and pictures are always those of the same run and epoch.
 */
export function useEvaluation(
  run: Readonly<Ref<RunSummary | null>>,
  epoch: Readonly<Ref<number | null>>
): { shown: ShallowRef<Predictions | null>; problem: ShallowRef<ErrorRecord | null>; current: ComputedRef<boolean> } {
  const shown = shallowRef<Predictions | null>(null)
  const problem = shallowRef<ErrorRecord | null>(null)
  /** Whether what is shown is of the run that is chosen: another's may stand while this one's is read. */
  const current = computed(() => shown.value !== null && shown.value.run === run.value?.id)

  let readings = 0
  async function read(): Promise<void> {
    // A slower answer for a run or epoch chosen before comes too late.
    const mine = ++readings
    const [id, asked] = [run.value?.id, epoch.value]
    const set = (next: Predictions | null, why: ErrorRecord | null): void => {
      if (mine === readings) [shown.value, problem.value] = [next, why]
    }
    if (id === undefined) return set(null, null)
    try {
      const found = await request('runs.evaluation', { id, epoch: asked })
      const { evaluation } = found
      const predicted = predictedOf(evaluation)
      const classes = classNames(evaluation, found.classes)
      const matrix = confusionMatrix(evaluation.labels, predicted, classes.length)
      set({ ...found, run: id, asked, classes, predicted, matrix }, null)
    } catch (error) {
      set(null, describeError(error))
    }
  }
  const look = onceShown(() => void read())
  watch([() => run.value?.id, () => run.value?.epochsDone, () => run.value?.best?.epoch, epoch], () => look(), {
    immediate: true
  })
  return { shown, problem, current }
}
