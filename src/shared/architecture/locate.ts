import type { Architecture, ArchitectureGraph, ArchitectureNode, BlockDefinition } from './schema'

/** A drawing of an architecture: a block's by its name, or the network's own, which is null. */
export type DrawingName = string | null

/** A block on the way of a path, and the instance by which it is entered. */
export interface Entered {
  block: string
  /** Name of the instance in the drawing around it. */
  id: string
  /** Which repetition; null for an instance that is not repeated. */
  index: number | null
}

/** Where a path such as `block3.0.conv1` leads. */
export interface Location {
  /** The blocks it leads through, from the outside in. */
  within: Entered[]
  drawing: DrawingName
  /** Path of the instance whose inside the drawing shows, with a dot behind; empty for the network. */
  prefix: string
  /** The node in that drawing; null where the path is a drawing's own. */
  node: ArchitectureNode | null
}

/** The graph of a drawing; undefined where there is no such block. */
export const graphOf = (architecture: Architecture, drawing: DrawingName): ArchitectureGraph | undefined =>
  drawing === null ? architecture.graph : definitionOf(architecture, drawing)?.graph

export const definitionOf = (architecture: Architecture, name: string): BlockDefinition | undefined =>
  Object.hasOwn(architecture.blocks, name) ? architecture.blocks[name] : undefined

/** Finds the drawing and node of a path; null where the path leads nowhere. */
export function locate(architecture: Architecture, path: string): Location | null {
  const within: Entered[] = []
  let drawing: DrawingName = null
  let prefix = ''
  const parts = path === '' ? [] : path.split('.')
  for (let index = 0; index < parts.length;) {
    const id = parts[index]!
    const node: ArchitectureNode | undefined = graphOf(architecture, drawing)?.nodes.find((one) => one.id === id)
    if (!node) return null
    index += 1
    if (index === parts.length) return { within, drawing, prefix, node }
    if (node.type !== 'block') return null
    let instance = `${prefix}${id}.`
    if (node.repeat) {
      instance += `${parts[index]!}.`
      index += 1
      // One of several repetitions is the node itself.
      if (index === parts.length) return { within, drawing, prefix, node }
    }
    within.push({ block: node.block, id, index: node.repeat ? Number(parts[index - 1]) : null })
    drawing = node.block
    prefix = instance
  }
  return { within, drawing, prefix, node: null }
}

/** Names of the blocks that a drawing has instances of, those inside them included. */
export function blocksWithin(architecture: Architecture, drawing: DrawingName): Set<string> {
  const found = new Set<string>()
  const visit = (name: DrawingName): void => {
    for (const node of graphOf(architecture, name)?.nodes ?? []) {
      if (node.type !== 'block' || found.has(node.block)) continue
      found.add(node.block)
      visit(node.block)
    }
  }
  visit(drawing)
  return found
}
