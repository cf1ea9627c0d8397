import type { CheckedArchitecture } from '../../shared/architecture/check'
import { ResiduumError } from '../../shared/errors'
import type { Optimizer, Recipe } from '../../shared/experiment/schema'
import { gradients } from './graph/gradients'
import { Graph, type Tensor } from './graph/graph'
import { binary, cast, constant, identity, placeholder, reduceAll } from './graph/ops/arithmetic'
import { clipByGlobalNorm } from './graph/ops/clipping'
import { argMax, countEqual, crossEntropy, softmax } from './graph/ops/loss'
import { reshape } from './graph/ops/shape'
import { sliceLast } from './graph/ops/slicing'
import { assignCopy, read, variable, type Variable } from './graph/ops/variable'
import type { Signature } from './graph/savedModel'
import { Session, type Feed } from './graph/session'
import { forward, networkVariables } from './network'
import { optimizers } from './optimizers'
import type { OptimizerEmitter } from './optimizers/optimizer'
import { residentSplit, type Batch, type PictureTransform, type SplitFiles } from './pictures'
import { fromStored, sizeOf, storedShape, toStored, type NamedParameter, type State } from './weights'

/** Where batches come from: files held in the graph, or pictures fed with each call. */
export type PictureSource =
  { kind: 'resident'; train: SplitFiles; test: SplitFiles; transform: PictureTransform } | { kind: 'fed' }

/** Indices into the resident split, or float32 NHWC pictures as the network gets them with their labels. */
export type BatchInput = { indices: Int32Array } | { images: Float32Array; labels: Int32Array }

export interface StepSettings {
  learningRate: number
  /** Both decide what is random in the step, such as dropout. */
  seed: number
  step: number
}

export interface StepResult {
  /** Mean cross-entropy of the batch before the update. */
  loss: number
  /** Pictures of the batch that were right. */
  correct: number
}

export interface EvaluationResult {
  /** Sum over the batch. */
  lossSum: number
  labels: Int32Array
  predicted: Int32Array
  /** Softmax probability of the predicted class. */
  confidence: Float32Array
}

export interface Probe {
  logits: Float32Array
  loss: number
  /** By parameter, PyTorch's layout. */
  gradients: State
}

/** What of a recipe is compiled into the step. */
export type TrainingRules = Pick<Recipe, 'optimizer'> & Partial<Pick<Recipe, 'labelSmoothing' | 'maxGradientNorm'>>

interface Held {
  name: string
  shape: readonly number[]
  variable: Variable
  /** Optimizer values may be missing from a state and start at zero. */
  optional: boolean
}

/**
 * Compiles a checked architecture to one TensorFlow graph with the functions `train`, `evaluate`,
 * `read`, `write` and `load`; with `probe`, also one that gives logits and gradients in both modes.
 */
