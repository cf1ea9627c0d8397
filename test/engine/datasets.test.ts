import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  copyFileSync,
  existsSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareCifar10 } from '../../src/main/datasets/cifar10'
import { datasetFolder, openDataset, readLabels, readPictures, type Dataset } from '../../src/main/datasets/dataset'

const PIXELS = 3072
const BATCH = 10_000

/** The official binary layout, made from the cache: a label byte and the planes of each picture. */
function writeOfficial(dataset: Dataset, folder: string): void {
  for (const [split, names] of [
    ['train', [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`)],
    ['test', ['test_batch.bin']]
  ] as const) {
    const images = readFileSync(dataset.files[split].images)
    const labels = readFileSync(dataset.files[split].labels)
    names.forEach((name, index) => {
      const records = Buffer.alloc(BATCH * (PIXELS + 1))
      for (let picture = 0; picture < BATCH; picture++) {
        const from = index * BATCH + picture
        records[picture * (PIXELS + 1)] = labels[from]!
        images.copy(records, picture * (PIXELS + 1) + 1, from * PIXELS, (from + 1) * PIXELS)
      }
      writeFileSync(join(folder, name), records)
    })
  }
}

describe('CIFAR-10', () => {
  let work: string
  let real: Dataset
  const cache = process.env.RESIDUUM_CACHE

  beforeEach(async () => {
    real = await openDataset('cifar10')
    work = mkdtempSync(join(tmpdir(), 'residuum-data-'))
    process.env.RESIDUUM_CACHE = join(work, 'cache')
  })
  afterEach(() => {
    if (cache === undefined) delete process.env.RESIDUUM_CACHE
    else process.env.RESIDUUM_CACHE = cache
    rmSync(work, { recursive: true, force: true })
  })

  it('is taken from the official files too, and gives the same pictures; one wrong byte is refused', async () => {
    const source = join(work, 'official')
    mkdirSync(source)
    writeOfficial(real, source)
    await prepareCifar10(source)
    const made = await openDataset('cifar10')
    expect(readFileSync(made.files.test.images).equals(readFileSync(real.files.test.images))).toBe(true)

    rmSync(datasetFolder('cifar10'), { recursive: true })
    const batch = readFileSync(join(source, 'data_batch_3.bin'))
    batch[12345]! ^= 1
    writeFileSync(join(source, 'data_batch_3.bin'), batch)
    await expect(prepareCifar10(source)).rejects.toMatchObject({
      code: 'dataset-checksum',
      parameters: { file: 'data_batch_3', expected: '942cd6a4bcdd0dd3c604fbe906cb4421' }
    })
    await expect(openDataset('cifar10')).rejects.toMatchObject({ code: 'dataset-missing' })
  })

  it('says what is missing from a folder that is not CIFAR-10', async () => {
    await expect(prepareCifar10(work)).rejects.toMatchObject({ code: 'dataset-damaged' })
    expect(existsSync(datasetFolder('cifar10'))).toBe(false)
  })

  it('a truncated file or an unreadable manifest is found before training', async () => {
    const folder = datasetFolder('cifar10')
    mkdirSync(folder, { recursive: true })
    for (const name of ['train.images.u8', 'train.labels.u8', 'test.images.u8', 'test.labels.u8', 'dataset.json']) {
      copyFileSync(join(real.folder, name), join(folder, name))
    }
    await openDataset('cifar10')
    truncateSync(join(folder, 'test.images.u8'), 1000)
    await expect(openDataset('cifar10')).rejects.toMatchObject({ code: 'dataset-damaged' })
    writeFileSync(join(folder, 'dataset.json'), '{"format":')
    await expect(openDataset('cifar10')).rejects.toMatchObject({
      code: 'dataset-damaged',
      parameters: { reason: 'dataset.json is not readable' }
    })
  })
})

it('pictures are read by their numbers as RGBA, and a number outside the split is refused', async () => {
  const dataset = await openDataset('cifar10')
  const [first, last] = await readPictures(dataset, 'test', [0, 9999])
  const planes = readFileSync(dataset.files.test.images).subarray(0, PIXELS)
  expect([...first!.subarray(0, 8)]).toEqual([
    planes[0],
    planes[1024],
    planes[2048],
    255,
    planes[1],
    planes[1025],
    planes[2049],
    255
  ])
  expect(last).toHaveLength(32 * 32 * 4)
  await expect(readPictures(dataset, 'test', [10_000])).rejects.toMatchObject({ code: 'dataset-damaged' })
  const labels = await readLabels(dataset, 'train')
  const counts = Array.from({ length: 10 }, (_, label) => labels.filter((value) => value === label).length)
  expect(counts).toEqual(new Array(10).fill(5000))
})
