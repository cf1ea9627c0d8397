import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ResiduumError } from '../../shared/errors'
import { datasetNames, type DatasetName } from '../../shared/experiment/schema'
import { cacheFolder } from '../folders'

export const splitNames = ['train', 'test'] as const
export type SplitName = (typeof splitNames)[number]

/** `dataset.json` of a cached data set, written last: where it is, the rest is whole. */
export const datasetManifestSchema = z.object({
  format: z.literal('residuum.dataset'),
  version: z.literal(1),
  name: z.enum(datasetNames),
  classes: z.array(z.string()).min(2),
  /** Channels, height, width of a picture. */
  shape: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
  /** Pictures in each split. */
  counts: z.object({ train: z.number().int().min(1), test: z.number().int().min(1) })
})
export type DatasetManifest = z.infer<typeof datasetManifestSchema>

/** A data set in the cache: packed uint8 files, pictures in NCHW order, one label a byte. */
export interface Dataset extends DatasetManifest {
  folder: string
  files: Record<SplitName, { images: string; labels: string }>
}

export const datasetFolder = (name: DatasetName): string => join(cacheFolder(), 'datasets', name)

export const splitFiles = (folder: string, split: SplitName): { images: string; labels: string } => ({
  images: join(folder, `${split}.images.u8`),
  labels: join(folder, `${split}.labels.u8`)
})

/**
 * Opens a cached data set and checks that its files have the sizes the manifest promises.
 * Throws ResiduumError `dataset-missing` or `dataset-damaged`.
 */
export async function openDataset(name: DatasetName): Promise<Dataset> {
  const folder = datasetFolder(name)
  const text = await readFile(join(folder, 'dataset.json'), 'utf8').catch(() => null)
  if (text === null) throw new ResiduumError('dataset-missing', { name })
  const damaged = (reason: string): ResiduumError => new ResiduumError('dataset-damaged', { name, folder, reason })
  let manifest: DatasetManifest
  try {
    manifest = datasetManifestSchema.parse(JSON.parse(text))
  } catch {
    throw damaged('dataset.json is not readable')
  }
  const pixels = manifest.shape.reduce((product, size) => product * size, 1)
  const files = { train: splitFiles(folder, 'train'), test: splitFiles(folder, 'test') }
  for (const split of splitNames) {
    const count = manifest.counts[split]
    for (const [file, size] of [
      [files[split].images, count * pixels],
      [files[split].labels, count]
    ] as const) {
      const actual = (await stat(file).catch(() => null))?.size
      if (actual !== size) throw damaged(`${file} has ${actual ?? 'no'} bytes instead of ${size}`)
    }
  }
  return { ...manifest, folder, files }
}

/** Labels of a split, one byte a picture. */
export async function readLabels(dataset: Dataset, split: SplitName): Promise<Uint8Array> {
  return new Uint8Array(await readFile(dataset.files[split].labels))
}

/**
 * Pictures of a split by their numbers as RGBA pixels (uint8, height x width x 4), ready for a canvas.
 * Throws ResiduumError `dataset-damaged` for a number outside the split.
 */
export async function readPictures(
  dataset: Dataset,
  split: SplitName,
  indices: readonly number[]
): Promise<Uint8Array[]> {
  const [channels, height, width] = dataset.shape
  const plane = height * width
  const size = channels * plane
  const handle = await open(dataset.files[split].images, 'r')
  try {
    return await Promise.all(
      indices.map(async (index) => {
        const planes = new Uint8Array(size)
        const { bytesRead } = await handle.read(planes, 0, size, index * size)
        if (bytesRead !== size) {
          const { name, folder } = dataset
          throw new ResiduumError('dataset-damaged', { name, folder, reason: `no picture ${index} in ${split}` })
        }
        const pixels = new Uint8Array(plane * 4)
        for (let position = 0; position < plane; position++) {
          for (let channel = 0; channel < 3; channel++) {
            pixels[position * 4 + channel] = planes[(channels === 1 ? 0 : channel) * plane + position]!
          }
          pixels[position * 4 + 3] = 255
        }
        return pixels
      })
    )
  } finally {
    await handle.close()
  }
}
