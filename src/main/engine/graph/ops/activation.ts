import type { Graph, Tensor } from '../graph'
import { binary, cast, constant, unary } from './arithmetic'
import { affine, multiply, reduceTo } from './broadcast'
import { shapeOf } from './shape'

const T = { T: { type: 'float32' as const } }

/**
 * x where positive, else `slope` x; differentiable. The gradient looks at y, which is positive where x is unless the
 * slope is negative: x need not be kept. Did it read x behind a convolution's bias, TensorFlow's rewriter would join
 * the three all the same, miss x and give the whole graph up ("fanout exist for missing node"); a negative slope is
 * therefore kept apart, as `tanh` is.
 */
export function leakyRelu(graph: Graph, x: Tensor, slope: number): Tensor {
  const attributes = { ...T, alpha: { float: slope } }
  const own = slope < 0 ? apart(graph, x) : x
  const y = graph.emit('LeakyRelu', [own], attributes, [x])[0]!
  return graph.differentiable(y, [x], (gradient) =>
    graph.emit('LeakyReluGrad', [gradient, slope < 0 ? own : y], attributes, [x])
  )
}

/**
 * x where positive, else `weight` x; differentiable in both. `weight` has one value, or one a channel (the last axis).
 * torch.nn.functional.prelu (He et al. 2015); as there, 0 counts as negative.
 */
export function prelu(graph: Graph, x: Tensor, weight: Tensor): Tensor {
  const positive = graph.emit('Greater', [x, constant(graph, 0)], T, [{ dtype: 'bool', shape: x.shape }])[0]!
  const select = (yes: Tensor, no: Tensor): Tensor => graph.emit('SelectV2', [positive, yes, no], T, [x])[0]!
  const y = select(x, binary(graph, 'Mul', x, weight))
  return graph.differentiable(y, [x, weight], (gradient, [needsX, needsWeight]) => [
    needsX ? select(gradient, binary(graph, 'Mul', gradient, weight)) : null,
    needsWeight
      ? reduceTo(graph, binary(graph, 'Mul', gradient, binary(graph, 'Minimum', x, constant(graph, 0))), weight)
      : null
  ])
}

/**
 * `x min(max(x + 3, 0), 6) / 6`; differentiable. torch.nn.functional.hardswish (Howard et al. 2019); as there, the
 * derivative at -3 and 3 is that of the straight side.
 */
export function hardswish(graph: Graph, x: Tensor): Tensor {
  const gate = unary(graph, 'Relu6', binary(graph, 'AddV2', x, constant(graph, 3)))
  const sixth = (value: Tensor): Tensor => binary(graph, 'Mul', value, constant(graph, 1 / 6))
  return graph.differentiable(sixth(binary(graph, 'Mul', x, gate)), [x], (gradient) => {
    const inside = graph.emit('Relu6Grad', [binary(graph, 'Mul', gradient, x), gate], T, [x])[0]!
    return [sixth(binary(graph, 'AddV2', binary(graph, 'Mul', gradient, gate), inside))]
  })
}

/** x behind an op that TensorFlow's rewriter does not see through, and that costs nothing. Not differentiable. */
function apart(graph: Graph, x: Tensor): Tensor {
  return graph.emit('EnsureShape', [x], { ...T, shape: { shape: x.shape } }, [x])[0]!
}

/** Logistic function; differentiable. */
export function sigmoid(graph: Graph, x: Tensor): Tensor {
  const y = unary(graph, 'Sigmoid', x)
  return graph.differentiable(y, [x], (gradient) => graph.emit('SigmoidGrad', [y, gradient], T, [x]))
}

/**
 * Hyperbolic tangent; differentiable. TensorFlow's rewriter joins convolution, batch norm and Tanh to an op for which
 * there is no kernel ("Fusion is not implemented: [FusedBatchNorm,Tanh]"): they are kept apart. What else it joins has kernels, with the values of the parts (`test/engine/rewriter.test.ts`).
 */
export function tanh(graph: Graph, x: Tensor): Tensor {
  const y = unary(graph, 'Tanh', apart(graph, x))
  return graph.differentiable(y, [x], (gradient) => graph.emit('TanhGrad', [y, gradient], T, [x]))
}

/** Gauss's error function, whose derivative is `2 / sqrt(pi) exp(-x^2)`; differentiable. */
export function erf(graph: Graph, x: Tensor): Tensor {
  return graph.differentiable(unary(graph, 'Erf', x), [x], (gradient) => {
    const density = unary(graph, 'Exp', unary(graph, 'Neg', unary(graph, 'Square', x)))
    const slope = binary(graph, 'Mul', density, constant(graph, 2 / Math.sqrt(Math.PI)))
    return [binary(graph, 'Mul', gradient, slope)]
  })
}

/** x times the normal distribution's integral up to x; differentiable. */
export function gelu(graph: Graph, x: Tensor): Tensor {
  return multiply(graph, x, affine(graph, erf(graph, affine(graph, x, Math.SQRT1_2)), 0.5, 0.5))
}

/** GELU by `tanh(sqrt(2 / pi) (x + 0.044715 x^3))`; differentiable. */
export function geluTanh(graph: Graph, x: Tensor): Tensor {
  const square = multiply(graph, x, x)
  const inner = multiply(graph, affine(graph, x, Math.sqrt(2 / Math.PI)), affine(graph, square, 0.044715, 1))
  return multiply(graph, x, affine(graph, tanh(graph, inner), 0.5, 0.5))
}

/**
 * Zero with probability `p`, else `x / (1 - p)`; differentiable. `seed` is an int32 pair that decides
 * which: the same seed gives the same zeros on every device.
 */
export function dropout(graph: Graph, x: Tensor, p: number, seed: Tensor): Tensor {
  const uniform = graph.emit(
    'StatelessRandomUniform',
    [shapeOf(graph, x), seed],
    { dtype: { type: 'float32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } },
    [x]
  )[0]!
  const kept = graph.emit('GreaterEqual', [uniform, constant(graph, p)], T, [{ dtype: 'bool', shape: x.shape }])[0]!
  const mask = binary(graph, 'Mul', cast(graph, kept, 'float32'), constant(graph, 1 / (1 - p)))
  return multiply(graph, x, mask)
}
