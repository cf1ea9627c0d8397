import { z } from 'zod'

/** How fast one run trained on this computer. */
export const measuredSpeedSchema = z.object({
  /** Of one forward pass of one picture. */
  multiplyAdds: z.number().positive(),
  imagesPerSecond: z.number().positive()
})
export type MeasuredSpeed = z.infer<typeof measuredSpeedSchema>

/**
 * Seconds for one pass over `pictures` training pictures, from the measured run whose network is nearest in
 * multiply-adds, scaled by them; of equals the newest. Null before anything was measured.
 */
export function estimateEpoch(multiplyAdds: number, pictures: number, speeds: readonly MeasuredSpeed[]): number | null {
  if (multiplyAdds <= 0) return null
  const distance = (speed: MeasuredSpeed): number => Math.abs(Math.log(speed.multiplyAdds / multiplyAdds))
  const [nearest] = [...speeds].sort((a, b) => distance(a) - distance(b))
  if (!nearest) return null
  return (pictures * multiplyAdds) / (nearest.imagesPerSecond * nearest.multiplyAdds)
}
