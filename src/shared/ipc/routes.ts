import { z } from 'zod'
import { editNameSchema } from '../architecture/edit/history'
import { architectureSummarySchema, architectureVersionSchema, savedArchitectureSchema } from '../architecture/saved'
import { architectureSchema } from '../architecture/schema'
import { bytesSchema } from '../bytes'
import { commandIds } from '../app/commands'
import { datasetNames, experimentSchema } from '../experiment/schema'
import { progressSchema } from '../run/events'
import { curveRequestSchema, curveSchema } from '../run/curves'
import { runQuerySchema } from '../run/query'
import { deviceSchema, evaluationSchema, runDetailSchema, runSummarySchema } from '../run/schema'
import { measuredSpeedSchema } from '../run/speed'
import { settingsChangeSchema, settingsSchema } from '../app/settings'
import { errorSchema } from '../errorRecord'
import { route } from './route'

const nothing = z.undefined()
const run = z.object({ id: z.string().max(64) })
const saved = z.object({ id: z.string().max(64) })
const name = z.string().trim().min(1).max(200)
const split = z.enum(['train', 'test'])

export const appInfoSchema = z.object({
  version: z.string(),
  electron: z.string(),
  chromium: z.string(),
  node: z.string(),
  /** True on the Electron for closed networks, which gets no security updates any more. */
  outdated: z.boolean(),
  libraryFolder: z.string(),
  cacheFolder: z.string(),
  /** Null while TensorFlow is still being loaded or where it cannot be. */
  device: deviceSchema.nullable(),
  deviceError: errorSchema.nullable()
})

/** The run in progress as main sees it. */
export const trainingStateSchema = z.object({
  run: z.string(),
  status: z.enum(['running', 'paused', 'stopping']),
  progress: progressSchema.nullable(),
  warning: errorSchema.nullable()
})

export const datasetInfoSchema = z.object({
  name: z.enum(datasetNames),
  classes: z.array(z.string()),
  /** Channels, height, width. */
  shape: z.tuple([z.number(), z.number(), z.number()]),
  counts: z.object({ train: z.number(), test: z.number() }),
  folder: z.string(),
  /** Bytes on disk. */
  bytes: z.number()
})

/** Every request there is. The handlers' type is made from this: a missing one does not compile. */
export const routes = {
  'app.info': route(nothing, appInfoSchema),
  'settings.get': route(nothing, settingsSchema),
  'settings.set': route(settingsChangeSchema, settingsSchema),
  /** A page of the runs, and how many there are in all. */
  'runs.list': route(runQuerySchema, z.object({ runs: z.array(runSummarySchema), total: z.number().int() })),
  'runs.get': route(run, runDetailSchema),
  /** Curves of many runs at once, in the order asked for; a series that a run lacks has no points. */
  'runs.curves': route(z.array(curveRequestSchema).max(4000), z.array(curveSchema)),
  /** Epochs of which predictions are kept, ascending. */
  'runs.evaluations': route(run, z.array(z.number().int())),
  'runs.evaluation': route(run.extend({ epoch: z.number().int().min(0).nullable() }), evaluationSchema),
  'runs.rename': route(run.extend({ name }), nothing),
  /** Puts a run into the trash, where it is kept for 30 days. */
  'runs.delete': route(run, nothing),
  'runs.restore': route(run, nothing),
  'architectures.list': route(nothing, z.array(architectureSummarySchema)),
  'architectures.get': route(saved, savedArchitectureSchema),
  'architectures.create': route(architectureSchema, architectureSummarySchema),
  /** Keeps what is drawn and not saved; null when nothing is. */
  'architectures.draft': route(saved.extend({ architecture: architectureSchema.nullable() }), nothing),
  'architectures.save': route(saved.extend({ architecture: architectureSchema }), architectureSummarySchema),
  'architectures.rename': route(saved.extend({ name }), nothing),
  'architectures.delete': route(saved, nothing),
  'architectures.restore': route(saved, nothing),
  'architectures.versions': route(saved, z.array(architectureVersionSchema)),
  'architectures.version': route(saved.extend({ version: z.number().int().min(1) }), architectureSchema),
  /** Asks the user for a file; null when none was chosen. */
  'architectures.import': route(nothing, z.object({ file: z.string(), architecture: architectureSchema }).nullable()),
  /** Asks where to, suggesting the name, and writes the text there whole or not at all; null when nowhere was chosen. */
  'files.export': route(
    z.object({ name: z.string().max(200), kind: z.enum(['json', 'python']), text: z.string().max(50_000_000) }),
    z.object({ file: z.string() }).nullable()
  ),
  /** What Undo and Redo in the menu are called. */
  'menu.history': route(z.object({ undo: editNameSchema.nullable(), redo: editNameSchema.nullable() }), nothing),
  /** Shows commands at the mouse; the chosen one comes as an event. */
  'menu.popup': route(z.object({ commands: z.array(z.enum(commandIds)).min(1).max(30) }), nothing),
  'runs.speeds': route(nothing, z.array(measuredSpeedSchema)),
  'training.start': route(experimentSchema, run),
  /** Goes on with an ended run from its newest checkpoint. */
  'training.continue': route(run, nothing),
  'training.pause': route(nothing, nothing),
  'training.resume': route(nothing, nothing),
  'training.stop': route(nothing, nothing),
  'training.state': route(nothing, trainingStateSchema.nullable()),
  /** Asks for a port on which the trainer posts steps and progress; it arrives as a window message. */
  'training.connect': route(nothing, nothing),
  'datasets.get': route(z.object({ name: z.enum(datasetNames) }), datasetInfoSchema),
  'datasets.labels': route(z.object({ name: z.enum(datasetNames), split }), bytesSchema),
  /** RGBA pixels of up to 200 pictures by their numbers. */
  'datasets.pictures': route(
    z.object({ name: z.enum(datasetNames), split, indices: z.array(z.number().int().min(0)).max(200) }),
    z.array(bytesSchema)
  )
} as const

export type Routes = typeof routes
export type RouteName = keyof Routes
export type RouteInput<R extends RouteName> = z.input<Routes[R]['input']>
export type RouteOutput<R extends RouteName> = z.output<Routes[R]['output']>

export type AppInfo = z.infer<typeof appInfoSchema>
export type TrainingState = z.infer<typeof trainingStateSchema>
export type DatasetInfo = z.infer<typeof datasetInfoSchema>
