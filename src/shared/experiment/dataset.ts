import { z } from 'zod'
import { datasetNames } from './schema'

/** The official division of a data set's pictures. */
export const splitNames = ['train', 'test'] as const
export type SplitName = (typeof splitNames)[number]

/** A data set in the cache as screens show it. */
export const datasetInfoSchema = z.object({
  name: z.enum(datasetNames),
  classes: z.array(z.string()),
  /** Channels, height, width. */
  shape: z.tuple([z.number(), z.number(), z.number()]),
  counts: z.object({ train: z.number(), test: z.number() }),
  folder: z.string(),
  /** Bytes on disk. */
  bytes: z.number()
})
export type DatasetInfo = z.infer<typeof datasetInfoSchema>
