import type { ResizePasses } from '../../../shared/experiment/schema'
import type { Graph, Tensor } from '../graph/graph'
import { binary, cast, constant, floor } from '../graph/ops/arithmetic'
import { matMul } from '../graph/ops/matrix'
import { gather, reshape, transpose } from '../graph/ops/shape'
import { sliceLast } from '../graph/ops/slicing'
import { bilinearMatrix, isExactInFloat32, isVerticalFirst } from './resize'

/** A split as the cache keeps it: uint8 files, pictures in NCHW order, one label a byte. */
export interface SplitFiles {
  images: string
  labels: string
  count: number
  /** Channels, height, width. */
  shape: readonly [number, number, number]
}

export interface PictureTransform {
  /** Height and width the network wants. */
  height: number
  width: number
  /** Which pass of the resize comes first. */
  passes: ResizePasses
  mean: readonly number[]
  std: readonly number[]
}

/** A batch as the data set has it: uint8 NCHW pictures and int32 labels [batch]. */
export interface SourceBatch {
  pictures: Tensor
  labels: Tensor
}

/** Takes batches of a split by indices. */
export type SplitReader = (indices: Tensor) => SourceBatch

/**
 * Puts a split into the graph as uint8, so that a step is fed no more than indices. The files are mapped into
 * memory, not read: a split costs no memory that the system could not take back, and no time to load.
 */
export function residentSplit(graph: Graph, name: string, files: SplitFiles): SplitReader {
  // On a GPU the whole data set would cross to it with every step.
  return (indices) =>
    graph.onCpu(() =>
      graph.within(name, () => {
        const images = mappedBytes(graph, files.images, [files.count, ...files.shape])
        const labels = mappedBytes(graph, files.labels, [files.count])
        return {
          pictures: gather(graph, images, indices),
          labels: cast(graph, gather(graph, labels, indices), 'int32')
        }
      })
    )
}

/** How many int32 hold the bytes of one picture: TensorFlow.js cannot feed uint8. */
export const wordsPerPicture = (shape: readonly number[]): number => Math.ceil(bytesPerPicture(shape) / 4)
export const bytesPerPicture = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** uint8 NCHW pictures out of fed int32 [batch, words], little-endian as they lay in memory. */
export function unpackPictures(graph: Graph, words: Tensor, shape: readonly [number, number, number]): Tensor {
  const count = wordsPerPicture(shape)
  const bytes = graph.emit('Bitcast', [words], { T: { type: 'int32' }, type: { type: 'uint8' } }, [
    { dtype: 'uint8', shape: [null, count, 4] }
  ])[0]!
  const flat = reshape(graph, bytes, [null, 4 * count])
  return reshape(graph, firstOfLast(graph, flat, bytesPerPicture(shape)), [null, ...shape])
}

const firstOfLast = (graph: Graph, x: Tensor, count: number): Tensor =>
  x.shape[x.shape.length - 1] === count ? x : sliceLast(graph, x, 0, count)

function mappedBytes(graph: Graph, file: string, shape: readonly number[]): Tensor {
  return graph.emit(
    'ImmutableConst',
    [],
    {
      dtype: { type: 'uint8' },
      shape: { shape },
      memory_region_name: { string: file },
      // TensorFlow would fold it into the graph as a constant, twice in memory; nodes with this attribute it leaves.
      _scoped_allocator: { ints: [] }
    },
    [{ dtype: 'uint8', shape }]
  )[0]!
}

/** float32 NHWC pixels to what the network gets: `(x / 255 - mean) / std` per channel. */
export function normalise(graph: Graph, pixels: Tensor, { mean, std }: Pick<PictureTransform, 'mean' | 'std'>): Tensor {
  // One value for all channels is several times faster than one for each of them.
  const values = (each: readonly number[]): Tensor =>
    constant(graph, each.every((value) => value === each[0]) ? each[0]! : each)
  const scale = values(std.map((deviation) => 1 / (255 * deviation)))
  const shift = values(mean.map((value, channel) => value / std[channel]!))
  return binary(graph, 'Sub', binary(graph, 'Mul', pixels, scale), shift)
}

/**
 * uint8 NCHW to whole pixel values, NHWC float32, as PIL.Image.resize(BILINEAR) of Pillow 13.0 gives
 * them: floor(x + 0.5) after each pass, so that their order counts. Each pass is one matrix product.
 */
export function resizedPixels(
  graph: Graph,
  pictures: Tensor,
  { height, width, passes }: Pick<PictureTransform, 'height' | 'width' | 'passes'>
): Tensor {
  const [batch, channels, fromHeight, fromWidth] = pictures.shape as [number | null, number, number, number]
  if (fromHeight === height && fromWidth === width) {
    return transpose(graph, cast(graph, pictures, 'float32'), [0, 2, 3, 1])
  }
  const exact = isExactInFloat32(fromWidth, width) && isExactInFloat32(fromHeight, height)
  const dtype = exact ? 'float32' : 'float64'
  const values = cast(graph, pictures, dtype)
  const pass = (rows: Tensor, size: number, target: number): Tensor => {
    const flat = reshape(graph, rows, [null, size])
    const matrix = constant(graph, bilinearMatrix(size, target), dtype, [size, target])
    const product = matMul(graph, flat, matrix)
    return floor(graph, binary(graph, 'AddV2', product, constant(graph, 0.5, dtype)))
  }
  let pixels: Tensor
  if (passes === 'pillow-13' && isVerticalFirst([fromHeight, fromWidth], [height, width])) {
    const upright = transpose(graph, values, [0, 1, 3, 2])
    const low = reshape(graph, pass(upright, fromHeight, height), [batch, channels, fromWidth, height])
    const turned = transpose(graph, low, [0, 1, 3, 2])
    const both = reshape(graph, pass(turned, fromWidth, width), [batch, channels, height, width])
    pixels = transpose(graph, both, [0, 2, 3, 1])
  } else {
    const wide = reshape(graph, pass(values, fromWidth, width), [batch, channels, fromHeight, width])
    const turned = transpose(graph, wide, [0, 1, 3, 2])
    const both = reshape(graph, pass(turned, fromHeight, height), [batch, channels, width, height])
    pixels = transpose(graph, both, [0, 3, 2, 1])
  }
  return exact ? pixels : cast(graph, pixels, 'float32')
}
