import type { DType, Graph, Tensor, TensorShape } from '../graph'

const T = (tensor: Tensor): { T: { type: DType } } => ({ T: { type: tensor.dtype } })

export function constant(
  graph: Graph,
  values: number | readonly number[] | Float64Array,
  dtype: 'float32' | 'float64' | 'int32' = 'float32',
  shape?: readonly number[]
): Tensor {
  const list = typeof values === 'number' ? [values] : values
  const dims = shape ?? (typeof values === 'number' ? [] : [list.length])
  const attributes = { dtype: { type: dtype }, value: { tensor: { dtype, shape: dims, values: list } } }
  return graph.emit('Const', [], attributes, [{ dtype, shape: dims }])[0]!
}

export function placeholder(graph: Graph, dtype: DType, shape: TensorShape): Tensor {
  return graph.emit('Placeholder', [], { dtype: { type: dtype }, shape: { shape } }, [{ dtype, shape }])[0]!
}

type BinaryOp = 'AddV2' | 'Sub' | 'Mul' | 'RealDiv' | 'Minimum' | 'Maximum' | 'Pow' | 'FloorMod'

/** Not differentiable: used on data and gradients. `shape` is that of the result (broadcasting). */
export function binary(graph: Graph, op: BinaryOp, a: Tensor, b: Tensor): Tensor {
  const shape = a.shape.length >= b.shape.length ? a.shape : b.shape
  return graph.emit(op, [a, b], T(a), [{ dtype: a.dtype, shape }])[0]!
}

/** Sum of tensors of one shape. Not differentiable. */
export function addN(graph: Graph, tensors: readonly Tensor[]): Tensor {
  const first = tensors[0]!
  if (tensors.length === 2) return binary(graph, 'AddV2', first, tensors[1]!)
  const attributes = { ...T(first), N: { int: tensors.length } }
  return graph.emit('AddN', tensors, attributes, [{ dtype: first.dtype, shape: first.shape }])[0]!
}

/** Element-wise sum of tensors of one shape; differentiable. */
export function add(graph: Graph, tensors: readonly Tensor[]): Tensor {
  return graph.differentiable(addN(graph, tensors), tensors, (gradient) => tensors.map(() => gradient))
}

export function cast(graph: Graph, tensor: Tensor, dtype: DType): Tensor {
  const attributes = { SrcT: { type: tensor.dtype }, DstT: { type: dtype } }
  return graph.emit('Cast', [tensor], attributes, [{ dtype, shape: tensor.shape }])[0]!
}

/** To another floating type; differentiable. */
export function convert(graph: Graph, x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x
  return graph.differentiable(cast(graph, x, dtype), [x], (gradient) => [cast(graph, gradient, x.dtype)])
}

/** An element-wise function by its op's name. Not differentiable: the ops built on it record their gradients. */
export function unary(graph: Graph, op: string, x: Tensor): Tensor {
  return graph.emit(op, [x], T(x), [x])[0]!
}

export const floor = (graph: Graph, tensor: Tensor): Tensor => unary(graph, 'Floor', tensor)

/** Mean or sum over all elements. Not differentiable. */
export function reduceAll(graph: Graph, op: 'Mean' | 'Sum', tensor: Tensor): Tensor {
  const axes = constant(
    graph,
    tensor.shape.map((_, axis) => axis),
    'int32'
  )
  const attributes = { ...T(tensor), Tidx: { type: 'int32' as const }, keep_dims: { bool: false } }
  return graph.emit('Sum' === op ? 'Sum' : 'Mean', [tensor, axes], attributes, [{ dtype: tensor.dtype, shape: [] }])[0]!
}

/** The tensor once the nodes named in `after` have run. */
export function identity(graph: Graph, tensor: Tensor, after: readonly string[] = []): Tensor {
  return graph.emit('Identity', [tensor], T(tensor), [tensor], after)[0]!
}

/** max(x, 0); differentiable. torch.nn.ReLU. */
export function relu(graph: Graph, x: Tensor): Tensor {
  const y = graph.emit('Relu', [x], T(x), [x])[0]!
  return graph.differentiable(y, [x], (gradient) => graph.emit('ReluGrad', [gradient, y], T(x), [x]))
}

/** Adds a vector of one value a channel, the last axis; differentiable in both. */
export function biasAdd(graph: Graph, x: Tensor, bias: Tensor): Tensor {
  const attributes = { ...T(x), data_format: { string: 'NHWC' } }
  const y = graph.emit('BiasAdd', [x, bias], attributes, [x])[0]!
  return graph.differentiable(y, [x, bias], (gradient) => [
    gradient,
    graph.emit('BiasAddGrad', [gradient], attributes, [bias])[0]!
  ])
}
