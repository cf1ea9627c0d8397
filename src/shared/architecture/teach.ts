import { valuesPerStatistic } from './batchStatistics'
import { INPUT, type CheckedLayer, type CheckResult } from './checked'
import { consumersOf } from './consumers'
import { layerDefinition } from './layers'
import { LIMITS } from './limits'
import type { Problem } from './problems'

/** Layers with weights in a row, no join between them, beyond which plain networks train worse (He et al. 2015). */
const PLAIN_DEPTH = 20
/** Any number of pictures above one, which alone may be too few for what is taken over a batch. */
const SOME_PICTURES = 2

/** What can be trained but is probably not meant, with its reason: the warnings that teach. */
export function teachingWarnings({ layers, output, problems }: CheckResult): Problem[] {
  const consumers = consumersOf(layers)
  return [
    ...layers.flatMap((layer) => biasBeforeNorm(layer, consumers.get(layer.path) ?? [])),
    ...layers.flatMap(strideOverKernel),
    ...layers.flatMap(groupOfOne),
    ...plainStack(layers),
    ...(isWithoutScores(problems) ? [] : activatedLogits(layers, output))
  ].slice(0, LIMITS.problems)
}

/** The norm takes the mean away, and the bias with it (Ioffe and Szegedy 2015, section 3.2). */
function biasBeforeNorm(layer: CheckedLayer, consumers: CheckedLayer[]): Problem[] {
  const { bias } = layer.attributes as { bias?: boolean }
  const lost = consumers.length > 0 && consumers.every(({ kind }) => layerDefinition(kind).removesBias)
  if (!layerDefinition(layer.kind).carriesWeights || bias !== true || !lost) return []
  return [{ path: layer.path, code: 'bias-before-norm', parameters: {} }]
}

/** A 1x1 convolution that strides is the usual projection on a shortcut. */
function strideOverKernel({ path, kind, attributes }: CheckedLayer): Problem[] {
  const sight = layerDefinition(kind).sight(attributes)
  if (sight === 'same' || sight === 'whole') return []
  const { kernel_size: kernel, stride } = sight
  if (Math.max(...kernel) === 1) return []
  if (!stride.some((step, axis) => step > kernel[axis]!)) return []
  return [{ path, code: 'stride-over-kernel', parameters: { stride: stride.join('x'), kernel: kernel.join('x') } }]
}

/** PyTorch may refuse it only where there is a single picture. */
function groupOfOne(layer: CheckedLayer): Problem[] {
  if (valuesPerStatistic(layer, SOME_PICTURES) !== 1) return []
  return [{ path: layer.path, code: 'group-of-one', parameters: {} }]
}

function plainStack(layers: readonly CheckedLayer[]): Problem[] {
  const depths = new Map<string, number>([[INPUT, 0]])
  for (const { path, kind, inputs } of layers) {
    const before = Math.max(...inputs.map((input) => depths.get(input) ?? 0))
    const { joinsPaths, carriesWeights } = layerDefinition(kind)
    const depth = joinsPaths ? 0 : before + (carriesWeights ? 1 : 0)
    depths.set(path, depth)
  }
  const deepest = Math.max(0, ...depths.values())
  if (deepest <= PLAIN_DEPTH) return []
  const at = layers.find(({ path }) => depths.get(path) === PLAIN_DEPTH + 1)!
  return [{ path: at.path, code: 'plain-stack', parameters: { depth: deepest, limit: PLAIN_DEPTH } }]
}

/** Whether what stands last gives no scores of the classes: there is more to come. */
const isWithoutScores = (problems: readonly Problem[]): boolean => problems.some(({ code }) => code === 'output-width')

/** The loss has the softmax in it: it wants scores of any sign. */
function activatedLogits(layers: readonly CheckedLayer[], output: string | null): Problem[] {
  const last = layers.find(({ path }) => path === output)
  if (!last || !layerDefinition(last.kind).spoilsScores) return []
  return [{ path: last.path, code: 'activated-logits', parameters: { kind: last.kind } }]
}
