import { learningRateAt } from '../../../shared/experiment/schedule'
import type { Recipe } from '../../../shared/experiment/schema'
import type { Observer } from './observer'

/** Sets the learning rate of each step, before it is made. */
export const learningRate = (recipe: Recipe, stepsPerEpoch: number): Observer => ({
  stepBegin(run) {
    run.learningRate = learningRateAt(recipe, run.step, stepsPerEpoch)
  }
})
