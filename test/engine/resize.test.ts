import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/main/datasets/dataset'
import { Graph } from '../../src/main/engine/graph/graph'
import { cast, placeholder } from '../../src/main/engine/graph/ops/arithmetic'
import { Session } from '../../src/main/engine/graph/session'
import { residentSplit, resizedPixels } from '../../src/main/engine/input/pictures'
import { recipeSchema, type ResizePasses } from '../../src/shared/experiment/schema'
import { presetExperiment } from '../../src/shared/presets'
import allPictures from '../fixtures/resize-test-pictures.json'
import { readFixture } from './support'

describe('resize equals Pillow in every pixel', () => {
  const fixture = readFixture('resize')

  const resize = async (key: string, passes: ResizePasses): Promise<number[]> => {
    const [fromHeight, fromWidth, height, width] = key.split(/[x-]/).map(Number) as [number, number, number, number]
    const pictures = fixture.tensors.get(`${key}.pictures`)!
    const graph = new Graph()
    const input = placeholder(graph, 'int32', [null, 3, fromHeight, fromWidth])
    const output = resizedPixels(graph, cast(graph, input, 'uint8'), { height, width, passes })
    const session = await Session.open(graph, {
      resize: { inputs: { input }, outputs: { output: cast(graph, output, 'int32') } }
    })
    const feed = { values: Int32Array.from(pictures.values), shape: pictures.shape }
    const { output: resized } = session.run('resize', { input: feed })
    session.close()
    return [...resized!]
  }

  it.each([
    [32, 32, 96, 96],
    [32, 32, 45, 33],
    [40, 33, 32, 21],
    [8, 8, 8, 8],
    [32, 32, 24, 40],
    [32, 32, 20, 50],
    [24, 32, 40, 20],
    [30, 30, 20, 25],
    [30, 30, 19, 25],
    [30, 30, 20, 12],
    [30, 30, 20, 30],
    [30, 30, 30, 20]
  ])('%i x %i to %i x %i', async (fromHeight, fromWidth, height, width) => {
    const key = `${fromHeight}x${fromWidth}-${height}x${width}`
    expect(await resize(key, 'pillow-13')).toEqual([...fixture.tensors.get(`${key}.resized`)!.values])
  })

  it('runs of before keep their order of passes, new ones have Pillow’s', async () => {
    const key = '32x32-24x40'
    const before = [...fixture.tensors.get(`${key}.horizontal-first`)!.values]
    expect(before).not.toEqual([...fixture.tensors.get(`${key}.resized`)!.values])
    expect(await resize(key, 'horizontal-first')).toEqual(before)
    const { recipe } = presetExperiment('resnet-20')
    expect(recipe.resizePasses).toBe('pillow-13')
    const { resizePasses, ...older } = recipe
    expect(recipeSchema.parse(older).resizePasses).not.toBe(resizePasses)
  })

  it('all CIFAR-10 test pictures, through the resident data set', async () => {
    const dataset = await openDataset('cifar10')
    const { pictures, side, sha256 } = allPictures
    expect(dataset.counts.test).toBe(pictures)
    const graph = new Graph()
    const split = residentSplit(graph, 'test', { ...dataset.files.test, count: pictures, shape: dataset.shape })
    const indices = placeholder(graph, 'int32', [null])
    const x = resizedPixels(graph, split(indices).pictures, { height: side, width: side, passes: 'pillow-13' })
    const session = await Session.open(graph, {
      pictures: { inputs: { indices }, outputs: { pixels: cast(graph, x, 'int32') } }
    })
    const hash = createHash('sha256')
    const batch = 500
    for (let begin = 0; begin < pictures; begin += batch) {
      const values = Int32Array.from({ length: batch }, (_, offset) => begin + offset)
      const { pixels } = session.run('pictures', { indices: { values, shape: [batch] } })
      hash.update(Uint8Array.from(pixels!))
    }
    session.close()
    expect(hash.digest('hex')).toBe(sha256)
  })
})
