/**
 * A TensorFlow graph under construction: nodes as GraphDef has them, with shapes and dtypes known while
 * building, and a tape of differentiable operations that `gradients` walks backwards.
 */

export type DType = 'float32' | 'float64' | 'bfloat16' | 'int32' | 'uint8' | 'bool' | 'string' | 'resource'

/** A size that is not known before the graph runs (the batch) is null. */
export type TensorShape = readonly (number | null)[]

/** One output of a node. */
export interface Tensor {
  readonly node: string
  readonly index: number
  readonly dtype: DType
  readonly shape: TensorShape
}

export type Attribute =
  | { type: DType }
  | { int: number }
  | { float: number }
  | { bool: boolean }
  | { string: string }
  | { ints: readonly number[] }
  | { types: readonly DType[] }
  | { shape: TensorShape }
  | { tensor: { dtype: DType; shape: readonly number[]; values: ArrayLike<number> | readonly string[] } }

export interface GraphNode {
  name: string
  op: string
  inputs: string[]
  attributes: Record<string, Attribute>
  /** Where it must run; TensorFlow chooses where it is missing. */
  device?: string
}

/** Given the gradient of an operation's output, those of its inputs; null where there is none. */
export type Gradient = (outputGradient: Tensor, needed: readonly boolean[]) => (Tensor | null)[]

export interface TapeEntry {
  output: Tensor
  inputs: readonly Tensor[]
  gradient: Gradient
}

/** How a tensor is named as an input: `node`, or `node:1` for later outputs. */
export const reference = (tensor: Tensor): string =>
  tensor.index === 0 ? tensor.node : `${tensor.node}:${tensor.index}`

export class Graph {
  readonly nodes: GraphNode[] = []
  readonly tape: TapeEntry[] = []
  private readonly outputs = new Map<string, readonly Tensor[]>()
  private readonly names = new Map<string, number>()
  private readonly scopes: string[] = []
  private device: string | undefined

  /** Names of all nodes made in `body` begin with `scope/`. */
  within<T>(scope: string, body: () => T): T {
    this.scopes.push(scope)
    try {
      return body()
    } finally {
      this.scopes.pop()
    }
  }

  /** All nodes made in `body` run on the processor, also where there is a GPU. */
  onCpu<T>(body: () => T): T {
    const before = this.device
    this.device = '/device:CPU:0'
    try {
      return body()
    } finally {
      this.device = before
    }
  }

  /**
   * Adds a node and gives its outputs. `after` are names of nodes that must have run first
   * (control inputs).
   */
  emit(
    op: string,
    inputs: readonly Tensor[],
    attributes: Record<string, Attribute>,
    outputs: readonly { dtype: DType; shape: TensorShape }[],
    after: readonly string[] = []
  ): Tensor[] {
    const name = this.uniqueName(op)
    this.nodes.push({
      name,
      op,
      inputs: [...inputs.map(reference), ...after.map((node) => `^${node}`)],
      attributes,
      ...(this.device && { device: this.device })
    })
    const tensors = outputs.map(({ dtype, shape }, index) => ({ node: name, index, dtype, shape }))
    this.outputs.set(name, tensors)
    return outputs.length === 0 ? [{ node: name, index: 0, dtype: 'bool', shape: [] }] : tensors
  }

  /** What a node gives; nothing for one that only acts. */
  outputsOf(node: string): readonly Tensor[] {
    return this.outputs.get(node) ?? []
  }

  /** The tensor that is named so as an input. */
  tensor(name: string): Tensor {
    const [node, index = '0'] = name.split(':')
    return this.outputsOf(node!)[Number(index)]!
  }

  /** Records how the gradient of `output` flows to `inputs`. */
  differentiable(output: Tensor, inputs: readonly Tensor[], gradient: Gradient): Tensor {
    this.tape.push({ output, inputs, gradient })
    return output
  }

  private uniqueName(op: string): string {
    const base = [...this.scopes, op].join('/')
    const used = this.names.get(base) ?? 0
    this.names.set(base, used + 1)
    return used === 0 ? base : `${base}_${used}`
  }
}
