import { ResiduumError } from '../../errors'
import { fieldsOf, type Field } from '../fields'
import type { LayerNode } from '../schema'
import { python, type Imports } from './python'
import type { Symbolic } from './symbols'

/** Stands among the leading arguments for the channels or features of the input. */
const CHANNELS = ''

/** What PyTorch's constructors take first and without names. */
const LEADING: Record<string, string[]> = {
  Conv2d: [CHANNELS, 'out_channels'],
  Linear: [CHANNELS, 'out_features'],
  BatchNorm2d: [CHANNELS],
  GroupNorm: ['num_groups', CHANNELS],
  LocalResponseNorm: ['size'],
  AdaptiveAvgPool2d: ['output_size']
}

/** Kinds that are an expression of `forward`, not a module. */
export const FUNCTIONS = new Set(['Add', 'Concatenate', 'Multiply', 'Scale'])

/** The constructor's name and arguments for a layer; only what differs from PyTorch's defaults is given. */
export function layerCall(node: LayerNode, input: Symbolic, imports: Imports): { name: string; args: string[] } {
  const fields = new Map(fieldsOf(node.kind).map((field) => [field.name, field]))
  const value = (name: string): string => {
    const field = fields.get(name)!
    return python(node.attributes[name] ?? field.default!, imports, field.type === 'integer' || field.type === 'pair')
  }
  const leading = LEADING[node.kind] ?? []
  // Without the width of a flattened picture, PyTorch finds it at the first batch.
  const lazy = node.kind === 'Linear' && input.channels === null
  if (input.channels === null && !lazy && leading.includes(CHANNELS)) {
    throw new ResiduumError('pytorch-channels', { name: node.id })
  }
  const first = leading
    .filter((name) => name !== CHANNELS || !lazy)
    .map((name) => (name === CHANNELS ? python(input.channels!, imports, true) : value(name)))
  const named = [...fields.values()]
    .filter((field) => !leading.includes(field.name) && isGiven(node, field))
    .map(({ name }) => `${name}=${value(name)}`)
  return { name: lazy ? 'nn.LazyLinear' : `nn.${node.kind}`, args: [...first, ...named] }
}

const isGiven = ({ attributes }: LayerNode, { name, default: fallback }: Field): boolean =>
  attributes[name] !== undefined && JSON.stringify(attributes[name]) !== JSON.stringify(fallback)
