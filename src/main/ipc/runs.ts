import type { runRoutes } from '../../shared/ipc/runs'
import { datasetNames } from '../../shared/experiment/schema'
import { openDataset } from '../datasets/dataset'
import type { Library } from '../library/library'
import type { Handlers } from './router'

/** What changes the window hears from the library itself. */
export const runHandlers = (library: Library): Handlers<keyof typeof runRoutes> => ({
  'runs.list': (query) => library.list(query),
  'runs.get': ({ id }) => library.getDetail(id),
  'runs.curves': (requests) => library.getCurves(requests),
  'runs.evaluation': async ({ id, epoch }) => {
    const found = await library.getRunEvaluation(id, epoch)
    return { ...found, classes: found.classes ?? (await classesOf(found.dataset)) }
  },
  'runs.rename': ({ id, name }) => library.renameRun(id, name).then(() => undefined),
  'runs.delete': ({ id }) => library.deleteRun(id).then(() => undefined),
  'runs.restore': ({ id }) => library.restoreRun(id).then(() => undefined)
})

/** Names of the classes for runs of before they were recorded; null for a data set that is not there. */
async function classesOf(dataset: string | null): Promise<string[] | null> {
  const name = datasetNames.find((known) => known === dataset)
  return name
    ? await openDataset(name).then(
        ({ classes }) => classes,
        () => null
      )
    : null
}
