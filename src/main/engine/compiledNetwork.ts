import type { CheckedArchitecture } from '../../shared/architecture/check'
import { ResiduumError } from '../../shared/errors'
import { batchFeeds, type BatchInput } from './input/batches'
import type { Variable } from './graph/ops/variable'
import type { Feed, Fetched, Session } from './graph/session'
import { firstNotFinite, LossNotFinite, NOT_FINITE, type FirstNotFinite, type LayerDiagnostics } from './inspection'
import type { NetworkVariable } from './network'
import type { OpCost } from './tuning/profile'
import { fromStored, sizeOf, toStored, type State } from './weights'

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
  /** [batch]. */
  labels: Int32Array
  /** How many classes are told of each picture: five, or all where there are fewer. */
  k: number
  /** The most probable classes, [batch, k], descending; of equal logits the lower class first. */
  classes: Int32Array
  /** Their softmax probabilities, [batch, k]. */
  probabilities: Float32Array
  /** Softmax probability of the true class, [batch]. */
  trueProbability: Float32Array
}

export interface Probe {
  logits: Float32Array
  loss: number
  /** By parameter, PyTorch's layout. */
  gradients: State
}

/** A value in the session that a checkpoint keeps. */
export interface Held {
  name: string
  /** PyTorch's layout. */
  shape: readonly number[]
  variable: Variable
  /** What it begins as where a state lacks it. */
  start: 'required' | 'zero' | { like: string }
}

/** A network in TensorFlow, ready to be trained and evaluated step by step. */
export class CompiledNetwork {
  constructor(
    private readonly session: Session,
    private readonly held: readonly Held[],
    private readonly trained: readonly NetworkVariable[],
    /** Paths of the ReLUs. */
    private readonly rectifiers: readonly string[],
    private readonly architecture: CheckedArchitecture,
    private readonly profiler: ((sizes: ReadonlyMap<string, readonly number[]>) => Promise<OpCost[]>) | null
  ) {}

  /**
   * One optimizer step. Where the loss is not finite nothing changes and it throws LossNotFinite;
   * `inspect` finds its place.
   */
  trainStep(batch: BatchInput, settings: StepSettings): StepResult {
    const { loss, correct } = this.runStep('train', batch, settings)
    return { loss: loss![0]!, correct: correct![0]! }
  }

  /** A step that also tells how each layer fares. */
  trainStepDiagnosed(batch: BatchInput, settings: StepSettings): StepResult & { layers: LayerDiagnostics[] } {
    const { loss, correct, gradients, weights, dead } = this.runStep('train-diagnosed', batch, settings)
    const layers = this.architecture.layers.flatMap(({ path }) => {
      const own = this.trained.flatMap(({ parameter }, index) => (parameter.path === path ? [index] : []))
      const norm = (halves: Fetched[string]): number | null =>
        own.length === 0 ? null : Math.sqrt(2 * own.reduce((sum, index) => sum + halves[index]!, 0))
      const rectifier = this.rectifiers.indexOf(path)
      if (own.length === 0 && rectifier < 0) return []
      return {
        path,
        gradientNorm: norm(gradients!),
        weightNorm: norm(weights!),
        deadShare: rectifier < 0 ? null : dead![rectifier]!
      }
    })
    return { loss: loss![0]!, correct: correct![0]!, layers }
  }

  /** In which layer values are not finite first, in a training pass over `batch`; null where all are. */
  inspect(batch: BatchInput, { seed, step }: Pick<StepSettings, 'seed' | 'step'>): FirstNotFinite | null {
    const { flags } = this.session.run('inspect', { ...this.feeds(batch), ...randomness(seed, step) })
    return firstNotFinite(this.architecture, flags!)
  }

  /** Predictions in evaluation mode; changes nothing. `heldOut` takes indices of the training split. */
  evaluate(batch: BatchInput, { heldOut = false } = {}): EvaluationResult {
    const name = heldOut && this.session.has('evaluate-held-out') ? 'evaluate-held-out' : 'evaluate'
    const fetched = this.session.run(name, this.feeds(batch))
    const { labels, classes } = fetched as Record<string, Int32Array>
    const { lossSum, probabilities, trueProbability } = fetched as Record<string, Float32Array>
    return {
      lossSum: lossSum![0]!,
      labels: labels!,
      k: classes!.length / labels!.length,
      classes: classes!,
      probabilities: probabilities!,
      trueProbability: trueProbability!
    }
  }

  /** Logits, loss and gradients without an update of the parameters. Needs the option `probe`. */
  probe(mode: 'train' | 'evaluate', batch: BatchInput): Probe {
    const feeds = { ...this.feeds(batch), ...(mode === 'train' ? randomness(0, 0) : {}) }
    const outputs = this.session.run(`probe-${mode}`, feeds) as Record<string, Float32Array>
    return {
      logits: outputs.logits!,
      loss: outputs.loss![0]!,
      gradients: new Map(
        this.trained.map(({ parameter: { name, shape } }) => [name, fromStored(shape, outputs[`gradient.${name}`]!)])
      )
    }
  }

  /** What each op of a training step costs, the dearest first. Needs the option `profile`. */
  async profile(batch: BatchInput): Promise<OpCost[]> {
    if (!this.profiler) throw new Error('compiled without the option profile')
    const sizes = this.session.run('profile', {
      ...this.feeds(batch),
      ...randomness(0, 0),
      learningRate: { values: Float32Array.of(0), shape: [] }
    })
    return this.profiler(new Map(Object.entries(sizes).map(([name, values]) => [name, [...values]])))
  }

  /** All parameters, buffers and optimizer values, PyTorch's names and layouts. */
  readState(): State {
    const outputs = this.session.run('read') as Record<string, Float32Array>
    return new Map(this.held.map(({ name, shape }) => [name, fromStored(shape, outputs[name]!)]))
  }

  /**
   * Sets parameters and buffers; optimizer values that `state` lacks get their first ones.
   * Throws ResiduumError `weights-mismatch` when a parameter is missing or of the wrong size.
   */
  writeState(state: ReadonlyMap<string, Float32Array>): void {
    const feeds: Record<string, Feed> = {}
    for (const { name, shape, variable, start } of this.held) {
      const given = state.get(name) ?? (typeof start === 'object' ? state.get(start.like) : undefined)
      if (!given && start !== 'zero')
        throw new ResiduumError('weights-mismatch', { reason: { code: 'tensor-absent', parameters: { name } } })
      const values = given ?? new Float32Array(sizeOf(shape))
      feeds[name] = { values: toStored(name, shape, values), shape: variable.shape as number[] }
    }
    this.session.run('write', feeds)
  }

  /** Frees TensorFlow's memory. */
  close(): void {
    this.session.close()
  }

  private runStep(name: string, batch: BatchInput, { learningRate, seed, step }: StepSettings): Fetched {
    try {
      return this.session.run(name, {
        ...this.feeds(batch),
        ...randomness(seed, step),
        learningRate: { values: Float32Array.of(learningRate), shape: [] }
      })
    } catch (error) {
      if (error instanceof ResiduumError && String(error.parameters.message).includes(NOT_FINITE)) {
        throw new LossNotFinite(NOT_FINITE, { cause: error })
      }
      throw error
    }
  }

  private feeds(batch: BatchInput): Record<string, Feed> {
    return batchFeeds(batch, this.architecture.inputShape)
  }
}

const randomness = (seed: number, step: number): Record<string, Feed> => ({
  randomness: { values: Int32Array.of(seed, step), shape: [2] }
})
