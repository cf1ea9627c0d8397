import { stat } from 'node:fs/promises'
import { splitNames } from '../../shared/experiment/dataset'
import type { datasetRoutes } from '../../shared/ipc/datasets'
import { openDataset, readLabels, readPictures } from '../datasets/dataset'
import type { Handlers } from './router'

export const datasetHandlers: Handlers<keyof typeof datasetRoutes> = {
  'datasets.get': async ({ name }) => {
    const { classes, shape, counts, folder, files } = await openDataset(name)
    const paths = splitNames.flatMap((split) => Object.values(files[split]))
    const sizes = await Promise.all(paths.map(async (file) => (await stat(file)).size))
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    return { name, classes, shape, counts, folder, bytes }
  },
  'datasets.labels': async ({ name, split }) => readLabels(await openDataset(name), split),
  'datasets.pictures': async ({ name, split, indices }) => {
    const dataset = await openDataset(name)
    const [, height, width] = dataset.shape
    return { height, width, pixels: await readPictures(dataset, split, indices) }
  }
}
