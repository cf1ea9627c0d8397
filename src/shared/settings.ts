import { z } from 'zod'

export const themes = ['system', 'light', 'dark'] as const
export const locales = ['system', 'en', 'zh-CN'] as const

/** What the app remembers; every field has a default, so that an older file is complete. */
export const settingsSchema = z.object({
  theme: z.enum(themes).default('system'),
  locale: z.enum(locales).default('system'),
  window: z
    .object({
      x: z.number().int().optional(),
      y: z.number().int().optional(),
      width: z.number().int().min(400).max(20_000),
      height: z.number().int().min(300).max(20_000),
      maximized: z.boolean()
    })
    .default({ width: 1280, height: 800, maximized: false }),
  /** The place of the window that was open last. */
  view: z.string().max(50).default('/architecture'),
  /** Weight of the past in smoothed curves, 0 (off) to 0.99. */
  smoothing: z.number().min(0).max(0.99).default(0.9)
})
export type Settings = z.infer<typeof settingsSchema>
