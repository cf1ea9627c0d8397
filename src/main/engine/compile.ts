import type { CheckedArchitecture } from '../../shared/architecture/check'
import { layers } from '../../shared/architecture/layers'
import type { Optimizer } from '../../shared/experiment/optimizer'
import type { Recipe } from '../../shared/experiment/schema'
import type { ChosenAlgorithms } from './tuning/algorithms'
import { lookahead, movingAverage } from './averaging'
import { batches, type Batch, type PictureSource } from './input/batches'
import { CompiledNetwork, type Held } from './compiledNetwork'
import { evaluationSignature } from './evaluation'
import { gradients } from './graph/gradients'
import { Graph, type Tensor } from './graph/graph'
import { addN, binary, cast, constant, identity, placeholder } from './graph/ops/arithmetic'
import { clipByGlobalNorm } from './graph/ops/clipping'
import { argMax, countEqual, crossEntropy } from './graph/ops/loss'
import { reshape } from './graph/ops/shape'
import { sliceLast } from './graph/ops/slicing'
import { assignCopy, read, variable, type Variable } from './graph/ops/variable'
import type { Signature } from './graph/savedModel'
import { Session } from './graph/session'
import { assertFinite, deadShares, finiteFlags, halfSquares } from './inspection'
import { forward, networkVariables, type Forward, type NetworkVariable } from './network'
import { optimizers } from './optimizers'
import type { OptimizerContext, OptimizerEmitter } from './optimizers/optimizer'
import { neededNodes, profileNodes, sizeProbes } from './tuning/profile'
import { testViews } from './input/testTime'
import { AVERAGE, slotName, storedShape, type NamedParameter } from './weights'

/** What of a recipe is compiled into the graph; what is left out is off. */
export type CompileRules = Pick<Recipe, 'optimizer'> &
  Partial<
    Pick<
      Recipe,
      | 'labelSmoothing'
      | 'maxGradientNorm'
      | 'learningRateFactors'
      | 'weightDecayFactors'
      | 'averaging'
      | 'lookahead'
      | 'augmentation'
      | 'testTimeAugmentation'
      | 'validationShare'
    >
  >

export interface CompileOptions {
  /** Also a function that gives logits and gradients in both modes. */
  probe?: boolean
  /** The type in which convolutions and linear layers multiply: bfloat16 for mixed precision. */
  productType?: 'float32' | 'bfloat16'
  /** How convolutions are worked out; all directly where it is missing. */
  algorithms?: ChosenAlgorithms
  /** Also what `profile` needs. */
  profile?: boolean
}

/**
 * Compiles a checked architecture to one TensorFlow graph with the functions `train`, `train-diagnosed`,
 * `inspect`, `evaluate`, `evaluate-held-out`, `read` and `write`, which share their variables.
 * Throws ResiduumError `graph` when TensorFlow refuses it.
 */
