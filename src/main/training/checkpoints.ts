import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeSafetensors } from '../engine/safetensors'
import { parameterOfSlot, type NamedParameter, type State } from '../engine/weights'
import { sha256, writeFileAtomic } from '../files'
import { runWriteError } from '../run/errors'
import {
  baseName,
  manifestFiles,
  readManifest,
  separated,
  type CheckpointManifest,
  type Position
} from './checkpointFiles'

type FileTensors = Map<string, { shape: readonly number[]; values: Float32Array | BigInt64Array }>

/** Checkpoints of one run: immutable, named by step. */
export class Checkpoints {
  /** Steps of those that are there, in their order. */
  private kept: number[] = []
  /** Of the one saved last. */
  private bytesEach = 0

  constructor(
    private readonly folder: string,
    private readonly parameters: readonly Pick<NamedParameter, 'name' | 'shape'>[],
    /** For those beside the last two and the best one. */
    private readonly spareBytes = 0
  ) {}

  /** Takes over what an earlier part of the run has left up to `step`; what is newer was damaged and goes. */
  async adopt(step: number): Promise<void> {
    this.kept = []
    for (const file of await manifestFiles(this.folder)) {
      const manifest = await readManifest(this.folder, file).catch(() => null)
      if (manifest && manifest.step <= step) this.kept.push(manifest.step)
      // Kept for who wants to look at it, but no longer under a name that counts.
      else await rename(join(this.folder, file), join(this.folder, `${file}.damaged`))
    }
  }

  has(step: number): boolean {
    return this.kept.includes(step)
  }

  /** About how many bytes a checkpoint of `state` takes. */
  static bytesOf(state: State): number {
    return [...state.values()].reduce((sum, { byteLength }) => sum + byteLength, 0) + 100_000
  }

  /**
   * Writes weights (PyTorch's names and layouts) and optimizer values as .safetensors and then the manifest; `journal` is
   * the journal's length that belongs to it.
   * Throws ResiduumError `disk-full`, `run-read-only` or `cannot-write`; earlier checkpoints are untouched.
   */
  async save(state: State, position: Position, journal: number): Promise<void> {
    const base = baseName(position.step)
    const shapes = new Map(this.parameters.map(({ name, shape }) => [name, shape]))
    const weights: FileTensors = new Map()
    // First in the file, where 64-bit values are aligned. PyTorch counts batches, so that its state_dict is whole.
    for (const name of shapes.keys()) {
      if (!name.endsWith('.running_mean')) continue
      const counter = name.replace(/running_mean$/, 'num_batches_tracked')
      weights.set(counter, { shape: [], values: BigInt64Array.of(BigInt(position.step)) })
    }
    const parts = separated(state, (name) => shapes.has(name))
    for (const [name, values] of parts.weights) weights.set(name, { shape: shapes.get(name)!, values })
    const optimizer: FileTensors = new Map(
      [...parts.kept].map(([name, values]) => [name, { shape: shapes.get(parameterOfSlot(name))!, values }])
    )
    const write = async (kind: string, tensors: FileTensors) => {
      const name = `${base}.${kind}.safetensors`
      const bytes = encodeSafetensors(tensors, { format: 'pt', step: String(position.step) })
      await this.write(name, bytes)
      return { name, sha256: sha256(bytes), bytes: bytes.byteLength }
    }
    const manifest: CheckpointManifest = {
      format: 'residuum.checkpoint',
      version: 2,
      ...position,
      journal,
      weights: await write('weights', weights),
      optimizer: await write('optimizer', optimizer)
    }
    this.bytesEach = manifest.weights.bytes + manifest.optimizer.bytes
    await this.write(`${base}.json`, JSON.stringify(manifest, null, 2))
    this.kept = [...this.kept.filter((step) => step !== position.step), position.step]
  }

  /**
   * Deletes all but the last two, that of the step `best`, and the newest others that have room; nothing where they cannot
   * be deleted now.
   */
  async prune(best: number | null): Promise<void> {
    const others = this.kept.slice(0, -2).filter((step) => step !== best)
    const room = this.bytesEach > 0 ? Math.floor(this.spareBytes / this.bytesEach) : 0
    const gone = others.slice(0, Math.max(0, others.length - room))
    if (gone.length === 0) return
    const names = await readdir(this.folder).catch(() => [])
    for (const step of gone) {
      // The manifest first: what it names is whole while it is there.
      const own = names.filter((name) => name.startsWith(`${baseName(step)}.`)).sort()
      try {
        for (const name of own) await rm(join(this.folder, name), { force: true })
        this.kept = this.kept.filter((other) => other !== step)
      } catch {
        return
      }
    }
  }

  private async write(name: string, content: Uint8Array | string): Promise<void> {
    const file = join(this.folder, name)
    await writeFileAtomic(file, content).catch((error: unknown) => {
      throw runWriteError(file, error)
    })
  }
}
