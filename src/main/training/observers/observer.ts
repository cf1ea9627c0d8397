import type { TrainingEvent } from '../../../shared/run/events'
import type { EpochMetrics, Evaluation, StepMetrics } from '../../../shared/run/schema'
import type { LayerDiagnostics } from '../../engine/inspection'
import type { RunState } from '../run'

/** An optimizer step that was made. */
export interface StepMade {
  metrics: StepMetrics
  layers: LayerDiagnostics[] | null
  /** Pictures of the epoch that are done, and those of the step. */
  done: number
  pictures: number
}

export interface EpochEvaluated {
  metrics: EpochMetrics
  /** Of the test pictures. */
  evaluation: Evaluation
}

export type Ended = Extract<TrainingEvent, { type: 'ended' }>

type Awaitable = void | Promise<void>

/**
 * One concern beside training itself, after Keras's callbacks: the loop calls what is there at each point and waits for
 * it. What throws ends the run as failed.
 */
export interface Observer {
  /** The run begins or goes on; no step was made yet. */
  runBegin?(run: RunState): Awaitable
  stepBegin?(run: RunState): void
  stepEnd?(run: RunState, made: StepMade): Awaitable
  /** All steps of an epoch were made; its evaluation follows. */
  epochTrained?(run: RunState): Awaitable
  /** `pictures` more were evaluated, `done` of the evaluation's in all. */
  evaluated?(run: RunState, done: number, pictures: number): Awaitable
  epochEnd?(run: RunState, epoch: EpochEvaluated): Awaitable
  /** Stopped by the user between two steps. */
  cut?(run: RunState): Awaitable
  paused?(run: RunState): Awaitable
  resumed?(run: RunState): Awaitable
  /** The last of all, however the run ended. */
  runEnd?(ended: Ended): Awaitable
}

/** All observers as one, in their order. */
export type Observed = { [Hook in keyof Observer]-?: (...given: Parameters<NonNullable<Observer[Hook]>>) => Awaitable }

export function together(observers: readonly Observer[]): Observed {
  // One that has nothing to wait for costs no turn of the event loop: the loop calls this at each step.
  const call =
    <Hook extends keyof Observer>(hook: Hook) =>
    async (...given: Parameters<NonNullable<Observer[Hook]>>): Promise<void> => {
      for (const observer of observers) {
        const own = observer[hook] as ((...values: typeof given) => Awaitable) | undefined
        const pending = own?.apply(observer, given)
        if (pending) await pending
      }
    }
  return {
    runBegin: call('runBegin'),
    stepBegin: (run) => observers.forEach((observer) => observer.stepBegin?.(run)),
    stepEnd: call('stepEnd'),
    epochTrained: call('epochTrained'),
    evaluated: call('evaluated'),
    epochEnd: call('epochEnd'),
    cut: call('cut'),
    paused: call('paused'),
    resumed: call('resumed'),
    runEnd: call('runEnd')
  }
}
