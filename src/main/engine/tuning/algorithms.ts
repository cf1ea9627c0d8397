import { z } from 'zod'
import { INPUT, type CheckedArchitecture, type CheckedLayer } from '../../../shared/architecture/check'
import type { AttributesOf } from '../../../shared/architecture/layers'
import { describeDevice } from '../backend'
import { gradients } from '../graph/gradients'
import { identity } from '../graph/ops/arithmetic'
import {
  conv2d,
  convolutionAlgorithms,
  DIRECT,
  type ConvolutionAlgorithm,
  type ConvolutionPlan
} from '../graph/ops/convolution'
import { measure, type Candidate } from './measure'

const algorithmSchema = z.enum(convolutionAlgorithms)
const planSchema = z.object({
  forward: algorithmSchema,
  inputGradient: algorithmSchema,
  filterGradient: algorithmSchema
})
/** The plan of each convolution by its sizes; what is not in it is direct. */
export const plansSchema = z.record(z.string(), planSchema)
export type ConvolutionPlans = z.infer<typeof plansSchema>
/**
 * Raised whenever the engine forms a convolution of some plan otherwise than before: plans that were measured for
 * another form are no guide, and a run that has them cannot go on to the last bit.
 */
export const PLANS_VERSION = 2

type Conv2dAttributes = AttributesOf<'Conv2d'>

/** Outputs of more places, or fewer products a place, were never faster by taps: no time is spent on them. */
const MOST_PLACES = 64
const LEAST_PRODUCTS = 128 * 128
/** With more channels than this no two columns fit the sixteen lanes of a kernel. */
const MOST_CHANNELS = 8
/** How much faster a pass must be to be worth another rounding. */
const GAIN = 0.93

/** What is worth measuring beside the direct kernels. */
function alternatives({ inputs, inputShapes, outputShape }: CheckedLayer): ConvolutionAlgorithm[] {
  const [channels, [outChannels, height, width]] = [inputShapes[0]![0]!, outputShape as [number, number, number]]
  if (height * width <= MOST_PLACES && channels * outChannels >= LEAST_PRODUCTS) return ['taps']
  // The pictures themselves get no gradient.
  const fewInputs = channels <= MOST_CHANNELS && inputs[0] !== INPUT
  return fewInputs || outChannels <= MOST_CHANNELS ? ['columns'] : []
}

/** Plans for training batches of one size, as `chooseAlgorithms` gives them. */
export interface ChosenAlgorithms {
  batch: number
  plans: ConvolutionPlans
}

/** What decides which algorithm is the faster: batch, input, filter and window. */
export function convolutionKey(
  batch: number,
  inputShape: readonly number[],
  { out_channels, kernel_size, stride, padding, dilation }: Conv2dAttributes
): string {
  return [batch, inputShape.join('x'), out_channels, kernel_size, stride, padding, dilation].join('/')
}

/**
 * Chooses the algorithm of each pass of every convolution by measuring it on this machine, as cuDNN does for
 * its own; one whose values are not the direct kernel's is never chosen. What `known` has is taken from there. On a
 * GPU all is direct.
 */
export async function chooseAlgorithms(
  architecture: CheckedArchitecture,
  batch: number,
  known: ConvolutionPlans
): Promise<ConvolutionPlans> {
  const plans: ConvolutionPlans = {}
  if (describeDevice().kind === 'gpu') return plans
  for (const layer of architecture.layers) {
    if (layer.kind !== 'Conv2d') continue
    const attributes = layer.attributes as Conv2dAttributes
    const [input, [, height, width]] = [layer.inputShapes[0]!, layer.outputShape]
    const others = alternatives(layer)
    if (attributes.groups > 1 || others.length === 0) continue
    const key = convolutionKey(batch, input, attributes)
    plans[key] ??= known[key] ?? (await measurePlan(batch, input, [height!, width!], attributes, others))
  }
  return plans
}

/** Every convolution of a network by one algorithm, wherever that can form it; what it cannot form stays direct. */
export function forcedAlgorithms(
  architecture: CheckedArchitecture,
  batch: number,
  algorithm: ConvolutionAlgorithm
): ChosenAlgorithms {
  const plan: ConvolutionPlan = { forward: algorithm, inputGradient: algorithm, filterGradient: algorithm }
  const plans = architecture.layers
    .filter(({ kind }) => kind === 'Conv2d')
    .map(({ inputShapes, attributes }) => [
      convolutionKey(batch, inputShapes[0]!, attributes as Conv2dAttributes),
      plan
    ])
  return { batch, plans: Object.fromEntries(plans) as ConvolutionPlans }
}

async function measurePlan(
  batch: number,
  [channels, height, width]: readonly number[],
  output: readonly [number, number],
  attributes: Conv2dAttributes,
  others: readonly ConvolutionAlgorithm[]
): Promise<ConvolutionPlan> {
  const { out_channels, kernel_size, stride, padding, dilation } = attributes
  const shapes = [
    { dtype: 'float32' as const, shape: [batch, height!, width!, channels!] },
    { dtype: 'float32' as const, shape: [...kernel_size, channels!, out_channels] },
    { dtype: 'float32' as const, shape: [batch, ...output, out_channels] }
  ]
  const passes = ['forward', 'inputGradient', 'filterGradient'] as const
  const candidates = passes.flatMap((pass) =>
    (['direct', ...others] as const).map((algorithm): Candidate => ({
      name: `${pass} ${algorithm}`,
      ...(algorithm !== 'direct' && { like: `${pass} direct` }),
      inputs: shapes,
      build: (graph, inputs) => {
        const [x, filter] = [identity(graph, inputs[0]!), identity(graph, inputs[1]!)]
        const plan = { ...DIRECT, [pass]: algorithm }
        const y = conv2d(graph, x, filter, { stride, padding, dilation }, 1, plan)
        return pass === 'forward' ? [y] : gradients(graph, y, inputs[2]!, [pass === 'inputGradient' ? x : filter])
      }
    }))
  )
  return planFrom(await measure(candidates), others)
}

/**
 * The plan that measured times tell: each pass by the fastest of `others`, where that gains enough over the direct
 * kernel. What has no time was refused.
 * @param times seconds by `PASS ALGORITHM`, as `forward taps`
 */
export function planFrom(times: ReadonlyMap<string, number>, others: readonly ConvolutionAlgorithm[]): ConvolutionPlan {
  const choose = (pass: keyof ConvolutionPlan): ConvolutionAlgorithm => {
    const seconds = (algorithm: ConvolutionAlgorithm): number => times.get(`${pass} ${algorithm}`) ?? Infinity
    const [fastest] = [...others].sort((one, other) => seconds(one) - seconds(other))
    const limit = GAIN * (times.get(`${pass} direct`) ?? 0)
    return fastest !== undefined && seconds(fastest) < limit ? fastest : 'direct'
  }
  return {
    forward: choose('forward'),
    inputGradient: choose('inputGradient'),
    filterGradient: choose('filterGradient')
  }
}
