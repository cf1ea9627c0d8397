import { current, produce, type Draft } from 'immer'
import { ResiduumError } from '../../errors'
import { identifiersOf, substitute } from '../expressionText'
import type { Architecture, ArchitectureNode, BlockParameter } from '../schema'
import { requireName } from './names'
import { eachInstance, mapValues, requireDefinition, valuesOf, type Values } from './values'

/** Edits of a block's parameters; each gives a new architecture or throws ResiduumError `edit-*`. */

/** Adds a parameter at the end. */
export function addParameter(architecture: Architecture, name: string, parameter: BlockParameter): Architecture {
  requireName(parameter.name)
  if (requireDefinition(architecture, name).parameters.some((one) => one.name === parameter.name)) {
    throw new ResiduumError('edit-taken', { name: parameter.name })
  }
  return produce(architecture, (draft) => void draft.blocks[name]!.parameters.push(parameter as Draft<BlockParameter>))
}

/** Changes a parameter; a new name is taken over by all that reads it and by all instances. */
export function changeParameter(
  architecture: Architecture,
  name: string,
  parameter: string,
  next: BlockParameter
): Architecture {
  const definition = requireDefinition(architecture, name)
  const renamed = next.name !== parameter
  if (renamed) {
    requireName(next.name)
    if (definition.parameters.some((one) => one.name === next.name)) {
      throw new ResiduumError('edit-taken', { name: next.name })
    }
  }
  return produce(architecture, (draft) => {
    const own = draft.blocks[name]!
    const index = own.parameters.findIndex((one) => one.name === parameter)
    if (index < 0) throw new ResiduumError('edit-missing', { name: parameter })
    own.parameters[index] = next as Draft<BlockParameter>
    if (!renamed) return
    const rename = (values: Values): Values =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key === parameter ? next.name : key, value]))
    eachInstance(draft, name, (node) => {
      node.arguments = rename(node.arguments as Values) as typeof node.arguments
      if (node.repeat) node.repeat.first = rename(node.repeat.first as Values) as typeof node.repeat.first
    })
    const replacement = new Map([[parameter, `=${next.name}`]])
    own.graph.nodes = current(own.graph.nodes).map((node) =>
      mapValues(node as ArchitectureNode, (value) =>
        identifiersOf(value).has(parameter) ? substitute(value, replacement) : value
      )
    ) as Draft<ArchitectureNode>[]
  })
}

/** Moves a parameter to another place in the order. */
export function moveParameter(architecture: Architecture, name: string, from: number, to: number): Architecture {
  const { parameters } = requireDefinition(architecture, name)
  if (!parameters[from] || !parameters[to]) return architecture
  return produce(architecture, (draft) => {
    const list = draft.blocks[name]!.parameters
    list.splice(to, 0, ...list.splice(from, 1))
  })
}

/** Removes a parameter that nothing reads, and its arguments. Throws `edit-parameter-used`, which names the readers. */
export function removeParameter(architecture: Architecture, name: string, parameter: string): Architecture {
  const readers = requireDefinition(architecture, name).graph.nodes.filter((node) =>
    valuesOf(node).some((value) => identifiersOf(value).has(parameter))
  )
  if (readers.length > 0) {
    throw new ResiduumError('edit-parameter-used', { name: parameter, nodes: readers.map(({ id }) => id).join(', ') })
  }
  return produce(architecture, (draft) => {
    const own = draft.blocks[name]!
    own.parameters = own.parameters.filter((one) => one.name !== parameter)
    eachInstance(draft, name, (node) => {
      delete node.arguments[parameter]
      if (node.repeat) delete node.repeat.first[parameter]
    })
  })
}
