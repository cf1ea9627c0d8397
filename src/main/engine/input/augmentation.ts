import type { Augmentation } from '../../../shared/experiment/augmentation'
import type { Graph, Tensor, TensorShape } from '../graph/graph'
import { binary, cast, constant, placeholder } from '../graph/ops/arithmetic'
import type { Mixture } from '../graph/ops/loss'
import { gather, reshape } from '../graph/ops/shape'

/**
 * What is random in a step's pictures comes from outside, one feed each, so that a test can say what happens
 * and a resumed run needs no generator's state. `drawAugmentation` draws it.
 */
export interface AugmentationInputs {
  /** int32 [batch, height] and [batch, width]: which source row and column each one shows; -1 is black. */
  rows?: Tensor
  columns?: Tensor
  /** float32 [batch]. */
  brightness?: Tensor
  contrast?: Tensor
  /** int32 [batch]: first row and column of the square, which may lie outside. */
  cutoutTop?: Tensor
  cutoutLeft?: Tensor
  /** int32 [batch]: the picture of the same batch that each is mixed with, and float32 [], its own share. */
  partner?: Tensor
  share?: Tensor
}

export const isGeometric = ({ horizontalFlip, crop, translation }: Augmentation): boolean =>
  horizontalFlip !== 'none' || crop !== null || translation > 0

/** Whether some of a picture may be black: cropped with zeros or moved. */
const hasBlack = ({ crop, translation }: Augmentation): boolean => crop?.mode === 'zeros' || translation > 0

/** A feed for everything the rules make random. `height` and `width` are those of the source pictures. */
export function augmentationInputs(
  graph: Graph,
  rules: Augmentation,
  { height, width }: { height: number; width: number }
): AugmentationInputs {
  const inputs: AugmentationInputs = {}
  if (isGeometric(rules)) {
    inputs.rows = placeholder(graph, 'int32', [null, height])
    inputs.columns = placeholder(graph, 'int32', [null, width])
  }
  if (rules.brightness > 0) inputs.brightness = placeholder(graph, 'float32', [null])
  if (rules.contrast > 0) inputs.contrast = placeholder(graph, 'float32', [null])
  if (rules.cutout > 0) {
    inputs.cutoutTop = placeholder(graph, 'int32', [null])
    inputs.cutoutLeft = placeholder(graph, 'int32', [null])
  }
  if (rules.mixup > 0) {
    inputs.partner = placeholder(graph, 'int32', [null])
    inputs.share = placeholder(graph, 'float32', [])
  }
  return inputs
}

