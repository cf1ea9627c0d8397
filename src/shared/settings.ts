import { z } from 'zod'
import { recipeSchema } from './experiment/schema'
import { presetNames } from './presets'

export const themes = ['system', 'light', 'dark'] as const
export const locales = ['system', 'en', 'zh-CN'] as const

const fields = z.object({
  theme: z.enum(themes),
  locale: z.enum(locales),
  window: z.object({
    x: z.number().int().optional(),
    y: z.number().int().optional(),
    width: z.number().int().min(400).max(20_000),
    height: z.number().int().min(300).max(20_000),
    maximized: z.boolean()
  }),
  /** The place of the window that was open last. */
  view: z.string().max(100),
  /** Weight of the past in smoothed curves, 0 (off) to 0.99. */
  smoothing: z.number().min(0).max(0.99),
  /** The preset and recipe being prepared; null for the defaults. */
  experiment: z.object({ preset: z.enum(presetNames), recipe: recipeSchema }).nullable()
})

/** What the app remembers; every field has a default, so that an older file is complete. */
export const settingsSchema = z.object({
  theme: fields.shape.theme.default('system'),
  locale: fields.shape.locale.default('system'),
  window: fields.shape.window.default({ width: 1280, height: 800, maximized: false }),
  view: fields.shape.view.default('/architecture'),
  smoothing: fields.shape.smoothing.default(0.9),
  // What another version wrote here must not cost the other settings.
  experiment: fields.shape.experiment.default(null).catch(null)
})
/** A change names only what it changes: no default may slip in. */
export const settingsChangeSchema = fields.partial()
export type Settings = z.infer<typeof settingsSchema>
