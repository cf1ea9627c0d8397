import type { CheckedArchitecture } from '../../shared/architecture/check'
import { INPUT } from '../../shared/architecture/check'
import type { Graph, Tensor } from './graph/graph'
import { binary, constant } from './graph/ops/arithmetic'
import { read, variable, type Variable } from './graph/ops/variable'
import { emitters } from './layers'
import type { LayerEmitter } from './layers/context'
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
  /** The value of each trainable parameter as the pass read it, by full name: what gradients refer to. */
  parameters: Map<string, Tensor>
  /** Nodes that a training step must run besides the parameters' updates. */
  updates: string[]
}

/**
 * Adds one pass of the network over `x`, NHWC float32, to the graph. `randomness` is an int32 pair, the
 * run's seed and the step.
 */
export function forward(
  graph: Graph,
  architecture: CheckedArchitecture,
  variables: ReadonlyMap<string, NetworkVariable>,
  x: Tensor,
  mode: 'train' | 'evaluate',
  randomness: Tensor
): Forward {
  const values = new Map<string, Tensor>([[INPUT, x]])
  const parameters = new Map<string, Tensor>()
  const updates: string[] = []
  for (const [number, layer] of architecture.layers.entries()) {
    const own = (name: string): NetworkVariable => variables.get(`${layer.path}.${name}`)!
    const emit = emitters[layer.kind] as LayerEmitter<unknown>
    const output = graph.within(`${mode}/${layer.path}`, () =>
      emit(
        {
          graph,
          mode,
          outputShape: layer.outputShape,
          seed: () => binary(graph, 'AddV2', randomness, constant(graph, [number, 0], 'int32')),
          parameter: (name) => {
            const { parameter, variable: source } = own(name)
            const value = parameters.get(parameter.name) ?? read(graph, source)
            parameters.set(parameter.name, value)
            return value
          },
          variable: (name) => own(name).variable,
          update: (node) => updates.push(node)
        },
        layer.attributes,
        layer.inputs.map((path) => values.get(path)!)
      )
    )
    values.set(layer.path, output)
  }
  return { logits: values.get(architecture.output)!, parameters, updates }
}