/** uint8 NCHW pictures with rows and columns taken as `inputs` say: flip, crop and translation in one. */
export function rearrange(graph: Graph, pictures: Tensor, inputs: AugmentationInputs, rules: Augmentation): Tensor {
  const { rows, columns } = inputs
  if (!rows || !columns) return pictures
  const [batch, channels, height, width] = pictures.shape as [number | null, number, number, number]
  const zero = constant(graph, 0, 'int32')
  const line = (tensor: Tensor, shape: TensorShape): Tensor =>
    reshape(graph, binary(graph, 'Maximum', tensor, zero), shape)
  const first = binary(graph, 'Mul', line(rows, [null, height, 1]), constant(graph, width, 'int32'))
  const places = broadcast(graph, 'AddV2', first, line(columns, [null, 1, width]), [batch, height, width])
  const flat = reshape(graph, pictures, [null, channels, height * width])
  const indices = reshape(graph, places, [null, height * width])
  const taken = graph.emit(
    'GatherV2',
    [flat, indices, constant(graph, 2, 'int32')],
    { Tparams: { type: 'uint8' }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' }, batch_dims: { int: 1 } },
    [{ dtype: 'uint8', shape: flat.shape }]
  )[0]!
  const moved = reshape(graph, taken, pictures.shape)
  if (!hasBlack(rules)) return moved
  const shown = (tensor: Tensor, shape: TensorShape): Tensor =>
    reshape(graph, cast(graph, compare(graph, 'GreaterEqual', tensor, zero), 'uint8'), shape)
  const shows = broadcast(graph, 'Mul', shown(rows, [null, 1, height, 1]), shown(columns, [null, 1, 1, width]), [
    batch,
    1,
    height,
    width
  ])
  return broadcast(graph, 'Mul', moved, shows, pictures.shape)
}

/** torchvision's adjust_brightness and then adjust_contrast of float32 NHWC pixels, 0 to 255. */
export function recolour(graph: Graph, pixels: Tensor, { brightness, contrast }: AugmentationInputs): Tensor {
  const [, height, width, channels] = pixels.shape as [number | null, number, number, number]
  const each = (factor: Tensor): Tensor => reshape(graph, factor, [null, 1, 1, 1])
  const clip = (x: Tensor): Tensor =>
    graph.emit('ClipByValue', [x, constant(graph, 0), constant(graph, 255)], { T: { type: 'float32' } }, [x])[0]!
  const bright = brightness ? clip(broadcast(graph, 'Mul', pixels, each(brightness), pixels.shape)) : pixels
  if (!contrast) return bright
  const luma = channels === 3 ? [0.2989, 0.587, 0.114] : new Array<number>(channels).fill(1 / channels)
  const share = constant(
    graph,
    luma.map((weight) => weight / (height * width))
  )
  const grey = graph.emit(
    'Sum',
    [binary(graph, 'Mul', bright, share), constant(graph, [1, 2, 3], 'int32')],
    { T: { type: 'float32' }, Tidx: { type: 'int32' }, keep_dims: { bool: true } },
    [{ dtype: 'float32', shape: [null, 1, 1, 1] }]
  )[0]!
  const factor = each(contrast)
  const rest = binary(graph, 'Mul', grey, binary(graph, 'Sub', constant(graph, 1), factor))
  const own = broadcast(graph, 'Mul', bright, factor, pixels.shape)
  return clip(broadcast(graph, 'AddV2', own, rest, pixels.shape))
}

/** float32 NHWC with a square of `size` pixels set to 0. */
export function cutOut(graph: Graph, x: Tensor, { cutoutTop, cutoutLeft }: AugmentationInputs, size: number): Tensor {
  if (!cutoutTop || !cutoutLeft) return x
  const [batch, height, width] = x.shape as [number | null, number, number]
  const within = (first: Tensor, length: number, shape: TensorShape): Tensor => {
    const places = constant(
      graph,
      Array.from({ length }, (_, place) => place),
      'int32',
      [1, length]
    )
    const distance = broadcast(graph, 'Sub', places, reshape(graph, first, [null, 1]), [batch, length])
    const inside = graph.emit(
      'LogicalAnd',
      [
        compare(graph, 'GreaterEqual', distance, constant(graph, 0, 'int32')),
        compare(graph, 'Less', distance, constant(graph, size, 'int32'))
      ],
      {},
      [{ dtype: 'bool', shape: distance.shape }]
    )[0]!
    return reshape(graph, cast(graph, inside, 'float32'), shape)
  }
  const rows = within(cutoutTop, height, [null, height, 1, 1])
  const columns = within(cutoutLeft, width, [null, 1, width, 1])
  const square = broadcast(graph, 'Mul', rows, columns, [batch, height, width, 1])
  return binary(graph, 'Mul', x, binary(graph, 'Sub', constant(graph, 1), square))
}

/** Each picture averaged with its partner, and the partner's label beside its own. */
export function mixUp(
  graph: Graph,
  x: Tensor,
  labels: Tensor,
  { partner, share }: AugmentationInputs
): { x: Tensor; mixture: Mixture | null } {
  if (!partner || !share) return { x, mixture: null }
  const other = binary(graph, 'Mul', gather(graph, x, partner), binary(graph, 'Sub', constant(graph, 1), share))
  return {
    x: binary(graph, 'AddV2', binary(graph, 'Mul', x, share), other),
    mixture: { labels: gather(graph, labels, partner), share }
  }
}

const compare = (graph: Graph, op: 'GreaterEqual' | 'Less', a: Tensor, b: Tensor): Tensor =>
  graph.emit(op, [a, b], { T: { type: a.dtype } }, [{ dtype: 'bool', shape: a.shape }])[0]!

/** A binary op whose result has another shape than either input. */
const broadcast = (graph: Graph, op: 'AddV2' | 'Sub' | 'Mul', a: Tensor, b: Tensor, shape: TensorShape): Tensor =>
  graph.emit(op, [a, b], { T: { type: a.dtype } }, [{ dtype: a.dtype, shape }])[0]!
