import type { runRoutes } from '../../shared/ipc/runs'
import type { Library } from '../library/library'
import type { Handlers } from './router'

/** What changes the window hears from the library itself. */
export const runHandlers = (library: Library): Handlers<keyof typeof runRoutes> => ({
  'runs.list': (query) => library.list(query),
  'runs.get': ({ id }) => library.getDetail(id),
  'runs.curves': (requests) => library.getCurves(requests),
  'runs.evaluations': ({ id }) => library.listEvaluations(id),
  'runs.evaluation': ({ id, epoch }) => library.getEvaluation(id, epoch),
  'runs.rename': ({ id, name }) => library.renameRun(id, name).then(() => undefined),
  'runs.delete': ({ id }) => library.deleteRun(id).then(() => undefined),
  'runs.restore': ({ id }) => library.restoreRun(id).then(() => undefined)
})
