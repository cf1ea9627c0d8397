import type { TrainingEvent } from '../../shared/run/events'
import type { Library } from '../library/library'

const TRAINED_ELSEWHERE: readonly string[] = ['run-in-progress', 'run-elsewhere']

/** Keeps in the library what a trainer tells of a run. */
export function recordEvent(library: Library, id: string, event: TrainingEvent): void {
  switch (event.type) {
    case 'started':
      library.rewindRun(id, event.step, event.epoch)
      return library.setDevice(id, event.device)
    case 'steps':
      return library.recordSteps(id, event.steps)
    case 'epoch':
      return library.recordEpoch(id, event.metrics)
    case 'diagnostics':
      return library.recordDiagnostics(id, event.diagnostics)
    case 'paused':
      return library.setStatus(id, 'paused')
    case 'resumed':
      return library.setStatus(id, 'running')
    case 'ended':
      // What is refused here is trained elsewhere and recorded from there.
      if (event.error && TRAINED_ELSEWHERE.includes(event.error.code)) return
      return library.setStatus(id, event.status, event.error)
    case 'progress':
    case 'warning':
    case 'disk-full':
    case 'recovered':
      return
  }
}
