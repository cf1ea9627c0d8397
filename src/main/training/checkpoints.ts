import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { NamedParameter, State } from '../engine/weights'
import { encodeSafetensors } from '../engine/safetensors'
import { writeFileAtomic } from '../files'

const fileSchema = z.object({ name: z.string(), sha256: z.string(), bytes: z.number() })

/** `step-N.json`, written last: where it is, the files it names are whole. */
export const checkpointManifestSchema = z.object({
  format: z.literal('residuum.checkpoint'),
  version: z.literal(1),
  /** Optimizer steps and whole epochs done. */
  step: z.number().int(),
  epoch: z.number().int(),
  testAccuracy: z.number().nullable(),
  weights: fileSchema,
  optimizer: fileSchema
})
export type CheckpointManifest = z.infer<typeof checkpointManifestSchema>

export interface Position {
  step: number
  epoch: number
  testAccuracy: number | null
}

/** Checkpoints of one run: immutable, named by step; the last two and the best stay. */
export class Checkpoints {
  private readonly kept: Position[] = []

  constructor(
    private readonly folder: string,
    private readonly parameters: readonly Pick<NamedParameter, 'name' | 'shape'>[]
  ) {}

  /**
   * Writes weights (PyTorch's names and layouts) and optimizer values as .safetensors and then the
   * manifest. Throws ResiduumError `disk-full` or `cannot-write`; earlier checkpoints are untouched.
   */
  async save(state: State, position: Position): Promise<void> {
    const base = `step-${String(position.step).padStart(8, '0')}`
    const shapes = new Map(this.parameters.map(({ name, shape }) => [name, shape]))
    const weights = new Map<string, { shape: readonly number[]; values: Float32Array }>()
    const optimizer = new Map<string, { shape: readonly number[]; values: Float32Array }>()
    for (const [name, values] of state) {
      const own = shapes.get(name)
      if (own) weights.set(name, { shape: own, values })
      else optimizer.set(name, { shape: shapes.get(name.slice(name.indexOf('.') + 1))!, values })
    }
    const write = async (kind: string, tensors: typeof weights) => {
      const name = `${base}.${kind}.safetensors`
      const bytes = encodeSafetensors(tensors, { format: 'pt', step: String(position.step) })
      await writeFileAtomic(join(this.folder, name), bytes)
      return { name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength }
    }
    const manifest: CheckpointManifest = {
      format: 'residuum.checkpoint',
      version: 1,
      ...position,
      weights: await write('weights', weights),
      optimizer: await write('optimizer', optimizer)
    }
    await writeFileAtomic(join(this.folder, `${base}.json`), JSON.stringify(manifest, null, 2))
    this.kept.push(position)
    await this.prune()
  }

  private async prune(): Promise<void> {
    const best = this.kept.reduce((top, position) =>
      (position.testAccuracy ?? -1) > (top.testAccuracy ?? -1) ? position : top
    )
    const stay = new Set([best, ...this.kept.slice(-2)].map(({ step }) => step))
    const gone = this.kept.filter(({ step }) => !stay.has(step))
    for (const { step } of gone) {
      const base = `step-${String(step).padStart(8, '0')}.`
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
