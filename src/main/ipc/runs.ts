import type { WindowEvent } from '../../shared/ipc/events'
import { curveRequestSchema } from '../../shared/run/curves'
import type { Library } from '../library/library'
import type { Handlers } from './router'

type Names =
  | 'runs.list'
  | 'runs.speeds'
  | 'runs.get'
  | 'runs.curves'
  | 'runs.evaluation'
  | 'runs.rename'
  | 'runs.delete'
  | 'runs.restore'

export const runHandlers = (library: Library, send: (event: WindowEvent) => void): Handlers<Names> => ({
  'runs.list': (query) => library.list(query),
  'runs.speeds': () => library.listSpeeds(),
  'runs.get': ({ id }) => library.getDetail(id),
  'runs.curves': (requests) => requests.map((request) => library.getCurve(curveRequestSchema.parse(request))),
  'runs.evaluation': ({ id, epoch }) => library.getEvaluation(id, epoch),
  'runs.rename': ({ id, name }) => {
    library.renameRun(id, name)
    send({ type: 'run-changed', run: library.getRun(id) })
    return undefined
  },
  'runs.delete': ({ id }) => {
    library.trashRun(id)
    send({ type: 'run-removed', id })
    return undefined
  },
  'runs.restore': ({ id }) => {
    send({ type: 'run-added', run: library.restoreRun(id) })
    return undefined
  }
})
