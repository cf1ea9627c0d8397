import { drawAugmentation } from '../engine/input/augmentationDraw'
import type { CompiledNetwork, StepResult } from '../engine/compiledNetwork'
import type { LayerDiagnostics } from '../engine/inspection'
import { located } from './observers/notFinite'
import type { PictureBatch } from './pictureFeed'
import type { Session } from './session'

/** What a step needs of a network; tests have one that only pretends. */
export type TrainedNetwork = Pick<CompiledNetwork, 'trainStep' | 'trainStepDiagnosed' | 'inspect'>

export interface StepOutcome extends StepResult {
  /** Of each layer, at the steps that the recipe's `diagnosticsEvery` picks; else null. */
  layers: LayerDiagnostics[] | null
}

/**
 * One optimizer step over a batch, its augmentation drawn by the experiment's seed and the step's number.
 * Throws ResiduumError `loss-not-finite` or `weights-not-finite` with layer, epoch and step; nothing has changed then.
 */
export function makeStep(
  network: TrainedNetwork,
  { experiment: { recipe, architecture }, source, output }: Pick<Session, 'experiment' | 'source' | 'output'>,
  { indices, input }: PictureBatch,
  { epoch, step, learningRate }: { epoch: number; step: number; learningRate: number }
): StepOutcome {
  const { seed, diagnosticsEvery } = recipe
  const draw = { indices, source, input: architecture.input, seed, epoch, step }
  const batch = { ...input, augmentation: drawAugmentation(recipe.augmentation, draw) }
  const settings = { learningRate, seed, step }
  try {
    const isDiagnosed = diagnosticsEvery !== null && step % diagnosticsEvery === 0
    return isDiagnosed
      ? network.trainStepDiagnosed(batch, settings)
      : { ...network.trainStep(batch, settings), layers: null }
  } catch (error) {
    throw located(error, () => network.inspect(batch, settings), { epoch, step, output })
  }
}
