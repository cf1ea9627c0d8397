import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { describeError, ResiduumError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/errorRecord'
import type { EpochMetrics } from '../../shared/run/schema'
import { decodeSafetensors } from '../engine/safetensors'
import { AVERAGE, parameterOfSlot, readSlotName, slotName, type State } from '../engine/weights'
import { MAX_TENSOR_BYTES, readWhole, sha256 } from '../files'
import type { Fault } from '../../shared/messages/coded'
import { journalFile } from '../run/reading'

/** Far more than a manifest ever takes. */
const MAX_MANIFEST_BYTES = 1_000_000

const fileSchema = z.object({ name: z.string().regex(/^[\w.-]+$/), sha256: z.string(), bytes: z.number() })

/** Where a run stands; the order of the data and all that is random follow from it and the seed. */
export const positionSchema = z.object({
  /** Optimizer steps done. */
  step: z.number().int().min(0),
  /** Whole epochs trained. */
  epoch: z.number().int().min(0),
  /** Sums over the pictures of the epoch in progress, or of the last whole one that waits for its evaluation. */
  lossSum: z.number(),
  correct: z.number(),
  /** Time worked so far. */
  seconds: z.number(),
  /** Training pictures a second in that epoch. */
  imagesPerSecond: z.number().default(0)
})
export type Position = z.infer<typeof positionSchema>

export const BEGINNING: Position = { step: 0, epoch: 0, lossSum: 0, correct: 0, seconds: 0, imagesPerSecond: 0 }

const filesSchema = z.object({
  format: z.literal('residuum.checkpoint'),
  /** The weights that an evaluation of the run judges: with a moving average the averages. */
  weights: fileSchema,
  /** What the optimizer remembers, and with a moving average the weights that are trained on, as `raw/NAME`. */
  optimizer: fileSchema
})

/** `step-N.json`, written last: where it is, the files it names are whole. */
export const checkpointManifestSchema = positionSchema.extend({
  ...filesSchema.shape,
  version: z.literal(2),
  /** Bytes of the run's journal that tell how it came here. */
  journal: z.number().int().min(0)
})
export type CheckpointManifest = z.infer<typeof checkpointManifestSchema>

/** In version 1 `epoch` counts whole epochs with their evaluation, and with an average the weights are the raw ones. */
const formerManifestSchema = positionSchema.extend({ ...filesSchema.shape, version: z.literal(1) })

const anyManifestSchema = z.discriminatedUnion('version', [formerManifestSchema, checkpointManifestSchema])
export type AnyManifest = z.infer<typeof anyManifestSchema>

export interface LoadedCheckpoint {
  position: Position
  /** Of its manifest. */
  version: 1 | 2
  state: State
  /** Newer checkpoints that were refused, and why. */
  refused: ErrorRecord[]
}

/** Where a run begins or goes on, and whether its last whole epoch has its figures. */
export interface Start {
  position: Position
  isEvaluated: boolean
}

/** Where to go on from a checkpoint, or begin where there is none; `epochs` are those that have their figures. */
export function startFrom(
  checkpoint: Pick<LoadedCheckpoint, 'position' | 'version'> | null,
  stepsPerEpoch: number,
  epochs: readonly Pick<EpochMetrics, 'epoch'>[]
): Start {
  if (!checkpoint) return { position: BEGINNING, isEvaluated: true }
  const { position, version } = checkpoint
  const { step, epoch } = position
  if (version === 1) {
    // A run that was stopped while the test pictures were gone through had trained one epoch more than it counted.
    const waits = step === (epoch + 1) * stepsPerEpoch
    return { position: waits ? { ...position, epoch: epoch + 1 } : position, isEvaluated: !waits }
  }
  const isBehindEpoch = epoch > 0 && step === epoch * stepsPerEpoch
  return { position, isEvaluated: !isBehindEpoch || epochs.some((metrics) => metrics.epoch === epoch - 1) }
}

export const baseName = (step: number): string => `step-${String(step).padStart(8, '0')}`

/**
 * The newest whole checkpoint in `folder`: every file is checked by its SHA-256, and a damaged
 * checkpoint is passed over for the one before it. Null where none is there. `journalBytes` are those that the run's
 * journal has: a checkpoint that knows of more is passed over too, since what led to it is lost.
 * Throws ResiduumError `checkpoint-missing` when all are damaged, `journal-short` when the journal lacks what led to them.
 */
export async function loadCheckpoint(folder: string, journalBytes = Infinity): Promise<LoadedCheckpoint | null> {
  const refused: ErrorRecord[] = []
  for (const file of (await manifestFiles(folder)).reverse()) {
    try {
      return { ...(await readCheckpoint(folder, file, journalBytes)), refused }
    } catch (error) {
      refused.push(describeError(error))
    }
  }
  if (refused.length === 0) return null
  const ahead = refused.find((error) => error.code === 'checkpoint-ahead')
  if (ahead) throw new ResiduumError('journal-short', { ...ahead.parameters, file: journalFile(folder) })
  throw new ResiduumError('checkpoint-missing', {
    folder,
    reason: {
      code: 'quoted',
      parameters: {
        text: refused.flatMap(({ parameters }) => ('file' in parameters ? [parameters.file] : [])).join(', ')
      }
    }
  })
}

/** Names of the manifests, the oldest first. */
export async function manifestFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => /^step-\d+\.json$/.test(name)).sort()
}

