import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ResiduumError } from '../../shared/errors'
import { splitNames, type SplitName } from '../../shared/experiment/dataset'
import { datasetNames, type DatasetName } from '../../shared/experiment/schema'
import { readIfThere, readWhole } from '../files'
import { cacheFolder } from '../folders'
import type { Fault } from '../../shared/messages/coded'
import { checksumOf } from './checksums'

/** Far more than a manifest ever takes. */
const MAX_MANIFEST_BYTES = 10_000_000
/** Of labels, a byte a picture. */
const MAX_LABEL_BYTES = 1_000_000_000

const checksumsSchema = z.object({ images: z.string(), labels: z.string() })
/** SHA-256 of each file of a data set. */
export const splitChecksumsSchema = z.object({ train: checksumsSchema, test: checksumsSchema })
export type SplitChecksums = z.infer<typeof splitChecksumsSchema>

/** Of data sets that are the same on every computer: what was packed before manifests had checksums is checked too. */
export const KNOWN_CHECKSUMS: Record<DatasetName, SplitChecksums> = {
  cifar10: {
    train: {
      images: '9d5c2eddadb0deff02c14c350c0385aab7b1d5ff1edfeb4997c8dc8644960111',
      labels: '2b7cd2f24487317614016b72ffd53071c3062f592f0eb300c18a770d41ae1253'
    },
    test: {
      images: '177777c33ba79825320efa646ad04a94bdc3c80e4ebe3bd21724f8cdfd4b9d56',
      labels: 'cec8a24a1e92aa2ecaa0bbd3dbfa86bf6cd8759fbd209a832824c8cf0afca9d5'
    }
  }
}

/** `dataset.json` of a cached data set, written last: where it is, the rest is whole. */
export const datasetManifestSchema = z.object({
  format: z.literal('residuum.dataset'),
  version: z.literal(1),
  name: z.enum(datasetNames),
  classes: z.array(z.string()).min(2),
  /** Channels, height, width of a picture. */
  shape: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
  /** Pictures in each split. */
  counts: z.object({ train: z.number().int().min(1), test: z.number().int().min(1) }),
  checksums: splitChecksumsSchema.optional()
})
export type DatasetManifest = z.infer<typeof datasetManifestSchema>

/** A data set in the cache: packed uint8 files, pictures in NCHW order, one label a byte. */
export interface Dataset extends DatasetManifest {
  folder: string
  checksums: SplitChecksums
  files: Record<SplitName, { images: string; labels: string }>
}

export const datasetFolder = (name: DatasetName): string => join(cacheFolder(), 'datasets', name)

export const splitFiles = (folder: string, split: SplitName): { images: string; labels: string } => ({
  images: join(folder, `${split}.images.u8`),
  labels: join(folder, `${split}.labels.u8`)
})

const damaged = ({ name, folder }: Pick<Dataset, 'name' | 'folder'>, reason: Fault): ResiduumError =>
  new ResiduumError('dataset-damaged', { name, folder, reason })

/**
 * Opens a cached data set and checks that its files have the sizes and the contents that the manifest promises; the
 * contents once a process, and again when a file is another one.
 * Throws ResiduumError `dataset-missing` or `dataset-damaged`.
 */
export async function openDataset(name: DatasetName): Promise<Dataset> {
  const folder = datasetFolder(name)
  const text = await readIfThere(join(folder, 'dataset.json'), MAX_MANIFEST_BYTES).catch(() => Buffer.of())
  if (text === null) throw new ResiduumError('dataset-missing', { name })
  let manifest: DatasetManifest
  try {
    manifest = datasetManifestSchema.parse(JSON.parse(text.toString('utf8')))
  } catch {
    throw damaged({ name, folder }, { code: 'file-unusable', parameters: { file: 'dataset.json' } })
  }
  const files = { train: splitFiles(folder, 'train'), test: splitFiles(folder, 'test') }
  const dataset = { ...manifest, checksums: manifest.checksums ?? KNOWN_CHECKSUMS[name], folder, files }
  await verify(dataset, (file) => {
    throw damaged(dataset, { code: 'file-absent', parameters: { file } })
  })
  return dataset
}

/**
 * Looks again whether the files are those that were opened: size and time, and the contents where these differ. Files
 * that are gone pass: whoever opened them still has them.
 * Throws ResiduumError `dataset-damaged`.
 */
export const checkUnchanged = (dataset: Dataset): Promise<void> => verify(dataset, () => undefined)

async function verify(dataset: Dataset, missing: (file: string) => void): Promise<void> {
  const pixels = dataset.shape.reduce((product, size) => product * size, 1)
  for (const split of splitNames) {
    const count = dataset.counts[split]
    for (const [part, size] of [
      ['images', count * pixels],
      ['labels', count]
    ] as const) {
      const file = dataset.files[split][part]
      const found = await stat(file).catch(() => null)
      if (!found) {
        missing(file)
        continue
      }
      if (!found.isFile()) throw damaged(dataset, { code: 'file-irregular', parameters: { file } })
      if (found.size !== size) {
        throw damaged(dataset, { code: 'file-size', parameters: { file, bytes: found.size, wanted: size } })
      }
      const checksum = await checksumOf(file).catch((error: Error) => error)
      if (checksum instanceof Error) {
        throw damaged(dataset, { code: 'file-unreadable', parameters: { file, message: checksum.message } })
      }
      if (checksum !== dataset.checksums[split][part]) {
        throw damaged(dataset, { code: 'file-changed', parameters: { file } })
      }
    }
  }
}

/** Labels of a split, one byte a picture. */
export async function readLabels(dataset: Dataset, split: SplitName): Promise<Uint8Array> {
  return new Uint8Array(await readWhole(dataset.files[split].labels, MAX_LABEL_BYTES))
}

/**
 * Pictures of a split by their numbers as RGBA pixels (uint8, height x width x 4), ready for a canvas.
 * Throws ResiduumError `picture-missing` for a number outside the split, and `dataset-damaged`.
 */
export async function readPictures(
  dataset: Dataset,
  split: SplitName,
  indices: readonly number[]
): Promise<Uint8Array[]> {
  const count = dataset.counts[split]
  const outside = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= count)
  if (outside !== undefined) throw new ResiduumError('picture-missing', { index: String(outside), split, count })
  const [channels, height, width] = dataset.shape
  const plane = height * width
  const size = channels * plane
  const handle = await open(dataset.files[split].images, 'r')
  try {
    return await Promise.all(
      indices.map(async (index) => {
        const planes = new Uint8Array(size)
        const { bytesRead } = await handle.read(planes, 0, size, index * size)
        if (bytesRead !== size) throw damaged(dataset, { code: 'picture-absent', parameters: { index, split } })
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
