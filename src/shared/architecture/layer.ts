import { z } from 'zod'
import { ArchitectureProblem, formatShape } from './problems'
import type { AttributeValue } from './schema'
import type { Symbolic } from './symbolic'

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

/** A sliding window, as a convolution or a pooling has it: height before width. */
export interface Window {
  kernel_size: readonly [number, number]
  stride: readonly [number, number]
  padding: readonly [number, number]
  dilation?: readonly [number, number]
  ceil_mode?: boolean
}

/** How much one value sees of what enters: what it saw before, a window of it, or all. */
export type Sight = 'same' | 'whole' | Window

/** What a layer keeps of one picture for the backward pass. */
export interface Kept {
  /** Tensors of the size of the output beside it: what its composed ops leave on the tape. */
  extra: number
  /** Whether its gradient needs what it gave: where it does not, what reads it may take its place. */
  output: boolean
  /** Whose output it may overwrite with its own: its gradient needs what it gave, not what it got. */
  overwrites: 'any' | 'all-but-convolutions' | 'none'
  /** Whether its output is its input in another shape, without memory of its own. */
  view: boolean
}

/** A mean and variance that a layer takes in training: over how many values each is of a batch. */
export interface Statistics<A> {
  values(attributes: A, input: Shape, batch: number): number
  /** As torch.nn counts them, which refuses to train where it counts one. */
  counted(attributes: A, input: Shape, batch: number): number
}

/** One attribute in the line that sums up a layer; those that no part names follow with their names. */
export type SummaryPart = { attribute: string } & (
  | /** `3×3`. */ { as: 'window' }
  | /** `64`. */ { as: 'value' }
  | /** `stride 2`, unless it has the value `unless`. */ { as: 'named'; name: string; unless: AttributeValue }
  | /** `name` where it has the value `when`, else nothing. */ { as: 'word'; name: string; when: AttributeValue }
)

/** Stands among a constructor's leading arguments for the channels or features of the input. */
export const INPUT_CHANNELS = ''

/** How PyTorch code has a kind. */
export type PythonForm =
  /** A submodule. */
  | {
      form: 'module'
      /** Its class, as `nn.Conv2d`. */
      name: string
      /** What its constructor takes first and without names: attributes and INPUT_CHANNELS. */
      leading: readonly string[]
      /** The class that finds the channels of its input at the first batch; null where PyTorch has none. */
      lazy: string | null
    }
  /** Its inputs with an operator between them; behind them a constant, if it has one. */
  | {
      form: 'infix'
      operator: '+' | '*'
      /** The attribute that is the constant, what a variable for it is called, and the value that changes nothing. */
      constant: { attribute: string; stem: string; neutral: number } | null
    }
  /** A function of PyTorch of the list of its inputs. */
  | { form: 'call'; name: `torch.${string}`; keywords: readonly string[] }

/**
 * All that is known of a layer kind. What it computes stands under the same name in `main/engine/layers`, what it is
 * for in words in the screens' texts, under `layerHelp`.
 */
export interface LayerDefinition<A = unknown> {
  /** Its name in a drawing: PyTorch's, where PyTorch has it. */
  kind: string
  /** What it is called where there is room for a few letters only. */
  short: string
  category: 'convolution' | 'pooling' | 'normalization' | 'activation' | 'regularization' | 'linear' | 'shape' | 'join'
  /** PyTorch's names and defaults. */
  attributes: z.ZodType<A>
  /** Least and most inputs. */
  inputs: { min: number; max: number }
  /** Throws ArchitectureProblem when the inputs do not fit. */
  outputShape(attributes: A, inputs: readonly Shape[]): Shape
  parameters(attributes: A, inputs: readonly Shape[]): Parameter[]
  /** Multiply-add operations for one picture. */
  multiplyAdds(attributes: A, inputs: readonly Shape[], output: Shape): number

  /** What a new one is called, as tutorials call it; `numbered` unless there is mostly one of them in a drawing. */
  name: { stem: string; numbered: boolean }
  /** What it is inserted with: a value for each attribute that has no default, and whatever else is usual. */
  firstAttributes: Readonly<Record<string, AttributeValue>>
  /** The attributes that a reader looks for, in the manner of papers: `3×3, 64, stride 2, pad 1`. */
  summary: readonly SummaryPart[]
  /** How the size of its output comes about, a line each, with its numbers filled in. */
  formula(attributes: A, inputs: readonly Shape[], output: Shape): string[]

  sight(attributes: A): Sight
  kept: Kept
  /** Null where it takes no mean. */
  statistics: Statistics<A> | null

  python: PythonForm
  /** What leaves it in the terms of a block's parameters, given the attributes as they are drawn. */
  symbolicOutput(attributes: Readonly<Record<string, AttributeValue>>, inputs: readonly Symbolic[]): Symbolic

  /** Whether it counts as a layer of a network's depth: one with weights over all that enters it. */
  carriesWeights: boolean
  /** Whether paths meet in it, so that a shortcut around other layers can end there. */
  joinsPaths: boolean
  /** Whether it gives 0 for all below 0, so that a channel of it can be dead. */
  rectifies: boolean
  /** Whether it takes away each channel's mean, and with it the bias of a layer before it. */
  removesBias: boolean
  /** Whether, behind the last scores, it keeps from the softmax of the loss what that could not make of them itself. */
  spoilsScores: boolean
}

/** A kind with the type of its attributes. All that is known of one must be said: what is left out does not compile. */
export const defineLayer = <A>(
  definition: Omit<LayerDefinition<NoInfer<A>>, 'attributes'> & { attributes: z.ZodType<A> }
): LayerDefinition<A> => definition

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
