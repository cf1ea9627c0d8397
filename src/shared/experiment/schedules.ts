import { z } from 'zod'
import './setting'

const epochsLong = z.number().positive().max(10_000)
const gamma = z.number().positive().max(1).default(0.1)
const finalFactor = z.number().min(0).max(1).default(0)
/**
 * How the learning rate goes from step to step; lengths in epochs from the warm-up's end, of which parts are allowed.
 */
export const scheduleSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('constant') }),
    /** torch.optim.lr_scheduler.StepLR. */
    z.object({
      kind: z.literal('step'),
      every: epochsLong.meta({ setting: { unit: 'epochs', usual: 5 } }),
      gamma
    }),
    /** MultiStepLR. */
    z.object({
      kind: z.literal('multi-step'),
      milestones: z
        .array(epochsLong)
        .min(1)
        .max(100)
        .meta({ setting: { unit: 'epochs', usual: [5, 8] } }),
      gamma
    }),
    /** CosineAnnealingLR over the rest of the run, down to `finalFactor` times the learning rate. */
    z.object({ kind: z.literal('cosine'), finalFactor }),
    /** LinearLR over the rest of the run, from 1 to `finalFactor`. */
    z.object({ kind: z.literal('linear'), finalFactor }),
    /** OneCycleLR (Smith and Topin 2018) with cosine slopes; the learning rate is the highest. */
    z.object({
      kind: z.literal('one-cycle'),
      risingShare: z.number().min(0.001).max(0.999).default(0.3),
      initialDivisor: z
        .number()
        .min(1)
        .max(1e6)
        .default(25)
        .meta({ setting: { scale: 'logarithmic' } }),
      finalDivisor: z
        .number()
        .min(1)
        .max(1e9)
        .default(1e4)
        .meta({ setting: { scale: 'logarithmic' } })
    })
  ])
  .meta({ setting: { section: 'schedule' } })

export type Schedule = z.infer<typeof scheduleSchema>
