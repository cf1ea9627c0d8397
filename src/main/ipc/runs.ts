import type { Library } from '../library/library'
import type { Handlers } from './router'

type Names =
  | 'runs.list'
  | 'runs.speeds'
  | 'runs.get'
  | 'runs.diagnostics'
  | 'runs.evaluations'
  | 'runs.evaluation'
  | 'runs.rename'
  | 'runs.delete'

export const runHandlers = (library: Library, changed: (id: string | null) => void): Handlers<Names> => ({
  'runs.list': () => library.listRuns(),
  'runs.speeds': () => library.listSpeeds(),
  'runs.get': ({ id }) => library.getDetail(id),
  'runs.diagnostics': ({ id }) => library.getDiagnostics(id),
  'runs.evaluations': ({ id }) => library.listEvaluations(id),
  'runs.evaluation': ({ id, epoch }) => library.getEvaluation(id, epoch),
  'runs.rename': ({ id, name }) => {
    library.renameRun(id, name)
    changed(id)
    return undefined
  },
  'runs.delete': ({ id }) => {
    library.deleteRun(id)
    changed(null)
    return undefined
  }
})
