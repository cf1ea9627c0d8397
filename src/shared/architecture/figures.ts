import { INPUT, type CheckResult, type CheckedLayer } from './checked'
import { consumersOf } from './consumers'
import { keptValues } from './kept'
import { layerDefinition } from './layers'

/** How much of the picture one value of a layer sees, in pixels of the input: height and width. */
export type ReceptiveField = readonly [number, number]

export interface NodeFigures {
  /** Bytes that one picture leaves behind for the backward pass. */
  activationBytes: number
  /** Null where all of the input is seen (after Flatten and adaptive pooling), and before the layers are known. */
  receptiveField: ReceptiveField | null
}

interface View {
  /** Pixels seen. */
  size: [number, number]
  /** Pixels of the input between two neighbouring values. */
  jump: [number, number]
  whole: boolean
}

/** Further figures of every drawn node, blocks and repetitions included, by path as in `CheckResult.summaries`. */
export function nodeFigures({ layers }: CheckResult): Map<string, NodeFigures> {
  const consumers = consumersOf(layers)
  const views = new Map<string, View>([[INPUT, { size: [1, 1], jump: [1, 1], whole: false }]])
  const figures = new Map<string, NodeFigures>()
  for (const layer of layers) {
    const view = viewOf(
      layer,
      layer.inputs.map((input) => views.get(input)).filter((one) => one !== undefined)
    )
    views.set(layer.path, view)
    const bytes = 4 * keptValues(layer, consumers.get(layer.path) ?? [])
    const receptiveField = view.whole ? null : view.size
    const parts = layer.path.split('.')
    for (let length = 1; length <= parts.length; length++) {
      const path = parts.slice(0, length).join('.')
      const sum = (figures.get(path)?.activationBytes ?? 0) + bytes
      figures.set(path, { activationBytes: sum, receptiveField })
    }
  }
  return figures
}

/** A window of `kernel` values adds `(kernel - 1)` steps of the layer before (Araujo et al. 2019). */
function viewOf({ kind, attributes }: CheckedLayer, inputs: View[]): View {
  const widest = inputs.reduce((a, b) => (b.size[0] > a.size[0] ? b : a), inputs[0] ?? { ...START })
  const sight = layerDefinition(kind).sight(attributes)
  const whole = inputs.some((input) => input.whole) || sight === 'whole'
  if (sight === 'same' || sight === 'whole') return { ...widest, whole }
  const { kernel_size: kernel, stride, dilation } = sight
  const along = (axis: 0 | 1): [number, number] => [
    widest.size[axis] + (kernel[axis] - 1) * (dilation?.[axis] ?? 1) * widest.jump[axis],
    widest.jump[axis] * stride[axis]
  ]
  const [height, width] = [along(0), along(1)]
  return { size: [height[0], width[0]], jump: [height[1], width[1]], whole }
}
const START: View = { size: [1, 1], jump: [1, 1], whole: false }
