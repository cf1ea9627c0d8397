import type { CheckedLayer } from './check'
import { elements } from './layer'

/** How a layer's output size, parameters and multiply-adds come about, with its numbers filled in. */
export interface Formulas {
  size: string[]
  parameters: string | null
}

const AXES = ['H', 'W'] as const

/** The formulas of a layer as lines of text; numbers only, so that they need no translation. */
export function formulasOf({ kind, attributes, inputShapes, outputShape, parameters }: CheckedLayer): Formulas {
  const values = attributes as Record<string, number[] & boolean>
  const [input] = inputShapes as [readonly number[]]
  return { size: sizes(kind, values, input, outputShape, inputShapes), parameters: counts(parameters) }
}

function sizes(
  kind: string,
  { kernel_size: kernel, stride, padding, dilation, ceil_mode: ceil }: Record<string, number[] & boolean>,
  input: readonly number[],
  output: readonly number[],
  inputs: readonly (readonly number[])[]
): string[] {
  if (kernel && stride && padding) {
    const line = (axis: 0 | 1): string => {
      const [size, result] = [input[axis + 1]!, output[axis + 1]!]
      const [open, close] = ceil ? ['⌈', '⌉'] : ['⌊', '⌋']
      const spread = dilation?.[axis] ?? 1
      const window = spread === 1 ? `${kernel[axis]!}` : `${spread}·(${kernel[axis]!} − 1) − 1`
      return `${open}(${size} + 2·${padding[axis]!} − ${window}) / ${stride[axis]!}${close} + 1 = ${result}`
    }
    const lines = [line(0), line(1)]
    return lines[0] === lines[1] ? [`H = W = ${lines[0]}`] : lines.map((text, axis) => `${AXES[axis]} = ${text}`)
  }
  if (kind === 'Flatten' && input.length > 1) return [`${input.join('·')} = ${elements(input)}`]
  if (kind === 'Concatenate') return [`C = ${inputs.map((shape) => shape[0]).join(' + ')} = ${output[0]!}`]
  return []
}

function counts(parameters: CheckedLayer['parameters']): string | null {
  const trained = parameters.filter(({ trainable }) => trainable)
  if (trained.length === 0) return null
  const total = trained.reduce((sum, { shape }) => sum + elements(shape), 0)
  return `${trained.map(({ shape }) => shape.join('·')).join(' + ')} = ${total.toLocaleString('en')}`
}
