import type { TrainingEvent } from '../../shared/run/events'
import type { Library } from '../library/library'

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
      return library.setStatus(id, event.status, event.error)
    case 'progress':
    case 'warning':
      return
  }
}
