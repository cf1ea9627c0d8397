import type { BatchInput } from '../../../src/main/engine/input/batches'
import type { StepSettings } from '../../../src/main/engine/compiledNetwork'
import { LossNotFinite, type LayerDiagnostics } from '../../../src/main/engine/inspection'
import type { State } from '../../../src/main/engine/weights'
import { BEGINNING, type Position } from '../../../src/main/training/checkpointFiles'
import { TrainingControl } from '../../../src/main/training/control'
import { trainEpochs, type Trainable } from '../../../src/main/training/loop'
import { together, type Observer } from '../../../src/main/training/observers/observer'
import type { PictureFeed } from '../../../src/main/training/pictureFeed'
import { RunState } from '../../../src/main/training/run'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import type { Experiment } from '../../../src/shared/experiment/schema'
import { presetExperiment } from '../../../src/shared/presets'

/** Batches here are pictures' numbers, as of a resident data set. */
const indicesOf = (batch: BatchInput): Int32Array => ('indices' in batch ? batch.indices : new Int32Array(0))

const LAYERS: LayerDiagnostics[] = [{ path: 'fc', gradientNorm: 1, weightNorm: 2, deadShare: null }]

/** A network that only pretends: figures by a formula, and a state that says how many steps were made. */
export class PretendNetwork {
  /** What each step was told. */
  readonly told: StepSettings[] = []
  /** Mean loss of a step, and of a picture in the evaluation after `steps` steps. */
  lossAt = (step: number): number => 2 - step / 100
  testLossAt = (steps: number): number => 1 / (1 + steps)
  /** Which pictures are right after `steps` steps; the labels are 0 and 1 in turn. */
  rightAt: (steps: number, place: number) => boolean = () => true
  evaluations = 0

  trainStep(batch: BatchInput, settings: StepSettings): { loss: number; correct: number } {
    const loss = this.lossAt(settings.step)
    if (!Number.isFinite(loss)) throw new LossNotFinite()
    this.told.push(settings)
    return { loss, correct: indicesOf(batch).length / 2 }
  }

  trainStepDiagnosed(batch: BatchInput, settings: StepSettings) {
    return { ...this.trainStep(batch, settings), layers: LAYERS }
  }

  inspect(): { path: string; where: 'parameters' | 'output' } | null {
    return { path: 'conv1', where: 'output' }
  }

  evaluate(batch: BatchInput) {
    const indices = indicesOf(batch)
    this.evaluations += 1
    const steps = this.told.length
    const labels = indices.map((index) => index % 2)
    return {
      lossSum: this.testLossAt(steps) * indices.length,
      labels,
      k: 1,
      classes: labels.map((label, place) => (this.rightAt(steps, indices[place]!) ? label : 1 - label)),
      probabilities: new Float32Array(indices.length).fill(0.5),
      trueProbability: new Float32Array(indices.length).fill(0.5)
    }
  }

  readState(): State {
    return new Map([['fc.weight', Float32Array.of(this.told.length, 0)]])
  }
}

/** An experiment of so few pictures that an epoch has four steps. */
export function smallExperiment(change: Partial<Experiment['recipe']> = {}): Experiment {
  const experiment = presetExperiment('lenet-5')
  Object.assign(experiment.recipe, { epochs: 2, batchSize: 2, testBatchSize: 2, validationShare: 0, ...change })
  return experiment
}

const numbers = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index)

const feed = {
  async *batches(_split: string, order: Int32Array, size: number, first = 0) {
    for (let number = first; number * size < order.length; number++) {
      const indices = order.slice(number * size, (number + 1) * size)
      yield await Promise.resolve({ number, indices, input: { indices } })
    }
  }
} as Pick<PictureFeed, 'batches'> as PictureFeed

export function pretendSession(network: PretendNetwork, change: Partial<Experiment['recipe']> = {}): Trainable {
  const experiment = smallExperiment(change)
  return {
    experiment,
    network,
    feed,
    source: { height: 32, width: 32 },
    output: 'fc',
    splits: { train: numbers(8), validation: new Int32Array(0), test: numbers(4) },
    stepsPerEpoch: 4,
    trainPictures: 8,
    checkPictures: () => Promise.resolve()
  }
}

export const architecture = checkArchitecture(smallExperiment().architecture).checked!

/** Runs the loop over a pretended network with these observers and then tells them of its end. */
export async function pretendRun(
  observers: readonly Observer[],
  {
    network = new PretendNetwork(),
    change = {},
    start = {},
    isEvaluated = true,
    control = new TrainingControl()
  }: {
    network?: PretendNetwork
    change?: Partial<Experiment['recipe']>
    start?: Partial<Position>
    isEvaluated?: boolean
    control?: TrainingControl
  } = {}
): Promise<{ run: RunState; network: PretendNetwork; status: 'finished' | 'stopped' }> {
  const session = pretendSession(network, change)
  const run = new RunState({ ...BEGINNING, ...start }, isEvaluated)
  const observed = together(observers)
  const status = await trainEpochs(session, run, observed, control)
  await observed.runEnd({ type: 'ended', status, error: null, early: run.isOver })
  return { run, network, status }
}