export async function compileNetwork(
  architecture: CheckedArchitecture,
  rules: CompileRules,
  source: PictureSource,
  { probe = false, productType = 'float32', profile = false, algorithms }: CompileOptions = {}
): Promise<CompiledNetwork> {
  const graph = new Graph()
  const variables = networkVariables(graph, architecture)
  const trained = [...variables.values()].filter(({ parameter }) => parameter.trainable)
  const slots = optimizerSlots(graph, rules, trained)
  const randomness = placeholder(graph, 'int32', [2])
  const learningRate = placeholder(graph, 'float32', [])
  const input = batches(graph, architecture, source, rules.augmentation)
  const signatures: Record<string, Signature> = {}

  const pass = (mode: 'train' | 'evaluate', x: Tensor, values = variables): Forward =>
    forward(graph, architecture, values, x, { mode, randomness, productType, algorithms })
  const judge = (logits: Tensor, { labels, mixture }: Batch, smoothing = 0) => {
    const loss = crossEntropy(graph, logits, labels, { smoothing, mixture })
    return { loss, correct: countEqual(graph, argMax(graph, logits), labels) }
  }
  const differentiate = (loss: Tensor, { parameters }: Forward, seed: Tensor): Tensor[] =>
    graph.within('gradients', () =>
      gradients(
        graph,
        loss,
        seed,
        trained.map(({ parameter }) => parameters.get(parameter.name)!)
      )
    )

  const { batch } = input.train
  const training = pass('train', batch.x)
  const trainJudged = judge(training.logits, batch, rules.labelSmoothing)
  // Nothing of the step happens unless the loss is finite: what led to it can then still be looked at.
  const finite = assertFinite(graph, trainJudged.loss.mean)
  const partials = differentiate(trainJudged.loss.mean, training, identity(graph, constant(graph, 1), [finite]))
  const updates = [
    ...training.updates.map((emit) => emit([finite])),
    ...parameterUpdates(graph, rules, trained, partials, slots, { learningRate, randomness })
  ]
  const feeds = { ...input.train.feeds, randomness }
  const step = {
    loss: identity(graph, trainJudged.loss.mean, [...updates, finite]),
    correct: identity(graph, trainJudged.correct)
  }
  signatures.train = { inputs: { ...feeds, learningRate }, outputs: step }
  const rectifiers = architecture.layers.filter(({ kind }) => layers[kind].rectifies).map(({ path }) => path)
  const diagnosed = graph.within('diagnosis', () => ({
    gradients: halfSquares(graph, partials),
    weights: halfSquares(
      graph,
      trained.map(({ parameter }) => training.parameters.get(parameter.name)!)
    ),
    dead: deadShares(graph, rectifiers, training)
  }))
  signatures['train-diagnosed'] = { inputs: { ...feeds, learningRate }, outputs: { ...step, ...diagnosed } }
  signatures.inspect = {
    inputs: feeds,
    outputs: { flags: graph.within('inspect', () => finiteFlags(graph, architecture, training)) }
  }

  const averaged = rules.averaging ? withAverages(variables, slots) : variables
  const evaluate = ({ batch: own }: typeof input.test) => {
    const views = testViews(graph, own.x, rules.testTimeAugmentation ?? 'none')
    const passes = views.map(({ x }) => pass('evaluate', x, averaged))
    const weighted = passes.map(({ logits }, index) =>
      views.length === 1 ? logits : binary(graph, 'Mul', logits, constant(graph, views[index]!.weight))
    )
    const logits = views.length === 1 ? weighted[0]! : addN(graph, weighted)
    return { pass: passes[0]!, logits, ...judge(logits, own) }
  }
  const evaluation = evaluate(input.test)
  signatures.evaluate = evaluationSignature(graph, input.test, evaluation)
  if (input.heldOut !== input.test && rules.validationShare) {
    signatures['evaluate-held-out'] = evaluationSignature(graph, input.heldOut, evaluate(input.heldOut))
  }

  if (probe) {
    const probes = [
      ['train', feeds, training.logits, trainJudged.loss.mean, partials],
      [
        'evaluate',
        input.test.feeds,
        evaluation.logits,
        evaluation.loss.mean,
        differentiate(evaluation.loss.mean, evaluation.pass, constant(graph, 1))
      ]
    ] as const
    for (const [mode, inputs, logits, loss, partial] of probes) {
      const outputs: Record<string, Tensor> = { logits, loss }
      trained.forEach(({ parameter }, index) => (outputs[`gradient.${parameter.name}`] = partial[index]!))
      signatures[`probe-${mode}`] = { inputs, outputs }
    }
  }

  const nodes = profile ? neededNodes(graph, Object.values(step)) : null
  if (nodes) signatures.profile = { inputs: { ...feeds, learningRate }, outputs: sizeProbes(graph, nodes) }
  const held = heldValues(variables, slots)
  Object.assign(signatures, stateSignatures(graph, held))
  const session = await Session.open(graph, signatures)
  const profiler = nodes && ((sizes: ReadonlyMap<string, readonly number[]>) => profileNodes(graph, nodes, sizes))
  return new CompiledNetwork(session, held, trained, rectifiers, architecture, profiler)
}

/** A variable beside each trained parameter, by `slotName`. */
type Slots = Map<string, { parameter: NamedParameter; variable: Variable }>

const emitterFor = (optimizer: Optimizer): OptimizerEmitter<Optimizer> =>
  optimizers[optimizer.kind] as OptimizerEmitter<Optimizer>

/** Like the average, a slot that starts as the parameter itself. */
const SLOW = 'slow'

