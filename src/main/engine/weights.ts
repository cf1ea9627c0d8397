import type { CheckedArchitecture } from '../../shared/architecture/check'
import type { Parameter } from '../../shared/architecture/layer'
import { layers } from '../../shared/architecture/layers'
import { ResiduumError } from '../../shared/errors'
import type { Initialization } from '../../shared/experiment/schema'
import { normalValues, randomStream, uniformValues } from './random'

/** A parameter or buffer of the network under its full PyTorch name, as `block3.0.conv1.weight`. */
export interface NamedParameter extends Parameter {
  name: string
  /** Name within its layer. */
  key: string
  path: string
  /** What the recipe's factors of learning rate and weight decay tell apart. */
  role: 'weight' | 'bias' | 'normalization'
}

/** Values in PyTorch's layout by full name. */
export type State = Map<string, Float32Array>

/**
 * What a state calls the value that an optimizer keeps for a parameter, as `exp_avg/conv1.weight`: never a
 * parameter's name, which has no slash.
 */
export const slotName = (slot: string, parameter: string): string => `${slot}/${parameter}`

/** The slot of a recipe's moving average, with which evaluations judge in the place of the parameter. */
export const AVERAGE = 'average'

/** The parameter that a slot belongs to. */
export const parameterOfSlot = (name: string): string => name.slice(name.indexOf('/') + 1)

/** A slot's name as files have it; before 0.2 a dot stood for the slash. */
export const readSlotName = (name: string): string => (name.includes('/') ? name : name.replace('.', '/'))

export function namedParameters(architecture: CheckedArchitecture): NamedParameter[] {
  return architecture.layers.flatMap(({ path, kind, parameters, frozen }) =>
    parameters.map((parameter) => ({
      ...parameter,
      trainable: parameter.trainable && !frozen,
      key: parameter.name,
      path,
      name: `${path}.${parameter.name}`,
      role: layers[kind].category === 'normalization' ? 'normalization' : parameter.name === 'bias' ? 'bias' : 'weight'
    }))
  )
}

/** The first name in `state` with a value that is not finite; null where all are. */
export function notFiniteIn(state: State): string | null {
  for (const [name, values] of state) if (!values.every(Number.isFinite)) return name
  return null
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** First values of every parameter and buffer, PyTorch's layout, decided by the seed and the names. */
export function initialState(architecture: CheckedArchitecture, initialization: Initialization, seed: number): State {
  return new Map(
    namedParameters(architecture).map((parameter) => [parameter.name, initialValues(parameter, initialization, seed)])
  )
}

function initialValues({ name, shape, initial }: NamedParameter, scheme: Initialization, seed: number): Float32Array {
  const length = sizeOf(shape)
  if (initial.rule === 'constant') return new Float32Array(length).fill(initial.value)
  const random = randomStream(seed, `weights/${name}`)
  if (initial.rule === 'uniform') return uniformValues(random, length, initial.bound)
  const { fanIn, fanOut } = initial
  switch (scheme) {
    // torch.nn.init.kaiming_uniform_(a=sqrt(5)), which Conv2d and Linear use by default.
    case 'default':
      return uniformValues(random, length, 1 / Math.sqrt(fanIn))
    // torch.nn.init.xavier_uniform_ (Glorot and Bengio 2010).
    case 'xavier_uniform':
      return uniformValues(random, length, Math.sqrt(6 / (fanIn + fanOut)))
    // torch.nn.init.xavier_normal_.
    case 'xavier_normal':
      return normalValues(random, length, Math.sqrt(2 / (fanIn + fanOut)))
    // torch.nn.init.kaiming_uniform_(mode='fan_out', nonlinearity='relu') (He et al. 2015).
    case 'kaiming_uniform':
      return uniformValues(random, length, Math.sqrt(6 / fanOut))
    // torch.nn.init.kaiming_normal_, likewise.
    case 'kaiming_normal':
      return normalValues(random, length, Math.sqrt(2 / fanOut))
  }
}

/** TensorFlow's kernels want a convolution's weight as height, width, in, out; all else stays as in PyTorch. */
export function storedShape(shape: readonly number[]): number[] {
  const [outChannels, inChannels, height, width] = shape
  return shape.length === 4 ? [height!, width!, inChannels!, outChannels!] : [...shape]
}

/** From PyTorch's layout to the stored one. Throws ResiduumError `weights-mismatch` on a wrong length. */
export function toStored(name: string, shape: readonly number[], values: Float32Array): Float32Array {
  if (values.length !== sizeOf(shape)) {
    throw new ResiduumError('weights-mismatch', {
      reason: { code: 'tensor-length', parameters: { name, count: values.length, wanted: sizeOf(shape) } }
    })
  }
  return shape.length === 4 ? permute(values, shape, true) : values
}

/** From the stored layout to PyTorch's. */
export function fromStored(shape: readonly number[], values: Float32Array): Float32Array {
  return shape.length === 4 ? permute(values, shape, false) : values
}

function permute(values: Float32Array, shape: readonly number[], toHwio: boolean): Float32Array {
  const [outChannels, inChannels, height, width] = shape as [number, number, number, number]
  const result = new Float32Array(values.length)
  let pytorch = 0
  for (let o = 0; o < outChannels; o++) {
    for (let i = 0; i < inChannels; i++) {
      for (let position = 0; position < height * width; position++) {
        const stored = (position * inChannels + i) * outChannels + o
        if (toHwio) result[stored] = values[pytorch]!
        else result[pytorch] = values[stored]!
        pytorch += 1
      }
    }
  }
  return result
}
