import { z } from 'zod'
import { newRecipe, recipeSchema } from '../experiment/schema'
import { settingSections } from '../experiment/setting'
import { presetNames } from '../presets'
import { runSortSchema } from '../run/query'

export const themes = ['system', 'light', 'dark'] as const
export const locales = ['system', 'en', 'zh-CN'] as const

/** What the command line takes, too. */
export const EVALUATION_SPACE = 64

/** How drawings are laid out: from left to right, from top to bottom, or by the shape of their place. */
export const directions = ['auto', 'across', 'down'] as const

/** Panels below the architecture editor's canvas. */
export const editorPanels = ['problems', 'layers', 'code'] as const

const editorSettings = z.object({
  direction: z.enum(directions).default('auto').catch('auto'),
  /** Whether drawings say what their colours mean. */
  legend: z.boolean().default(true).catch(true),
  /** What is shown below the canvas; null where the user has closed it, until there is another first problem. */
  panel: z.enum(editorPanels).nullable(),
  side: z.enum(['library', 'palette']),
  /** Whether the side panels are open, in files since they can be closed. */
  sideOpen: z.boolean().default(true).catch(true),
  inspectorOpen: z.boolean().default(true).catch(true),
  /** What the bars on nodes show. */
  bars: z.enum(['parameters', 'multiplyAdds', 'off']),
  receptiveField: z.boolean()
})

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
  /** MB (10^6 bytes) for the evaluations that a run keeps; where it is short, the best, the last and some between stay. */
  evaluationSpace: z.number().int().min(1).max(1_000_000),
  /** How the list of runs is sorted. */
  runSort: runSortSchema,
  /** What is being prepared: the recipe, the preset it came with, and the user's architecture; null for the defaults. */
  experiment: z
    .object({
      preset: z.enum(presetNames),
      architecture: z.string().max(64).nullable().default(null),
      // It is for a run to come: what an older file lacks gets what new runs have.
      recipe: z.preprocess((recipe) => ({ ...newRecipe, ...(recipe as object) }), recipeSchema)
    })
    .nullable(),
  /** Sections of the recipe's form that are open. */
  recipeSections: z.array(z.enum(settingSections)),
  /** Whether a comparison of several runs shows only what differs. */
  onlyDifferences: z.boolean(),
  /** Sizes in px of panels that the user has drawn larger or smaller, by the id of their splitter. */
  panels: z.record(z.string().max(64), z.number().min(0).max(20_000)),
  /** Panels of the architecture editor. */
  editor: editorSettings
})

/** What the app remembers; every field has a default, so that an older file is complete. */
export const settingsSchema = z.object({
  theme: fields.shape.theme.default('system'),
  locale: fields.shape.locale.default('system'),
  window: fields.shape.window.default({ width: 1280, height: 800, maximized: false }),
  view: fields.shape.view.default('/architecture'),
  smoothing: fields.shape.smoothing.default(0.9),
  evaluationSpace: fields.shape.evaluationSpace.default(EVALUATION_SPACE),
  runSort: runSortSchema.default({ by: 'createdAt', descending: true }),
  // What another version wrote here must not cost the other settings.
  experiment: fields.shape.experiment.default(null).catch(null),
  // A section of another version must not cost the other settings.
  recipeSections: fields.shape.recipeSections
    .default(['training', 'optimizer', 'schedule', 'pictures'])
    .catch(['training', 'optimizer', 'schedule', 'pictures']),
  onlyDifferences: fields.shape.onlyDifferences.default(true),
  panels: fields.shape.panels.default({}).catch({}),
  editor: editorSettings.default({
    direction: 'auto',
    legend: true,
    panel: 'problems',
    side: 'library',
    sideOpen: true,
    inspectorOpen: true,
    bars: 'parameters',
    receptiveField: false
  })
})
/** A change names only what it changes: no default may slip in. */
export const settingsChangeSchema = fields.partial()
export type Settings = z.infer<typeof settingsSchema>