function optimizerSlots(graph: Graph, rules: CompileRules, trained: readonly NetworkVariable[]): Slots {
  const names = [
    ...emitterFor(rules.optimizer).slots(rules.optimizer),
    ...(rules.lookahead ? [SLOW] : []),
    ...(rules.averaging ? [AVERAGE] : [])
  ]
  return new Map(
    trained.flatMap(({ parameter }) =>
      names.map((slot) => {
        const name = slotName(slot, parameter.name)
        return [name, { parameter, variable: variable(graph, name, 'float32', storedShape(parameter.shape)) }] as const
      })
    )
  )
}

/** The update of every trained parameter, what follows it included; gives the last node of each. */
function parameterUpdates(
  graph: Graph,
  rules: CompileRules,
  trained: readonly NetworkVariable[],
  partials: readonly Tensor[],
  slots: Slots,
  { learningRate, randomness }: { learningRate: Tensor; randomness: Tensor }
): string[] {
  const { optimizer, maxGradientNorm = null, learningRateFactors, weightDecayFactors } = rules
  const emitter = emitterFor(optimizer)
  const clipped =
    maxGradientNorm === null ? partials : graph.within('clip', () => clipByGlobalNorm(graph, partials, maxGradientNorm))
  return graph.within('update', () => {
    const count = binary(graph, 'AddV2', sliceLast(graph, randomness, 1, 1), constant(graph, 1, 'int32'))
    const stepNumber = reshape(graph, cast(graph, count, 'float32'), [])
    const rates = new Map<NamedParameter['role'], Tensor>([['weight', learningRate]])
    for (const role of ['bias', 'normalization'] as const) {
      const factor = learningRateFactors?.[role] ?? 1
      rates.set(role, factor === 1 ? learningRate : binary(graph, 'Mul', learningRate, constant(graph, factor)))
    }
    const settings = (role: NamedParameter['role']): Optimizer => {
      const factor = role === 'weight' ? 1 : (weightDecayFactors?.[role] ?? 1)
      return { ...optimizer, weightDecay: optimizer.weightDecay * factor }
    }
    return trained.flatMap(({ parameter, variable: own }, index) => {
      const slot = (name: string): Variable => slots.get(slotName(name, parameter.name))!.variable
      const context: OptimizerContext = { graph, learningRate: rates.get(parameter.role)!, stepNumber }
      let last = emitter.update(context, settings(parameter.role), own, clipped[index]!, slot)
      if (rules.lookahead) last = lookahead(graph, rules.lookahead, stepNumber, own, slot(SLOW), last)
      if (!rules.averaging) return [last]
      return [last, movingAverage(graph, rules.averaging.decay, stepNumber, own, slot(AVERAGE), last)]
    })
  })
}

/** The network's variables with the averages in place of the trained parameters. */
function withAverages(variables: ReadonlyMap<string, NetworkVariable>, slots: Slots): Map<string, NetworkVariable> {
  return new Map([...variables].map(([name, own]) => [name, slots.get(slotName(AVERAGE, own.parameter.name)) ?? own]))
}

/** All values that a checkpoint keeps: parameters, buffers, and what the optimizer remembers. */
function heldValues(variables: ReadonlyMap<string, NetworkVariable>, slots: Slots): Held[] {
  return [
    ...[...variables.values()].map(({ parameter, variable: own }) => ({
      name: parameter.name,
      shape: parameter.shape,
      variable: own,
      start: 'required' as const
    })),
    ...[...slots].map(([name, { parameter, variable: own }]) => ({
      name,
      shape: parameter.shape,
      variable: own,
      start: [AVERAGE, SLOW].some((prefix) => name === slotName(prefix, parameter.name))
        ? { like: parameter.name }
        : ('zero' as const)
    }))
  ]
}

function stateSignatures(graph: Graph, held: readonly Held[]): Record<string, Signature> {
  return graph.within('state', () => {
    const writes: Record<string, Tensor> = {}
    const reads: Record<string, Tensor> = {}
    const assigned = held.map(({ name, variable: own }) => {
      writes[name] = placeholder(graph, 'float32', own.shape)
      reads[name] = read(graph, own)
      return assignCopy(graph, own, writes[name])
    })
    return {
      write: { inputs: writes, outputs: { done: identity(graph, constant(graph, 1), assigned) } },
      read: { inputs: {}, outputs: reads }
    }
  })
}
