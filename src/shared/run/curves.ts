import { z } from 'zod'

/** One series of one run at a width. */
export const curveRequestSchema = z.object({
  run: z.string().max(64),
  /** As `loss` or `gradientNorm/PATH`. */
  name: z.string().max(1000),
  /** At most so many points; of more steps, equal groups are given whose size depends on the run alone. */
  points: z.number().int().min(2).max(20_000),
  /** The first and the last step wanted; null for the run's. */
  from: z.number().int().min(0).nullable().default(null),
  to: z.number().int().min(0).nullable().default(null)
})

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array)

/**
 * Points of a series in the order of the steps, all arrays equally long. Where every step has a point of its own, the
 * three values are one; the newest step is always the last point. NaN where nothing finite was recorded.
 */
export const curveSchema = z.object({
  run: z.string(),
  name: z.string(),
  /** The last step that a point stands for. */
  steps: z.custom<Float64Array>((value) => value instanceof Float64Array),
  mean: floats,
  minimum: floats,
  maximum: floats
})

export type CurveRequest = z.input<typeof curveRequestSchema>
export type Curve = z.infer<typeof curveSchema>
