import type { CheckResult } from '../checked'
import type { NewNode } from '../edit'
import { locate } from '../locate'
import type { Architecture } from '../schema'
import { putBefore, type Fix } from './fix'
import { setValue } from './setting'

/** Makes the last layer as wide as there are classes, or adds one that is. */
export function fixOutput(architecture: Architecture, { output, layers }: CheckResult): Fix | null {
  const { classes } = architecture
  const location = output === null ? null : locate(architecture, output)
  const last = location?.node
  if (last?.type === 'layer' && last.kind === 'Linear') {
    const widened = setValue(architecture, { ...location!, node: last }, 'out_features', classes)
    if (widened) return widened
  }
  const end = architecture.graph.nodes.find(({ type }) => type === 'output')
  const edge = architecture.graph.edges.find(({ target }) => target === end?.id)
  if (!edge) return null
  const flat = layers.find(({ path }) => path === output)?.outputShape.length === 1
  const linear: NewNode = { type: 'layer', kind: 'Linear', stem: 'fc', attributes: { out_features: classes } }
  return {
    code: flat ? 'add-linear' : 'add-head',
    parameters: { classes },
    apply: (before) => {
      const flattened = flat ? before : putBefore(before, null, edge, { type: 'layer', kind: 'Flatten' })
      return putBefore(flattened, null, edge, linear)
    }
  }
}
