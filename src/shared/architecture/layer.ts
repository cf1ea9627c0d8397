import { z } from 'zod'
import { ArchitectureProblem, formatShape } from './problems'

/** One picture's values without the batch: `[channels, height, width]` or `[features]`. */
export type Shape = readonly number[]

/** How a parameter gets its first values, before the recipe's initialisation is applied. */
export type Initial =
  /** A convolution's or linear layer's weight: the recipe's initialiser decides; fans as PyTorch counts them. */
  | { rule: 'weight'; fanIn: number; fanOut: number }
  /** Uniform between -bound and bound: PyTorch's default for biases. */
  | { rule: 'uniform'; bound: number }
  | { rule: 'constant'; value: number }

export interface Parameter {
  /** Name within the layer, as in PyTorch: `weight`, `bias`, `running_mean`. */
  name: string
  /** Shape in PyTorch's layout (a convolution's weight is out, in, height, width). */
  shape: readonly number[]
  initial: Initial
  /** False for buffers such as running statistics: saved with the weights, not trained. */
  trainable: boolean
}

/**
 * A layer kind: its attributes, its shape rule, its parameters and its cost; nothing else.
 * What it computes stands under the same name in `main/engine/layers`.
 */
export interface LayerDefinition<A = unknown> {
  kind: string
  category: 'convolution' | 'pooling' | 'normalization' | 'activation' | 'linear' | 'shape' | 'join'
  /** PyTorch's names and defaults. */
  attributes: z.ZodType<A>
  /** Least and most inputs. */
  inputs: { min: number; max: number }
  /** Throws ArchitectureProblem when the inputs do not fit. */
  outputShape(attributes: A, inputs: readonly Shape[]): Shape
  parameters(attributes: A, inputs: readonly Shape[]): Parameter[]
  /** Multiply-add operations for one picture. */
  multiplyAdds(attributes: A, inputs: readonly Shape[], output: Shape): number
}

export function defineLayer<A>(
  definition: Pick<LayerDefinition<A>, 'kind' | 'category' | 'attributes' | 'outputShape'> & Partial<LayerDefinition<A>>
): LayerDefinition<A> {
  return {
    inputs: { min: 1, max: 1 },
    parameters: () => [],
    multiplyAdds: () => 0,
    ...definition
  }
}

const dimension = (min: number): z.ZodNumber => z.number().int().min(min).max(65536)
export const count = dimension(1)

/** An integer for both directions or `[height, width]`, as PyTorch takes it; parsed to a pair. */
export const pair = (min: number): z.ZodType<[number, number]> =>
  z
    .union([dimension(min), z.tuple([dimension(min), dimension(min)])])
    .transform((value): [number, number] => (Array.isArray(value) ? value : [value, value]))

/** The channels, height and width of `shape`. Throws ArchitectureProblem `needs-image`. */
export function asImage(shape: Shape): { channels: number; height: number; width: number } {
  if (shape.length !== 3) throw new ArchitectureProblem('needs-image', { shape: formatShape(shape) })
  return { channels: shape[0]!, height: shape[1]!, width: shape[2]! }
}

interface Window {
  kernel_size: readonly [number, number]
  stride: readonly [number, number]
  padding: readonly [number, number]
  dilation?: readonly [number, number]
  ceil_mode?: boolean
}

/**
 * Height and width after a sliding window: `floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1`,
 * as torch.nn.Conv2d and the poolings give it; `ceil_mode` rounds up, so that a window up to a stride larger than the
 * padded input gives one output, but no window may begin behind the input and its first padding. Throws ArchitectureProblem `window-too-large`.
 */
export function slide(
  input: Shape,
  { kernel_size, stride, padding, dilation = [1, 1], ceil_mode = false }: Window
): [number, number] {
  const { height, width } = asImage(input)
  const along = (size: number, axis: 0 | 1): number => {
    const kernel = dilation[axis] * (kernel_size[axis] - 1) + 1
    const room = size + 2 * padding[axis] - kernel
    const windows = (ceil_mode ? Math.ceil(room / stride[axis]) : Math.floor(room / stride[axis])) + 1
    if (windows < 1) {
      throw new ArchitectureProblem('window-too-large', {
        kernel: kernel_size.join('x'),
        input: `${height}x${width}`,
        padding: padding.join('x')
      })
    }
    return ceil_mode && (windows - 1) * stride[axis] >= size + padding[axis] ? windows - 1 : windows
  }
  return [along(height, 0), along(width, 1)]
}

export const elements = (shape: Shape): number => shape.reduce((product, size) => product * size, 1)

export const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
