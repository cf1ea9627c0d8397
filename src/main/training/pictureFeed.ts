import { open, type FileHandle } from 'node:fs/promises'
import { ResiduumError } from '../../shared/errors'
import type { Experiment } from '../../shared/experiment/schema'
import { splitNames, type SplitName } from '../../shared/experiment/dataset'
import { readLabels, type Dataset } from '../datasets/dataset'
import type { BatchInput, PictureSource } from '../engine/input/batches'
import type { Fault } from '../../shared/messages/coded'
import { bytesPerPicture, wordsPerPicture } from '../engine/input/pictures'

/** Data sets up to so many bytes are held in TensorFlow; larger ones are read from the disk batch by batch. */
export const RESIDENT_LIMIT = 2 * 2 ** 30

/** Gives batches of a data set to a compiled network: by number where it is resident, else by reading ahead. */
export interface PictureFeed {
  source: PictureSource
  /** The batches of `size` of the pictures numbered in `order`, from batch `first` on. */
  batches(split: SplitName, order: Int32Array, size: number, first?: number): AsyncGenerator<PictureBatch>
  close(): Promise<void>
}

export interface PictureBatch {
  /** Which one it is of its order. */
  number: number
  indices: Int32Array
  input: BatchInput
}

/** Opens a feed of the data set, prepared as the experiment wants it. */
export async function openPictureFeed(
  dataset: Dataset,
  { architecture, recipe }: Experiment,
  residentLimit = RESIDENT_LIMIT
): Promise<PictureFeed> {
  const { height, width } = architecture.input
  const transform = { height, width, passes: recipe.resizePasses, ...recipe.normalization }
  const { shape, counts } = dataset
  const bytes = (counts.train + counts.test) * bytesPerPicture(shape)
  if (bytes <= residentLimit) {
    const split = (name: SplitName) => ({ ...dataset.files[name], count: counts[name], shape })
    return {
      source: { kind: 'resident', train: split('train'), test: split('test'), transform },
      batches: (_, order, size, first) => readAhead(order, size, first, (indices) => Promise.resolve({ indices })),
      close: () => Promise.resolve()
    }
  }
  const readers = new Map<SplitName, Reader>()
  for (const name of splitNames) {
    readers.set(name, {
      name,
      dataset,
      handle: await open(dataset.files[name].images, 'r'),
      labels: await readLabels(dataset, name)
    })
  }
  return {
    source: { kind: 'streamed', shape, transform },
    batches: (split, order, size, first) =>
      readAhead(order, size, first, (indices) => readBatch(readers.get(split)!, indices)),
    close: async () => {
      for (const { handle } of readers.values()) await handle.close()
    }
  }
}

/** The next batch is being read while the caller works on one: a step holds this thread, not the reading ones. */
async function* readAhead(
  order: Int32Array,
  size: number,
  first = 0,
  read: (indices: Int32Array) => Promise<BatchInput>
): AsyncGenerator<PictureBatch> {
  const count = Math.ceil(order.length / size)
  const start = (number: number) => {
    const indices = order.slice(number * size, (number + 1) * size)
    const reading = read(indices)
    // It fails when it is waited for; until then it must not count as unhandled.
    reading.catch(() => undefined)
    return { number, indices, reading }
  }
  let next = first < count ? start(first) : null
  while (next) {
    const { number, indices, reading } = next
    const input = await reading
    next = number + 1 < count ? start(number + 1) : null
    yield { number, indices, input }
  }
}

interface Reader {
  name: SplitName
  dataset: Dataset
  handle: FileHandle
  labels: Uint8Array
}

async function readBatch({ name, dataset, handle, labels }: Reader, indices: Int32Array): Promise<BatchInput> {
  const size = bytesPerPicture(dataset.shape)
  const stride = wordsPerPicture(dataset.shape) * 4
  const bytes = new Uint8Array(indices.length * stride)
  const readings = Array.from(indices, async (index, place) => {
    const { bytesRead } = await handle.read(bytes, place * stride, size, index * size)
    if (bytesRead !== size) {
      const { name: set, folder } = dataset
      const reason: Fault = { code: 'picture-absent', parameters: { index, split: name } }
      throw new ResiduumError('dataset-damaged', { name: set, folder, reason })
    }
  })
  await Promise.all(readings)
  return {
    words: new Int32Array(bytes.buffer),
    labels: Int32Array.from(indices, (index) => labels[index]!)
  }
}
