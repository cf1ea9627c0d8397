import type { Architecture } from '../schema'
import type { CheckResult } from '../checked'
import { checkArchitecture } from '../check'
import { connect, edit, freeName, inputsOf, namesIn, removeNodes, setAttribute, type AttributeField } from '../edit'
import { gcd } from '../layer'
import { graphOf, locate } from '../locate'
import type { Problem, ProblemCode } from '../problems'
import { teachingWarnings } from '../teach'
import { findPath } from '../topology'
import { putBefore, type Context, type Fix, type Rule } from './fix'
import { fixOutput } from './output'
import { project } from './projection'
import { asPair, setting } from './setting'

export type { Fix } from './fix'

/** The fix for a problem; null where only the user can know. */
export function findFix(architecture: Architecture, result: CheckResult, problem: Problem): Fix | null {
  if (problem.code === 'output-width') return fixOutput(architecture, result)
  const location = locate(architecture, problem.path)
  if (!location?.node) return null
  const { node, drawing } = location
  const layer = result.layers.find(({ path }) => path === problem.path)
  const context: Context = { ...location, node, architecture, result, graph: graphOf(architecture, drawing)!, layer }
  // The rule of a code takes the problem of that code.
  const rule = rules[problem.code] as Rule | undefined
  return rule ? rule(context, problem) : null
}

/** Mends several problems, one after another: what the former fixes have mended already is left alone. */
export function mendAll(architecture: Architecture, problems: readonly Problem[]): Architecture {
  return problems.reduce((mended, { path, code }) => {
    const result = checkArchitecture(mended)
    const all = [...result.problems, ...result.warnings, ...teachingWarnings(result)]
    const problem = all.find((one) => one.path === path && one.code === code)
    return (problem && findFix(mended, result, problem)?.apply(mended)) ?? mended
  }, architecture)
}

const removal = ({ drawing, prefix, node }: Context): Fix => ({
  code: 'remove',
  parameters: { name: prefix + node.id },
  apply: (architecture) => removeNodes(architecture, drawing, [node.id])
})

/** Takes out of a node, or out of its attributes, what is not known there. */
const withoutName = ({ drawing, node }: Context, problem: Extract<Problem, { parameters: { name: unknown } }>): Fix => {
  const name = String(problem.parameters.name)
  return {
    code: 'remove',
    parameters: { name },
    apply: (architecture) =>
      edit(architecture, drawing, (own) => {
        const found = own.nodes.find(({ id }) => id === node.id)
        if (found?.type === 'layer' && problem.code.startsWith('unknown-attribute')) delete found.attributes[name]
        else delete (found as Record<string, unknown> | undefined)?.[name]
      })
  }
}

/** Gives the value of an attribute that is not known to the one that was probably meant, unless that has its own. */
const withNear: Rule<'unknown-attribute-near'> = (context, problem) => {
  const { drawing, node } = context
  const [name, near] = [String(problem.parameters.name), String(problem.parameters.near)]
  if (node.type !== 'layer' || Object.hasOwn(node.attributes, near)) return withoutName(context, problem)
  return {
    code: 'rename',
    parameters: { name, near },
    apply: (architecture) =>
      edit(architecture, drawing, (own) => {
        const found = own.nodes.find(({ id }) => id === node.id)
        if (found?.type !== 'layer' || !Object.hasOwn(found.attributes, name)) return
        found.attributes[near] = found.attributes[name]!
        delete found.attributes[name]
      })
  }
}

const numbers = (text: unknown): number[] => String(text).split('x').map(Number)

const rules: { [Code in ProblemCode]?: Rule<Code> } = {
  'needs-flat': ({ drawing, node }) => ({
    code: 'insert-flatten',
    parameters: {},
    apply: (before) => putBefore(before, drawing, { target: node.id, port: 0 }, { type: 'layer', kind: 'Flatten' })
  }),
  'window-too-large': setting('kernel_size', (_, problem) => {
    const [kernel, input] = [numbers(problem.parameters.kernel), numbers(problem.parameters.input)]
    const padding = numbers(problem.parameters.padding)
    return asPair(kernel.map((size, axis) => Math.min(size, input[axis]! + 2 * padding[axis]!)))
  }),
  'pooling-padding': setting('padding', (_, problem) =>
    asPair(numbers(problem.parameters.kernel).map((size) => Math.floor(size / 2)))
  ),
  groups: (context, problem) => {
    const { attribute, groups, channels, outChannels } = problem.parameters
    const largest = gcd(Number(channels), Number(outChannels))
    let divisor = Math.min(Number(groups), largest)
    while (largest % divisor !== 0) divisor -= 1
    return setting(String(attribute), () => divisor)(context, problem)
  },
  'unequal-shapes': project,
  'too-many-inputs': ({ drawing, graph, node }) => ({
    code: 'insert-add',
    parameters: { count: inputsOf(graph, node.id).length },
    apply: (architecture) =>
      edit(architecture, drawing, (own) => {
        const id = freeName(namesIn(own), 'add')
        for (const edge of own.edges) if (edge.target === node.id) edge.target = id
        own.nodes.push({ type: 'layer', id, kind: 'Add', attributes: {} })
        own.edges.push({ source: id, target: node.id, port: 0 })
      })
  }),
  unconnected: ({ drawing, prefix, graph, node }) => {
    const open = graph.nodes.filter(
      ({ id, type }) => type !== 'output' && id !== node.id && !graph.edges.some(({ source }) => source === id)
    )
    const [only] = open.filter(({ id }) => findPath(graph, node.id, id) === null)
    if (!only || open.length > 1) return null
    return {
      code: 'connect',
      parameters: { source: prefix + only.id, target: prefix + node.id },
      apply: (architecture) => connect(architecture, drawing, only.id, node.id)
    }
  },
  'too-few-inputs': removal,
  unused: removal,
  'unknown-layer': removal,
  'unknown-block': removal,
  'activated-logits': removal,
  'bias-before-norm': setting('bias', () => false),
  'stride-over-kernel': setting('stride', ({ layer }) => {
    const { kernel_size: kernel, stride } = (layer?.attributes ?? {}) as Record<string, number[]>
    return kernel && stride ? asPair(stride.map((step, axis) => Math.min(step, kernel[axis]!))) : null
  }),
  'unknown-attribute': withoutName,
  'unknown-attribute-near': withNear,
  'unknown-entry': withoutName,
  'unknown-entry-near': withoutName,
  'unknown-argument': ({ drawing, node }, problem) => {
    const name = String(problem.parameters.argument)
    const without = (architecture: Architecture, field: AttributeField): Architecture =>
      setAttribute(architecture, drawing, [node.id], field, name, undefined)
    return { code: 'remove', parameters: { name }, apply: (before) => without(without(before, 'arguments'), 'first') }
  }
}
