import { z } from 'zod'
import { newRecipe, recipeSchema } from '../experiment/schema'
import { settingSections } from '../experiment/setting'
import { presetNames } from '../presets'
import { runSortSchema } from '../run/query'

export const themes = ['system', 'light', 'dark'] as const
export const locales = ['system', 'en', 'zh-CN'] as const

/** What the command line takes, too. */
export const EVALUATION_SPACE = 64
/** Likewise: only the checkpoints that always stay. */
export const CHECKPOINT_SPACE = 0
/** How figures group their digits: as the language does, by thin spaces, or not at all. */
export const numberStyles = ['language', 'spaces', 'plain'] as const
export type NumberStyle = (typeof numberStyles)[number]

/** Sections of the recipe's form that are open at first. */
const OPEN_SECTIONS = ['training', 'optimizer', 'schedule', 'pictures'] as const

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
  numbers: z.enum(numberStyles),
  window: z.object({
    x: z.number().int().optional(),
    y: z.number().int().optional(),
    width: z.number().int().min(400).max(20_000),
    height: z.number().int().min(300).max(20_000),
    maximized: z.boolean()
  }),
  /** The place of the window that was open last. */
  view: z.string().max(100),
  /** The library's folder from the next start on; null for the usual one. */
  library: z.string().min(1).max(4096).nullable(),
  /** Weight of the past in smoothed curves, 0 (off) to 0.99. */
  smoothing: z.number().min(0).max(0.99),
  /** MB (10^6 bytes) for the evaluations that a run keeps; where it is short, the best, the last and some between stay. */
  evaluationSpace: z.number().int().min(1).max(1_000_000),
  /** MB for the checkpoints that a run keeps beside the last two and the best one; the newest that have room stay. */
  checkpointSpace: z.number().int().min(0).max(1_000_000),
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

const initialEditor = {
  direction: 'auto',
  legend: true,
  panel: 'problems',
  side: 'library',
  sideOpen: true,
  inspectorOpen: true,
  bars: 'parameters',
  receptiveField: false
} as const
const { shape } = fields
/** What a field of the settings may be. */
export const settingFields = shape

/**
 * What the app remembers. Every field has a default, so that an older file is complete; it also stands for what cannot be
 * read, because a value of another version must not cost the others.
 */
export const settingsSchema = z.object({
  theme: shape.theme.default('system').catch('system'),
  locale: shape.locale.default('system').catch('system'),
  numbers: shape.numbers.default('language').catch('language'),
  window: shape.window.default({ width: 1280, height: 800, maximized: false }).catch({
    width: 1280,
    height: 800,
    maximized: false
  }),
  view: shape.view.default('/architecture').catch('/architecture'),
  library: shape.library.default(null).catch(null),
  smoothing: shape.smoothing.default(0.9).catch(0.9),
  evaluationSpace: shape.evaluationSpace.default(EVALUATION_SPACE).catch(EVALUATION_SPACE),
  checkpointSpace: shape.checkpointSpace.default(CHECKPOINT_SPACE).catch(CHECKPOINT_SPACE),
  runSort: shape.runSort.default({ by: 'createdAt', descending: true }).catch({ by: 'createdAt', descending: true }),
  experiment: shape.experiment.default(null).catch(null),
  recipeSections: shape.recipeSections.default([...OPEN_SECTIONS]).catch([...OPEN_SECTIONS]),
  onlyDifferences: shape.onlyDifferences.default(true).catch(true),
  panels: shape.panels.default({}).catch({}),
  editor: shape.editor.default(initialEditor).catch(initialEditor)
})
/** A change names only what it changes: no default may slip in. */
export const settingsChangeSchema = fields.partial()
export type Settings = z.infer<typeof settingsSchema>
