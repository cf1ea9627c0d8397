import {
  closeSync,
  mkdirSync,
  openSync,
  statSync,
  utimesSync,
  writeSync,
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
import {
  checkUnchanged,
  datasetFolder,
  KNOWN_CHECKSUMS,
  openDataset,
  readLabels,
  readPictures,
  type Dataset
} from '../../src/main/datasets/dataset'
import { TrainingControl } from '../../src/main/training/control'
import { train } from '../../src/main/training/train'
import { errorText } from '../../src/shared/errors'
import { presetExperiment } from '../../src/shared/presets'
import type { TrainingEvent } from '../../src/shared/run/events'

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
    expect(made.checksums).toEqual(KNOWN_CHECKSUMS.cifar10)
    expect(JSON.parse(readFileSync(join(made.folder, 'dataset.json'), 'utf8'))).toMatchObject({
      checksums: made.checksums
    })

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
    await expect(prepareCifar10(work)).rejects.toMatchObject({ code: 'dataset-source', parameters: { folder: work } })
    expect(existsSync(datasetFolder('cifar10'))).toBe(false)
  })

  /** The real cache, in a folder of its own. */
  function copyCache(): string {
    const folder = datasetFolder('cifar10')
    mkdirSync(folder, { recursive: true })
    for (const name of ['train.images.u8', 'train.labels.u8', 'test.images.u8', 'test.labels.u8', 'dataset.json']) {
      copyFileSync(join(real.folder, name), join(folder, name))
    }
    return folder
  }

  /** Another byte in a file of the same size. */
  function spoil(file: string, place: number, value: number): void {
    const handle = openSync(file, 'r+')
    writeSync(handle, Buffer.of(value), 0, 1, place)
    closeSync(handle)
  }

  it.each([
    ['test.labels.u8', 77, 200],
    ['train.images.u8', 100_000_000, 1]
  ])('one other byte in %s is found when the set is opened, whatever its time says', async (name, place, value) => {
    const file = join(copyCache(), name)
    const { atime, mtime } = statSync(file)
    expect(readFileSync(file)[place]).not.toBe(value)
    await openDataset('cifar10')
    spoil(file, place, value)
    utimesSync(file, atime, mtime)
    await expect(openDataset('cifar10')).rejects.toMatchObject({
      code: 'dataset-damaged',
      parameters: { reason: { code: 'file-changed', parameters: { file } } },
      message: expect.stringContaining('npm run setup') as unknown
    })
  })

  it('what only looks changed goes on, what is gone too, and what has changed does not', async () => {
    const folder = copyCache()
    const dataset = await openDataset('cifar10')
    const file = join(folder, 'test.labels.u8')
    utimesSync(file, 1, 1)
    await checkUnchanged(dataset)
    const label = readFileSync(file)[0]!
    spoil(file, 0, label ^ 1)
    await expect(checkUnchanged(dataset)).rejects.toMatchObject({ code: 'dataset-damaged' })
    spoil(file, 0, label)
    await checkUnchanged(dataset)
    rmSync(folder, { recursive: true })
    await checkUnchanged(dataset)
  })

  it.each([
    ['labels that no class has', 'train.labels.u8'],
    ['other pictures', 'train.images.u8']
  ])('%s in mid-run end it with the file’s name, and its figures are not kept', async (_, name) => {
    const file = join(copyCache(), name)
    const experiment = presetExperiment('lenet-5')
    Object.assign(experiment.recipe, { epochs: 3, batchSize: 64, trainLimit: 256, testLimit: 64 })
    const events: TrainingEvent[] = []
    await train({ experiment, folder: join(work, 'run') }, new TrainingControl(), (event) => {
      events.push(event)
      if (event.type === 'epoch') for (let place = 0; place < 256; place++) spoil(file, place, 200)
    })
    expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(1)
    const end = events.at(-1) as Extract<TrainingEvent, { type: 'ended' }>
    expect(end).toMatchObject({ status: 'failed', error: { code: 'dataset-damaged' } })
    expect(errorText(end.error!)).toContain(name)
  })

  it('a truncated file or an unreadable manifest is found before training', async () => {
    const folder = copyCache()
    await openDataset('cifar10')
    truncateSync(join(folder, 'test.images.u8'), 1000)
    await expect(openDataset('cifar10')).rejects.toMatchObject({ code: 'dataset-damaged' })
    writeFileSync(join(folder, 'dataset.json'), '{"format":')
    await expect(openDataset('cifar10')).rejects.toMatchObject({
      code: 'dataset-damaged',
      parameters: { reason: { code: 'file-unusable', parameters: { file: 'dataset.json' } } }
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
  for (const index of [10_000, -1, 0.5, NaN, Infinity, 2 ** 31, 2 ** 53 - 1, 2 ** 53]) {
    await expect(readPictures(dataset, 'test', [0, index])).rejects.toMatchObject({
      code: 'picture-missing',
      parameters: { index: String(index), split: 'test', count: 10_000 }
    })
  }
  const labels = await readLabels(dataset, 'train')
  const counts = Array.from({ length: 10 }, (_, label) => labels.filter((value) => value === label).length)
  expect(counts).toEqual(new Array(10).fill(5000))
})
