import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { parameterOfSlot, readSlotName, type NamedParameter, type State } from '../engine/weights'
import { describeError, ResiduumError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/ipc/error'
import { bestBy } from '../../shared/run/best'
import { decodeSafetensors, encodeSafetensors } from '../engine/safetensors'
import { MAX_TENSOR_BYTES, readWhole, sha256, writeFileAtomic } from '../files'

/** Far more than a manifest ever takes. */
const MAX_MANIFEST_BYTES = 1_000_000

const fileSchema = z.object({ name: z.string().regex(/^[\w.-]+$/), sha256: z.string(), bytes: z.number() })

/** Where a run stands; the order of the data and all that is random follow from it and the seed. */
export const positionSchema = z.object({
  /** Optimizer steps done. */
  step: z.number().int().min(0),
  /** Whole epochs done, their evaluation included. */
  epoch: z.number().int().min(0),
  /** Of the last whole epoch, more is better; null in the middle of one and where it cannot count as the best. */
  score: z.number().nullable().default(null),
  /** From where early stopping counts. */
  best: z
    .object({ score: z.number().nullable(), epoch: z.number().int().min(0) })
    .nullable()
    .default(null),
  /** Sums over the pictures of the epoch in progress. */
  lossSum: z.number(),
  correct: z.number(),
  /** Time worked so far. */
  seconds: z.number()
})
export type Position = z.infer<typeof positionSchema>

/** `step-N.json`, written last: where it is, the files it names are whole. */
export const checkpointManifestSchema = positionSchema.extend({
  format: z.literal('residuum.checkpoint'),
  version: z.literal(1),
  weights: fileSchema,
  optimizer: fileSchema
})
export type CheckpointManifest = z.infer<typeof checkpointManifestSchema>

/** Throws where the text is not a manifest. Before 0.2 the score was always the test accuracy. */
function parseManifest(text: string): CheckpointManifest {
  const value = JSON.parse(text) as Record<string, unknown>
  return checkpointManifestSchema.parse({ score: value.testAccuracy, ...value })
}

type FileTensors = Map<string, { shape: readonly number[]; values: Float32Array | BigInt64Array }>

const baseName = (step: number): string => `step-${String(step).padStart(8, '0')}`

export interface LoadedCheckpoint {
  position: Position
  state: State
  /** Newer checkpoints that were refused, and why. */
  refused: ErrorRecord[]
}

/**
 * The newest whole checkpoint in `folder`: every file is checked by its SHA-256, and a damaged
 * checkpoint is passed over for the one before it. Null where none was ever written: the run begins anew.
 * Throws ResiduumError `checkpoint-missing` when all are damaged.
 */
export async function loadCheckpoint(folder: string): Promise<LoadedCheckpoint | null> {
  const refused: ErrorRecord[] = []
  for (const file of (await manifestFiles(folder)).reverse()) {
    try {
      return { ...(await readCheckpoint(folder, file)), refused }
    } catch (error) {
      refused.push(describeError(error))
    }
  }
  if (refused.length === 0) return null
  throw new ResiduumError('checkpoint-missing', {
    folder,
    reason: refused.map(({ parameters }) => parameters.file).join(', ')
  })
}

/** Names of the manifests, the oldest first. */
async function manifestFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => /^step-\d+\.json$/.test(name)).sort()
}

async function readCheckpoint(folder: string, file: string): Promise<{ position: Position; state: State }> {
  const damaged = (name: string, reason: string): ResiduumError =>
    new ResiduumError('checkpoint-damaged', { file: join(folder, name), reason })
  const text = (await readWhole(join(folder, file), MAX_MANIFEST_BYTES)).toString('utf8')
  let manifest: CheckpointManifest
  try {
    manifest = parseManifest(text)
  } catch {
    throw damaged(file, 'its manifest cannot be read')
  }
  const state: State = new Map()
  for (const { name, sha256: expected } of [manifest.weights, manifest.optimizer]) {
    const bytes = await readWhole(join(folder, name), MAX_TENSOR_BYTES).catch(() => null)
    if (!bytes) throw damaged(name, 'it is missing')
    if (sha256(bytes) !== expected) throw damaged(name, 'its checksum is wrong')
    for (const [key, { values }] of decodeSafetensors(bytes, name).tensors) {
      if (values instanceof Float32Array) state.set(name === manifest.optimizer.name ? readSlotName(key) : key, values)
    }
  }
  return { position: positionSchema.parse(manifest), state }
}

