import type { Recipe } from './schema'
import type { Schedule } from './schedules'

/** Steps in which the learning rate rises before the schedule begins. */
export const warmupSteps = ({ warmup }: Pick<Recipe, 'warmup'>, stepsPerEpoch: number): number =>
  Math.round(warmup * stepsPerEpoch)

/**
 * The learning rate of optimizer step `step` (from 0), as torch.optim.lr_scheduler gives it when
 * stepped after every optimizer step; a warm-up is LinearLR before it in a SequentialLR. All lengths of the
 * schedule, milestones too, therefore count from the warm-up's end. It is finite for every step of a run; where
 * PyTorch's OneCycleLR divides by zero, having no step to rise in, the first step has the highest rate.
 */
export function learningRateAt(
  recipe: Pick<Recipe, 'optimizer' | 'schedule' | 'warmup' | 'warmupStart' | 'epochs'>,
  step: number,
  stepsPerEpoch: number
): number {
  const { learningRate } = recipe.optimizer
  const { warmupStart } = recipe
  const total = recipe.epochs * stepsPerEpoch
  const warmup = warmupSteps(recipe, stepsPerEpoch)
  if (step < warmup) return learningRate * (warmupStart + ((1 - warmupStart) * step) / warmup)
  return learningRate * factorAt(recipe.schedule, step - warmup, total - warmup, stepsPerEpoch)
}

function factorAt(schedule: Schedule, step: number, total: number, stepsPerEpoch: number): number {
  const inSteps = (epochs: number): number => Math.max(1, Math.round(epochs * stepsPerEpoch))
  switch (schedule.kind) {
    case 'constant':
      return 1
    case 'step':
      return schedule.gamma ** Math.floor(step / inSteps(schedule.every))
    case 'multi-step':
      return schedule.gamma ** schedule.milestones.filter((milestone) => step >= inSteps(milestone)).length
    case 'cosine':
      return between(schedule.finalFactor, 1, (1 + Math.cos((Math.PI * Math.min(step, total)) / total)) / 2)
    case 'linear':
      return between(1, schedule.finalFactor, Math.min(1, step / total))
    case 'one-cycle': {
      const peak = schedule.risingShare * total - 1
      const initial = 1 / schedule.initialDivisor
      const final = initial / schedule.finalDivisor
      if (step <= peak) return peak === 0 ? 1 : cosineFrom(initial, 1, step / peak)
      return cosineFrom(1, final, Math.min(1, (step - peak) / (total - 1 - peak)))
    }
  }
}

const between = (from: number, to: number, share: number): number => from + (to - from) * share
const cosineFrom = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2
