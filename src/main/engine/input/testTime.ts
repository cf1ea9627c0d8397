import type { TestTimeAugmentation } from '../../../shared/experiment/augmentation'
import type { Graph, Tensor } from '../graph/graph'
import { constant } from '../graph/ops/arithmetic'

/** Views of pictures and the weight of each one's logits; weights sum to 1. */
export interface View {
  x: Tensor
  weight: number
}

/**
 * The views whose logits are averaged. `flip`: the picture and its mirror image. `flip-shift`: half of the
 * weight on those, half on both moved by one pixel up and left, and down and right, the edge reflected (Jordan
 * 2024). NHWC float32.
 */
export function testViews(graph: Graph, x: Tensor, kind: TestTimeAugmentation): View[] {
  if (kind === 'none') return [{ x, weight: 1 }]
  const both = (of: Tensor, weight: number): View[] => [
    { x: of, weight: weight / 2 },
    { x: mirror(graph, of), weight: weight / 2 }
  ]
  if (kind === 'flip') return both(x, 1)
  return [...both(x, 0.5), ...both(shift(graph, x, 0), 0.25), ...both(shift(graph, x, 2), 0.25)]
}

function mirror(graph: Graph, x: Tensor): Tensor {
  return graph.emit(
    'ReverseV2',
    [x, constant(graph, [2], 'int32')],
    { T: { type: x.dtype }, Tidx: { type: 'int32' } },
    [x]
  )[0]!
}

/** The window of the picture, reflected by one pixel on each side, that begins at (`from`, `from`). */
function shift(graph: Graph, x: Tensor, from: number): Tensor {
  const [, height, width, channels] = x.shape as [null, number, number, number]
  const T = { type: x.dtype }
  const pads = constant(graph, [0, 0, 1, 1, 1, 1, 0, 0], 'int32', [4, 2])
  const padded = graph.emit('MirrorPad', [x, pads], { T, Tpaddings: { type: 'int32' }, mode: { string: 'REFLECT' } }, [
    { dtype: x.dtype, shape: [null, height + 2, width + 2, channels] }
  ])[0]!
  return graph.emit(
    'Slice',
    [padded, constant(graph, [0, from, from, 0], 'int32'), constant(graph, [-1, height, width, channels], 'int32')],
    { T, Index: { type: 'int32' } },
    [x]
  )[0]!
}