/** Throws ResiduumError `checkpoint-damaged` where the file holds no manifest. */
export async function readManifest(folder: string, file: string): Promise<AnyManifest> {
  const text = (await readWhole(join(folder, file), MAX_MANIFEST_BYTES)).toString('utf8')
  try {
    return anyManifestSchema.parse(JSON.parse(text))
  } catch {
    throw damaged(folder, file, { code: 'manifest', parameters: {} })
  }
}

const damaged = (folder: string, name: string, reason: Fault): ResiduumError =>
  new ResiduumError('checkpoint-damaged', { file: join(folder, name), reason })

async function readCheckpoint(
  folder: string,
  file: string,
  journalBytes: number
): Promise<Omit<LoadedCheckpoint, 'refused'>> {
  const manifest = await readManifest(folder, file)
  if (manifest.version === 2 && manifest.journal > journalBytes) {
    const parameters = { file: join(folder, file), wanted: manifest.journal, bytes: journalBytes }
    throw new ResiduumError('checkpoint-ahead', parameters)
  }
  const read = async ({ name, sha256: expected }: AnyManifest['weights']): Promise<[string, Float32Array][]> => {
    const bytes = await readWhole(join(folder, name), MAX_TENSOR_BYTES).catch(() => null)
    if (!bytes) throw damaged(folder, name, { code: 'absent', parameters: {} })
    if (sha256(bytes) !== expected) throw damaged(folder, name, { code: 'checksum', parameters: {} })
    return [...decodeSafetensors(bytes, name).tensors].flatMap(([key, { values }]) =>
      values instanceof Float32Array ? [[key, values]] : []
    )
  }
  const weights: State = new Map(await read(manifest.weights))
  const kept: State = new Map((await read(manifest.optimizer)).map(([key, values]) => [readSlotName(key), values]))
  return { position: positionSchema.parse(manifest), version: manifest.version, state: joined(weights, kept) }
}

/** What stands in the optimizer's file for a parameter whose average is in the weights' file. */
const RAW = 'raw'

/** The two files' values of a state: the weights that are judged, as a network without an average has them, and the rest. */
export function separated(state: State, isParameter: (name: string) => boolean): { weights: State; kept: State } {
  const weights: State = new Map()
  const kept: State = new Map()
  for (const [name, values] of state) {
    const average = state.get(slotName(AVERAGE, name))
    if (isParameter(name)) weights.set(name, average ?? values)
    else if (name !== slotName(AVERAGE, parameterOfSlot(name))) kept.set(name, values)
    if (isParameter(name) && average) kept.set(slotName(RAW, name), values)
  }
  return { weights, kept }
}

/** The state that was separated. */
function joined(weights: State, kept: State): State {
  const state: State = new Map(weights)
  for (const [name, values] of kept) {
    const parameter = parameterOfSlot(name)
    if (name !== slotName(RAW, parameter)) state.set(name, values)
    else {
      state.set(slotName(AVERAGE, parameter), weights.get(parameter)!)
      state.set(parameter, values)
    }
  }
  return state
}