/** Checkpoints of one run: immutable, named by step; the last two and that of the best epoch stay. */
export class Checkpoints {
  private kept: Position[] = []

  constructor(
    private readonly folder: string,
    private readonly parameters: readonly Pick<NamedParameter, 'name' | 'shape'>[]
  ) {}

  /** Takes over what an earlier part of the run has left up to `step`; what is newer was damaged and goes. */
  async adopt(step: number): Promise<void> {
    this.kept = []
    for (const file of await manifestFiles(this.folder)) {
      const text = await readWhole(join(this.folder, file), MAX_MANIFEST_BYTES).catch(() => '')
      let manifest: CheckpointManifest | null = null
      try {
        manifest = parseManifest(text.toString())
      } catch {
        // Kept for who wants to look at it, but no longer under a name that counts.
      }
      if (manifest && manifest.step <= step) this.kept.push(positionSchema.parse(manifest))
      else await rename(join(this.folder, file), join(this.folder, `${file}.damaged`))
    }
  }

  /**
   * Writes weights (PyTorch's names and layouts) and optimizer values as .safetensors and then the
   * manifest; one that is there already, as after a stop just behind an epoch, stays with its score.
   * Throws ResiduumError `disk-full` or `cannot-write`; earlier checkpoints are untouched.
   */
  async save(state: State, position: Position): Promise<void> {
    if (this.kept.some(({ step, epoch }) => step === position.step && epoch === position.epoch)) return
    const base = baseName(position.step)
    const shapes = new Map(this.parameters.map(({ name, shape }) => [name, shape]))
    const weights: FileTensors = new Map()
    const optimizer: FileTensors = new Map()
    // First in the file, where 64-bit values are aligned. PyTorch counts batches, so that its state_dict is whole.
    for (const name of shapes.keys()) {
      if (!name.endsWith('.running_mean')) continue
      const counter = name.replace(/running_mean$/, 'num_batches_tracked')
      weights.set(counter, { shape: [], values: BigInt64Array.of(BigInt(position.step)) })
    }
    for (const [name, values] of state) {
      const own = shapes.get(name)
      if (own) weights.set(name, { shape: own, values })
      else optimizer.set(name, { shape: shapes.get(parameterOfSlot(name))!, values })
    }
    const write = async (kind: string, tensors: FileTensors) => {
      const name = `${base}.${kind}.safetensors`
      const bytes = encodeSafetensors(tensors, { format: 'pt', step: String(position.step) })
      await writeFileAtomic(join(this.folder, name), bytes)
      return { name, sha256: sha256(bytes), bytes: bytes.byteLength }
    }
    const manifest: CheckpointManifest = {
      format: 'residuum.checkpoint',
      version: 1,
      ...position,
      weights: await write('weights', weights),
      optimizer: await write('optimizer', optimizer)
    }
    await writeFileAtomic(join(this.folder, `${base}.json`), JSON.stringify(manifest, null, 2))
    this.kept = [...this.kept.filter(({ step }) => step !== position.step), position]
    await this.prune()
  }

  private async prune(): Promise<void> {
    const best = bestBy(this.kept, ({ score }) => score)
    const stay = new Set([...(best ? [best] : []), ...this.kept.slice(-2)].map(({ step }) => step))
    const gone = this.kept.filter(({ step }) => !stay.has(step))
    for (const { step } of gone) {
      const base = `${baseName(step)}.`
      for (const file of await readdir(this.folder)) {
        if (file.startsWith(base)) await rm(join(this.folder, file), { force: true })
      }
      this.kept.splice(
        this.kept.findIndex((position) => position.step === step),
        1
      )
    }
  }
}
