import type { CheckedArchitecture, CheckedLayer } from '../../shared/architecture/check'
import { INPUT } from '../../shared/architecture/check'
import type { AttributesOf } from '../../shared/architecture/layers'
import { convolutionKey, type ChosenAlgorithms } from './tuning/algorithms'
import { DIRECT, type ConvolutionPlan } from './graph/ops/convolution'
import type { Graph, Tensor } from './graph/graph'
import { binary, constant } from './graph/ops/arithmetic'
import { read, variable, type Variable } from './graph/ops/variable'
import { emitters } from './layers'
import type { LayerEmitter, Update } from './layers/context'
import { namedParameters, storedShape, type NamedParameter } from './weights'

export interface NetworkVariable {
  parameter: NamedParameter
  variable: Variable
}

/** One variable for each parameter and buffer, in the stored layout, by full name. */
export function networkVariables(graph: Graph, architecture: CheckedArchitecture): Map<string, NetworkVariable> {
  return new Map(
    namedParameters(architecture).map((parameter) => [
      parameter.name,
      { parameter, variable: variable(graph, parameter.name, 'float32', storedShape(parameter.shape)) }
    ])
  )
}

export interface Forward {
  /** float32 [batch, classes]. */
  logits: Tensor
  /** The value of each parameter and buffer as the pass read it, by full name: what gradients refer to. */
  parameters: Map<string, Tensor>
  /** What each layer gave, by path. */
  outputs: Map<string, Tensor>
  /** What a training step must run besides the parameters' updates. */
  updates: Update[]
}

export interface PassSettings {
  mode: 'train' | 'evaluate'
  /** int32 pair, the run's seed and the step: decides what is random in the pass. */
  randomness: Tensor
  /** The type in which convolutions and linear layers multiply. */
  productType: 'float32' | 'bfloat16'
  algorithms?: ChosenAlgorithms | undefined
}

/** Adds one pass of the network over `x`, NHWC float32, to the graph. */
export function forward(
  graph: Graph,
  architecture: CheckedArchitecture,
  variables: ReadonlyMap<string, NetworkVariable>,
  x: Tensor,
  { mode, randomness, productType, algorithms }: PassSettings
): Forward {
  const outputs = new Map<string, Tensor>([[INPUT, x]])
  const parameters = new Map<string, Tensor>()
  const updates: Update[] = []
  for (const [number, layer] of architecture.layers.entries()) {
    const own = (name: string): NetworkVariable => variables.get(`${layer.path}.${name}`)!
    const emit = emitters[layer.kind] as LayerEmitter<unknown>
    const output = graph.within(`${mode}/${layer.path}`, () =>
      emit(
        {
          graph,
          mode,
          outputShape: layer.outputShape,
          productType,
          plan: planOf(layer, algorithms),
          seed: () => binary(graph, 'AddV2', randomness, constant(graph, [number, 0], 'int32')),
          parameter: (name) => {
            const { parameter, variable: source } = own(name)
            const value = parameters.get(parameter.name) ?? read(graph, source)
            parameters.set(parameter.name, value)
            return value
          },
          variable: (name) => own(name).variable,
          update: (promised) => updates.push(promised)
        },
        layer.attributes,
        layer.inputs.map((path) => outputs.get(path)!)
      )
    )
    outputs.set(layer.path, output)
  }
  return { logits: outputs.get(architecture.output)!, parameters, outputs, updates }
}

function planOf({ kind, inputShapes, attributes }: CheckedLayer, algorithms?: ChosenAlgorithms): ConvolutionPlan {
  if (!algorithms || kind !== 'Conv2d') return DIRECT
  const key = convolutionKey(algorithms.batch, inputShapes[0]!, attributes as AttributesOf<'Conv2d'>)
  return algorithms.plans[key] ?? DIRECT
}
