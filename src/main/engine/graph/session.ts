import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ResiduumError } from '../../../shared/errors'
import { firstLine, loadBackend, type TensorFlowModule } from '../backend'
import type { Graph } from './graph'
import { serializeSavedModel, type Signature } from './savedModel'

/** Values to feed: row-major, of the input's dtype. */
export interface Feed {
  values: Float32Array | Int32Array
  shape: readonly number[]
}
export type Fetched = Record<string, Float32Array | Int32Array>

type SavedModel = Awaited<ReturnType<TensorFlowModule['node']['loadSavedModel']>>

/** A compiled graph in TensorFlow: functions that share one set of variables. */
export class Session {
  private constructor(
    private readonly tf: TensorFlowModule,
    private readonly functions: Map<string, SavedModel>
  ) {}

  /** Compiles `graph` with one function a signature. Throws ResiduumError `graph` when TensorFlow refuses it. */
  static async open(graph: Graph, signatures: Record<string, Signature>): Promise<Session> {
    const { tf, messages } = loadBackend()
    const folder = await mkdtemp(join(tmpdir(), 'residuum-graph-'))
    try {
      await writeFile(join(folder, 'saved_model.pb'), serializeSavedModel(messages, graph, signatures))
      const functions = new Map<string, SavedModel>()
      for (const name of Object.keys(signatures)) {
        functions.set(name, await tf.node.loadSavedModel(folder, ['serve'], name))
      }
      return new Session(tf, functions)
    } catch (error) {
      throw new ResiduumError('graph', { message: firstLine(error) }, { cause: error })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  has(name: string): boolean {
    return this.functions.has(name)
  }

  /**
   * Runs one function to its end on this thread. Throws ResiduumError `out-of-memory` when an
   * allocation failed, `graph` for whatever else TensorFlow reports.
   */
  run(name: string, feeds: Record<string, Feed> = {}): Fetched {
    const model = this.functions.get(name)
    if (!model) throw new Error(`no function named ${name}`)
    const inputs: Record<string, ReturnType<TensorFlowModule['tensor']>> = {}
    try {
      for (const [key, { values, shape }] of Object.entries(feeds)) {
        inputs[key] = this.tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32')
      }
      const outputs = model.predict(inputs) as Record<string, ReturnType<TensorFlowModule['tensor']>>
      const fetched: Fetched = {}
      for (const [key, tensor] of Object.entries(outputs)) {
        fetched[key] = tensor.dataSync<'float32'>()
        tensor.dispose()
      }
      return fetched
    } catch (error) {
      const message = firstLine(error)
      const exhausted = /OOM|out of memory|RESOURCE_EXHAUSTED|bad_alloc|Allocator .* ran out/i.test(message)
      throw new ResiduumError(exhausted ? 'out-of-memory' : 'graph', { message }, { cause: error })
    } finally {
      for (const tensor of Object.values(inputs)) tensor.dispose()
    }
  }

  /** Frees the graph and its variables. */
  close(): void {
    for (const model of this.functions.values()) model.dispose()
    this.functions.clear()
  }
}