export async function compileNetwork(
  architecture: CheckedArchitecture,
  recipe: TrainingRules,
  source: PictureSource,
  options: { probe?: boolean } = {}
): Promise<CompiledNetwork> {
  const graph = new Graph()
  const variables = networkVariables(graph, architecture)
  const held: Held[] = [...variables.values()].map(({ parameter, variable: own }) => ({
    name: parameter.name,
    shape: parameter.shape,
    variable: own,
    optional: false
  }))
  const trained = [...variables.values()].filter(({ parameter }) => parameter.trainable)
  const { optimizer, labelSmoothing = 0, maxGradientNorm = null } = recipe
  const emitter = optimizers[optimizer.kind] as OptimizerEmitter<Optimizer>
  const slots = new Map<string, Variable>()
  for (const { parameter } of trained) {
    for (const slot of emitter.slots(optimizer)) {
      const name = slotName(parameter, slot)
      const own = variable(graph, name, 'float32', storedShape(parameter.shape))
      slots.set(name, own)
      held.push({ name, shape: parameter.shape, variable: own, optional: true })
    }
  }
  const signatures: Record<string, Signature> = {}
  const randomness = placeholder(graph, 'int32', [2])
  const input = inputs(graph, architecture, source)

  const run = (mode: 'train' | 'evaluate', { x, labels }: Batch) => {
    const pass = forward(graph, architecture, variables, x, mode, randomness)
    const loss = crossEntropy(graph, pass.logits, labels, mode === 'train' ? labelSmoothing : 0)
    const predicted = argMax(graph, pass.logits)
    return { ...pass, loss, predicted, correct: countEqual(graph, predicted, labels) }
  }
  const differentiate = (pass: ReturnType<typeof run>): Tensor[] =>
    graph.within('gradients', () =>
      gradients(
        graph,
        pass.loss.mean,
        constant(graph, 1),
        trained.map(({ parameter }) => pass.parameters.get(parameter.name)!)
      )
    )

  const train = run('train', input.train.batch)
  const learningRate = placeholder(graph, 'float32', [])
  const partials = differentiate(train)
  const stepNumber = graph.within('update', () => {
    const count = binary(graph, 'AddV2', sliceLast(graph, randomness, 1, 1), constant(graph, 1, 'int32'))
    return reshape(graph, cast(graph, count, 'float32'), [])
  })
  const clipped =
    maxGradientNorm === null ? partials : graph.within('clip', () => clipByGlobalNorm(graph, partials, maxGradientNorm))
  const updates = graph.within('update', () =>
    trained.map(({ parameter, variable: own }, index) =>
      emitter.update({ graph, learningRate, stepNumber }, optimizer, own, clipped[index]!, (slot) =>
        slots.get(slotName(parameter, slot))!
      )
    )
  )
  signatures.train = {
    inputs: { ...input.train.feeds, learningRate, randomness },
    outputs: {
      loss: identity(graph, train.loss.mean, [...updates, ...train.updates]),
      correct: identity(graph, train.correct)
    }
  }

  const evaluation = run('evaluate', input.test.batch)
  const probabilities = softmax(graph, evaluation.logits)
  signatures.evaluate = {
    inputs: input.test.feeds,
    outputs: {
      lossSum: reduceAll(graph, 'Sum', evaluation.loss.each),
      labels: identity(graph, input.test.batch.labels),
      predicted: evaluation.predicted,
      confidence: graph.emit(
        'Max',
        [probabilities, constant(graph, 1, 'int32')],
        { T: { type: 'float32' }, Tidx: { type: 'int32' }, keep_dims: { bool: false } },
        [{ dtype: 'float32', shape: [null] }]
      )[0]!
    }
  }

  if (options.probe) {
    for (const [mode, pass, feeds] of [
      ['train', train, { ...input.train.feeds, randomness }],
      ['evaluate', evaluation, input.test.feeds]
    ] as const) {
      const outputs: Record<string, Tensor> = { logits: pass.logits, loss: pass.loss.mean }
      const partial = mode === 'train' ? partials : differentiate(pass)
      trained.forEach(({ parameter }, index) => (outputs[`gradient.${parameter.name}`] = partial[index]!))
      signatures[`probe-${mode}`] = { inputs: feeds, outputs }
    }
  }

  graph.within('state', () => {
    const writes: Record<string, Tensor> = {}
    const reads: Record<string, Tensor> = {}
    const assigned = held.map(({ name, variable: own }) => {
      writes[name] = placeholder(graph, 'float32', own.shape)
      reads[name] = read(graph, own)
      return assignCopy(graph, own, writes[name])
    })
    const done = (after: string[]): Tensor => identity(graph, constant(graph, 1), after)
    signatures.write = { inputs: writes, outputs: { done: done(assigned) } }
    signatures.read = { inputs: {}, outputs: reads }
    if (input.load.length > 0) signatures.load = { inputs: {}, outputs: { done: done(input.load) } }
  })

  const session = await Session.open(graph, signatures)
  if (signatures.load) session.run('load')
  return new CompiledNetwork(
    session,
    held,
    trained.map(({ parameter }) => parameter),
    architecture.inputShape
  )
}

interface Inputs {
  train: { batch: Batch; feeds: Record<string, Tensor> }
  test: { batch: Batch; feeds: Record<string, Tensor> }
  load: string[]
}

