import { z } from 'zod'
import { bytesSchema } from '../bytes'
import { datasetInfoSchema, splitNames } from '../experiment/dataset'
import { datasetNames } from '../experiment/schema'
import { route } from './route'

const dataset = z.object({ name: z.enum(datasetNames) })
const division = dataset.extend({ split: z.enum(splitNames) })

/** The data sets in the cache. */
export const datasetRoutes = {
  'datasets.get': route(dataset, datasetInfoSchema),
  'datasets.labels': route(division, bytesSchema),
  /** RGBA pixels of up to 200 pictures by their numbers. */
  'datasets.pictures': route(
    division.extend({ indices: z.array(z.number().int().min(0)).max(200) }),
    z.object({ height: z.number().int(), width: z.number().int(), pixels: z.array(bytesSchema) })
  )
} as const