function inputs(graph: Graph, architecture: CheckedArchitecture, source: PictureSource): Inputs {
  if (source.kind === 'resident') {
    const split = (name: 'train' | 'test') => {
      const resident = residentSplit(graph, `data/${name}`, source[name], source.transform)
      const indices = placeholder(graph, 'int32', [null])
      return { load: resident.load, batch: resident.batch(indices), feeds: { indices } }
    }
    const train = split('train')
    const test = split('test')
    return { train, test, load: [...train.load, ...test.load] }
  }
  const [channels, height, width] = architecture.inputShape as [number, number, number]
  const fed = () => {
    const images = placeholder(graph, 'float32', [null, height, width, channels])
    const labels = placeholder(graph, 'int32', [null])
    return { batch: { x: images, labels }, feeds: { images, labels } }
  }
  return { train: fed(), test: fed(), load: [] }
}

const slotName = (parameter: NamedParameter, slot: string): string => `${slot}.${parameter.name}`

/** A network in TensorFlow, ready to be trained and evaluated step by step. */
export class CompiledNetwork {
  constructor(
    private readonly session: Session,
    private readonly held: readonly Held[],
    private readonly trained: readonly NamedParameter[],
    private readonly inputShape: readonly number[]
  ) {}

  /** One optimizer step. */
  trainStep(batch: BatchInput, { learningRate, seed, step }: StepSettings): StepResult {
    const { loss, correct } = this.session.run('train', {
      ...this.feeds(batch),
      learningRate: { values: Float32Array.of(learningRate), shape: [] },
      randomness: { values: Int32Array.of(seed, step), shape: [2] }
    })
    return { loss: loss![0]!, correct: correct![0]! }
  }

  /** Predictions in evaluation mode; changes nothing. */
  evaluate(batch: BatchInput): EvaluationResult {
    const { lossSum, labels, predicted, confidence } = this.session.run('evaluate', this.feeds(batch))
    return {
      lossSum: lossSum![0]!,
      labels: labels as Int32Array,
      predicted: predicted as Int32Array,
      confidence: confidence as Float32Array
    }
  }

  /** Logits, loss and gradients without an update of the parameters. Needs the option `probe`. */
  probe(mode: 'train' | 'evaluate', batch: BatchInput): Probe {
    const randomness: Record<string, Feed> =
      mode === 'train' ? { randomness: { values: Int32Array.of(0, 0), shape: [2] } } : {}
    const outputs = this.session.run(`probe-${mode}`, { ...this.feeds(batch), ...randomness }) as Record<
      string,
      Float32Array
    >
    return {
      logits: outputs.logits!,
      loss: outputs.loss![0]!,
      gradients: new Map(this.trained.map(({ name, shape }) => [name, fromStored(shape, outputs[`gradient.${name}`]!)]))
    }
  }

  /** All parameters, buffers and optimizer values, PyTorch's names and layouts. */
  readState(): State {
    const outputs = this.session.run('read') as Record<string, Float32Array>
    return new Map(this.held.map(({ name, shape }) => [name, fromStored(shape, outputs[name]!)]))
  }

  /**
   * Sets parameters and buffers; optimizer values that `state` lacks become zero.
   * Throws ResiduumError `weights-mismatch` when one is missing or of the wrong size.
   */
  writeState(state: ReadonlyMap<string, Float32Array>): void {
    const feeds: Record<string, Feed> = {}
    for (const { name, shape, variable: own, optional } of this.held) {
      const given = state.get(name)
      if (!given && !optional) throw new ResiduumError('weights-mismatch', { reason: `${name} is missing` })
      const values = given ?? new Float32Array(sizeOf(shape))
      feeds[name] = { values: toStored(name, shape, values), shape: own.shape as number[] }
    }
    this.session.run('write', feeds)
  }

  /** Frees TensorFlow's memory. */
  close(): void {
    this.session.close()
  }

  private feeds(batch: BatchInput): Record<string, Feed> {
    if ('indices' in batch) return { indices: { values: batch.indices, shape: [batch.indices.length] } }
    const count = batch.labels.length
    const [channels, height, width] = this.inputShape as [number, number, number]
    return {
      images: { values: batch.images, shape: [count, height, width, channels] },
      labels: { values: batch.labels, shape: [count] }
    }
  }
}
